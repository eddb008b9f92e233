// In: what the store knows of the spans of each (trace, turn). Out: the list of turns.
// Always: every trace appears at least once, also while its root has not come. Spans without a turn id belong to the
// first turn of their trace.
import type { TurnView } from './views.ts';

/** Sums over the spans of one trace that carry the same turn id. */
export interface TurnPart {
  readonly traceId: string;
  readonly turnId: string | null;
  readonly number: number | null;
  /** Of the turn's root: the span that tells the turn's status, else the earliest span without a parent. */
  readonly rootSpanId: string | null;
  readonly rootName: string | null;
  readonly status: string | null;
  readonly prompt: string | null;
  /** Of the earliest span. */
  readonly firstName: string;
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
  readonly spans: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The turns, earliest first. */
export function turnsOf(parts: readonly TurnPart[]): TurnView[] {
  const byTrace = new Map<string, TurnPart[]>();
  for (const part of parts.toSorted(byStart)) {
    const together = byTrace.get(part.traceId);
    if (together === undefined) byTrace.set(part.traceId, [part]);
    else together.push(part);
  }
  return [...byTrace.values()].flatMap(mergeLoose).toSorted(byStart).map(toView);
}

/** Adds the spans without a turn id to the first turn that has one. */
function mergeLoose(parts: readonly TurnPart[]): TurnPart[] {
  const [first, ...others] = parts.filter(({ turnId }) => turnId !== null);
  const loose = parts.find(({ turnId }) => turnId === null);
  if (first === undefined) return loose === undefined ? [] : [loose];
  return [loose === undefined ? first : merged(first, loose), ...others];
}

function merged(turn: TurnPart, loose: TurnPart): TurnPart {
  return {
    ...turn,
    // A turn under the client's own trace keeps its own root: the other one is the client's.
    rootSpanId: turn.rootSpanId ?? loose.rootSpanId,
    rootName: turn.rootName ?? loose.rootName,
    startUnixNano: turn.startUnixNano < loose.startUnixNano ? turn.startUnixNano : loose.startUnixNano,
    endUnixNano: turn.endUnixNano > loose.endUnixNano ? turn.endUnixNano : loose.endUnixNano,
    spans: turn.spans + loose.spans,
    errors: turn.errors + loose.errors,
    inputTokens: turn.inputTokens + loose.inputTokens,
    outputTokens: turn.outputTokens + loose.outputTokens,
  };
}

function toView(part: TurnPart): TurnView {
  return {
    traceId: part.traceId,
    rootSpanId: part.rootSpanId,
    number: part.number,
    title: titleOf(part),
    status: part.status,
    startUnixNano: part.startUnixNano.toString(),
    endUnixNano: part.endUnixNano.toString(),
    spans: part.spans,
    errors: part.errors,
    inputTokens: part.inputTokens,
    outputTokens: part.outputTokens,
  };
}

/** What the user asked, where content is sent; else the turn's number; for other traces the name of their first span. */
function titleOf({ prompt, number, turnId, rootName, firstName }: TurnPart): string {
  if (prompt !== null && prompt !== '') return prompt;
  if (number !== null) return `Turn ${number}`;
  if (turnId !== null) return 'Turn';
  return rootName ?? firstName;
}

function byStart(a: TurnPart, b: TurnPart): number {
  return a.startUnixNano < b.startUnixNano ? -1 : a.startUnixNano > b.startUnixNano ? 1 : 0;
}
