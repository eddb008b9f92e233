// In: the lines of one API response, one block a line, in any number. Out: the generation.
// Always: usage is one whole line's, never a mixture: the last with a `stop_reason`, else the one with the most output
// tokens (then marked incomplete, because what the stream began with may be all that was recorded).
import type { AssistantEntry, ApiRequestEntry, RetryEntry } from '../transcript/entry.ts';
import type { Generation, Message } from './model.ts';

export interface OpenGeneration {
  readonly id: string;
  readonly first: AssistantEntry;
  readonly last: () => AssistantEntry;
  add(line: AssistantEntry): void;
  /** Does it ask for a tool? */
  asksForTool(): boolean;
  close(): Generation;
}

export interface GenerationStart {
  readonly request?: ApiRequestEntry | undefined;
  /** The end of what the response follows: where its start is inferred from. */
  readonly followsAt: number;
  readonly input: readonly Message[];
  readonly retries: readonly RetryEntry[];
}

/** Identity of the response that a line belongs to. */
export function generationId(line: AssistantEntry): string {
  return line.messageId ?? line.uuid;
}

/** Begins a generation at its first line. */
export function openGeneration(first: AssistantEntry, start: GenerationStart): OpenGeneration {
  const lines: AssistantEntry[] = [first];
  return {
    id: generationId(first),
    first,
    last: () => lines.at(-1) ?? first,
    add: (line) => {
      if (!lines.some((known) => known.uuid === line.uuid)) lines.push(line);
    },
    asksForTool: () => lines.some((line) => line.content.some((block) => block.type === 'tool_use')),
    close: () => merge(lines, first, start),
  };
}

function merge(lines: readonly AssistantEntry[], first: AssistantEntry, start: GenerationStart): Generation {
  const whole = lines.findLast((line) => line.stopReason !== undefined);
  const decisive =
    whole ?? lines.reduce((most, line) => (outputTokens(line) > outputTokens(most) ? line : most));
  const endedAt = Math.max(...lines.map((line) => line.timestamp));
  // Recorded times can run backwards by a millisecond or more; a span never does.
  const startedAt = Math.min(start.request?.timestamp ?? start.followsAt, first.timestamp);
  return {
    id: generationId(first),
    messageId: first.messageId,
    requestId: decisive.requestId ?? first.requestId,
    model: decisive.model,
    requestedModel: first.requestedModel,
    startedAt,
    startInferred: start.request === undefined,
    endedAt,
    stopReason: decisive.stopReason,
    usage: decisive.usage,
    usageIncomplete: whole === undefined,
    maxTokens: start.request?.maxTokens,
    effort: first.effort,
    input: start.input,
    output: lines.flatMap((line) => line.content),
    retries: start.retries,
  };
}

function outputTokens(line: AssistantEntry): number {
  return line.usage?.outputTokens ?? 0;
}
