// What the session room is told of a generation or a tool call by others, so that its sums can have it: the room itself knows
// no prices and no tools.
import type { Generation, ToolCall, ToolWork } from './model.ts';

export interface Measures {
  /** Its price in billionths of a US dollar, a whole number; `undefined` where nobody knows it. */
  readonly costOf: (generation: Generation) => number | undefined;
  /** What it did to the work; `undefined` where nobody knows. */
  readonly workOf: (toolCall: ToolCall) => ToolWork | undefined;
}

/** Nothing is known. */
export const noMeasures: Measures = { costOf: () => undefined, workOf: () => undefined };
