// In: the lines of one API response, one block a line, in any number. Out: the generation.
// Always: usage is one whole line's, never a mixture: the last with a `stop_reason`, else the one with the most output
// tokens (then marked incomplete, because what the stream began with may be all that was recorded).
import type { AssistantEntry, ApiRequestEntry, RetryEntry } from '../transcript/entry.ts';
import type { Block } from '../transcript/content.ts';
import type { Generation, Message } from './model.ts';

export interface OpenGeneration {
  readonly id: string;
  add(line: AssistantEntry): void;
  /** Takes the line of its request where that came after its own; `false`: it is not its request. */
  addRequest(request: ApiRequestEntry): boolean;
  /** Has a line told why it stopped? */
  hasStopped(): boolean;
  /** Time of its latest line. */
  endsAt(): number;
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
  let { request } = start;
  return {
    id: generationId(first),
    add: (line) => {
      if (!lines.some((known) => known.uuid === line.uuid)) lines.push(line);
    },
    addRequest: (late) => {
      if (first.requestRef !== late.id) return false;
      request = late;
      return true;
    },
    hasStopped: () => lines.some((line) => line.stopReason !== undefined),
    endsAt: () => Math.max(...lines.map((line) => line.timestamp)),
    close: () => merge(lines, first, { ...start, request }),
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
    endInferred: false,
    stopReason: decisive.stopReason,
    usage: decisive.usage,
    isCutOff: lines.some((line) => line.isAborted),
    usageIncomplete: whole === undefined,
    request: start.request,
    effort: first.effort ?? start.request?.effort,
    input: start.input,
    output: contentOf(lines),
    retries: start.retries,
  };
}

function contentOf(lines: readonly AssistantEntry[]): readonly Block[] {
  const content: Block[] = [];
  for (const line of lines) content.push(...line.content);
  return content;
}

/** A request whose answer was never written: it was made, and nobody knows what it cost. It ends with its thread. */
export function unansweredGeneration(
  request: ApiRequestEntry,
  start: Omit<GenerationStart, 'request' | 'followsAt'>,
  threadEndedAt: number,
): Generation {
  return {
    id: request.id,
    requestedModel: request.model,
    startedAt: request.timestamp,
    startInferred: false,
    endedAt: Math.max(request.timestamp, threadEndedAt),
    endInferred: true,
    isCutOff: true,
    usageIncomplete: true,
    request,
    effort: request.effort,
    input: start.input,
    output: [],
    retries: start.retries,
  };
}

function outputTokens(line: AssistantEntry): number {
  return line.usage?.outputTokens ?? 0;
}
