// In: what a ticket said of a turn's native trace, and how the user wants both. Out: the trace in which the turn leaves,
// also as a word for the ledger.
// Always: pure. Nothing that a project's settings put into a hook's environment joins a turn to a trace.
import { isSamePlace } from './config/endpoint.ts';
import type { NativeSettings } from './config/native.ts';
import { parseTraceParent, type TraceParent } from './inbox/trace-parent.ts';
import type { PromptTicket } from './state/session-record.ts';
import { OWN, type TraceContext } from './telemetry/trace-context.ts';

/** Decides for a turn whose prompt had this ticket; its spans are posted to `tracesUrls`. */
export function decideTrace(
  { traceParent, isHeadless }: PromptTicket,
  native: NativeSettings,
  tracesUrls: readonly string[],
): TraceContext {
  const namedBy = traceParent === undefined ? undefined : whoNamed(traceParent, native);
  if (traceParent === undefined || namedBy === undefined) return OWN;
  const { traceId, spanId, sampled } = traceParent;
  const joins = {
    merge: true,
    separate: false,
    // Under `-p` the client's own spans hang under the caller's too.
    auto: sampled && (namedBy === 'client' ? tracesUrls.some((url) => isSentTo(native, url)) : isHeadless),
  }[native.mode];
  return joins
    ? { kind: 'joined', parent: { traceId, spanId }, parentOf: namedBy }
    : { kind: 'linked', to: { traceId, spanId } };
}

/** The trace as one of several destinations has it: the client sends its own spans to one place. */
export function traceAt(context: TraceContext, native: NativeSettings, tracesUrl: string): TraceContext {
  const parentIsElsewhere =
    context.kind === 'joined' &&
    context.parentOf === 'client' &&
    native.mode === 'auto' &&
    !isSentTo(native, tracesUrl);
  return parentIsElsewhere ? { ...context, parentIsElsewhere } : context;
}

/** Whose span a hook's `TRACEPARENT` names. A client that makes spans puts its own there, in place of the one that it was started with. */
function whoNamed(
  traceParent: TraceParent,
  { inherited, tracing, isDoubtful }: NativeSettings,
): 'client' | 'caller' | undefined {
  const callers = parseTraceParent(inherited);
  if (callers?.traceId === traceParent.traceId && callers.spanId === traceParent.spanId) return 'caller';
  return tracing || !isDoubtful ? 'client' : undefined;
}

function isSentTo(native: NativeSettings, tracesUrl: string): boolean {
  return native.tracesUrl !== undefined && isSamePlace(native.tracesUrl, tracesUrl);
}

/** A decision as a word: `own`, `linked:TRACE:SPAN`, `client:TRACE:SPAN`, `caller:TRACE:SPAN`. */
export function toWord(context: TraceContext): string {
  switch (context.kind) {
    case 'own':
      return 'own';
    case 'linked':
      return `linked:${context.to.traceId}:${context.to.spanId}`;
    case 'joined':
      return `${context.parentOf}:${context.parent.traceId}:${context.parent.spanId}`;
  }
}

/** The decision that a word stands for. A word of another version counts as `own`. */
export function fromWord(word: string): TraceContext {
  const [kind, traceId, spanId] = word.split(':');
  if (traceId === undefined || spanId === undefined) return OWN;
  const span = { traceId, spanId };
  if (kind === 'linked') return { kind, to: span };
  return kind === 'client' || kind === 'caller' ? { kind: 'joined', parent: span, parentOf: kind } : OWN;
}
