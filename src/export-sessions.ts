// In: transcripts that nobody writes any more. Out: their spans, in a file or at a backend, each once.
// Always: nothing is remembered; the same transcripts give the same spans again. Sessions go one after the other, in
// batches, so that a huge one needs little memory.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { ContentLevel, Destination, Encoding } from './config/destination.ts';
import type { DialectName } from './config/dialect.ts';
import { shortenedTo, type ResourceSettings } from './config/resource.ts';
import { sendTo } from './delivery/destination-file.ts';
import { encodeRequests } from './delivery/encode.ts';
import type { EncodedRequest } from './delivery/request-parts.ts';
import { writeRequestLines } from './delivery/file-sink.ts';
import { openSender } from './delivery/sender.ts';
import { readFinished, sessionIdOf, type ReadingOptions } from './finished-session.ts';
import { withFork } from './fork.ts';
import { limitsOf, youngOf } from './outlet.ts';
import type { Log } from './platform/log.ts';
import { originalsFirst } from './transcript/originals-first.ts';
import type { CostOf } from './telemetry/cost/pricing.ts';
import { ownTraces } from './telemetry/trace-context.ts';
import { spanMaker, type SpanMaker } from './span-maker.ts';

export interface ExportOptions {
  readonly content: ContentLevel;
  /** Each request with its whole conversation, not only with what was new in it. */
  readonly wholeInput?: boolean;
  /** What a generation costs; by the price list where it is not named. */
  readonly costOf?: CostOf | undefined;
  /** What spans say beside the base attributes; the backend's own without. */
  readonly dialect?: DialectName | undefined;
  /** A file's path, or a backend. */
  readonly target: string | Destination;
  readonly resource?: ResourceSettings | undefined;
  readonly log: Log;
}

export interface ExportSummary {
  readonly sessions: number;
  readonly spans: number;
  /** Spans that were not sent, because the backend takes none that ended so long ago. */
  readonly tooOld?: number;
  /** What kept some spans from arriving, and what to do. */
  readonly problem?: string;
}

/** Exports each transcript to its end. */
export async function exportSessions(
  transcripts: readonly string[],
  { content, wholeInput = false, costOf, dialect, target, resource = { attributes: {} }, log }: ExportOptions,
): Promise<ExportSummary> {
  const reading = { log, wholeInput, costOf };
  const sessions = transcripts.length;
  if (typeof target === 'string') {
    const toSpan = spanMaker(content, resource, ownTraces, dialect);
    const requests = requestsOf(transcripts, toSpan, 'json', reading);
    const { spans } = await writeRequestLines(target, requests);
    return { sessions, spans };
  }
  const { limits, encoding } = target;
  const own = shortenedTo(limits?.valueLength, resource);
  const toSpan = spanMaker(content, own, ownTraces, dialect ?? target.dialect);
  let tooOld = 0;
  const requests = requestsOf(transcripts, toSpan, encoding, reading, {
    limits,
    leftOut: (count) => {
      tooOld += count;
    },
  });
  const sent = await send(requests, target);
  return { sessions, ...sent, ...(tooOld === 0 ? {} : { tooOld }) };
}

/** Spans that wait for their request: few, because each holds its texts. */
const BATCH = 128;

/** What a backend takes; who is told how many spans are too old for it. */
export interface Taking {
  readonly limits: Destination['limits'];
  readonly leftOut: (count: number) => void;
}

const ALL: Taking = { limits: undefined, leftOut: () => {} };

/** All spans of the transcripts in OTLP requests, each span once. */
export async function* requestsOf(
  transcripts: readonly string[],
  toSpan: SpanMaker,
  encoding: Encoding,
  reading: ReadingOptions,
  taking: Taking = ALL,
): AsyncGenerator<EncodedRequest> {
  const requestLimits = limitsOf(taking);
  const encode = (spans: readonly ReadableSpan[]): EncodedRequest[] => {
    const young = youngOf(spans, taking, Date.now);
    if (young.length < spans.length) taking.leftOut(spans.length - young.length);
    return encodeRequests(young, encoding, requestLimits);
  };
  // Forks and branches copy lines: what one session has sent, another does not send again.
  const senders = new Map<string, string>();
  const senderOf = (spanId: string): string | undefined => senders.get(spanId);
  let waiting: ReadableSpan[] = [];
  for (const transcript of originalsFirst(transcripts)) {
    const sessionId = sessionIdOf(transcript);
    for await (const completed of readFinished(transcript, reading)) {
      for (const one of completed) {
        const span = toSpan(withFork(one, sessionId, senderOf));
        const { spanId } = span.spanContext();
        if (senders.has(spanId)) continue;
        senders.set(spanId, sessionId);
        waiting.push(span);
      }
      if (waiting.length >= BATCH) {
        yield* encode(waiting);
        waiting = [];
      }
    }
  }
  yield* encode(waiting);
}

async function send(
  requests: AsyncIterable<EncodedRequest>,
  destination: Destination,
): Promise<Pick<ExportSummary, 'spans' | 'problem'>> {
  const opened = await openSender(sendTo(destination));
  if (opened.status === 'unusable') {
    return { spans: 0, problem: `nothing was sent (${opened.why}): repair this setting` };
  }
  const { sender } = opened;
  let spans = 0;
  try {
    for await (const request of requests) {
      const outcome = await sender.send({ body: request.bytes, encoding: destination.encoding });
      switch (outcome.status) {
        case 'accepted':
          spans += request.spans;
          break;
        case 'partial':
          spans += request.spans - outcome.rejected;
          if (outcome.rejected > 0) {
            return {
              spans,
              problem: `the backend took the request but dropped ${outcome.rejected} of its spans`,
            };
          }
          break;
        case 'later':
          return {
            spans,
            problem: `the backend does not take spans now (${outcome.why}): is it running? Try again`,
          };
        case 'refused':
          return {
            spans,
            problem: `the backend refused the spans (${outcome.why}): check the endpoint and its headers`,
          };
      }
    }
    return { spans };
  } finally {
    sender.close();
  }
}
