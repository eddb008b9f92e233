// Whole trees: each span once, every parent there and in the same trace, no end before its start, and each root after
// all that hangs under it, but for background agents and what falls between two turns.
import type { SpanRow } from '../../../collector/model.ts';
import type { Evidence, Fault } from '../evidence.ts';
import type { Manner } from '../judge.ts';
import { groupBy, isAgent, isCompaction, isMarked, isTurn, label, valueOf } from './parts.ts';

export function judgeTrees({ spans, native, exchanges }: Evidence, { merged }: Manner): Fault[] {
  const faults: Fault[] = [];
  const add = (rule: string, what: string) => faults.push({ rule, what });

  for (const found of groupBy(spans, ({ spanId }) => spanId).values()) {
    if (found[0] !== undefined && found.length > 1)
      add('a span once', `${label(found[0])} came ${found.length} times`);
  }

  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const nativeIds = new Set(native.spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
  for (const span of spans) {
    const { traceId, parentSpanId } = span;
    if (span.endUnixNano < span.startUnixNano) add('no end before its start', label(span));
    if (parentSpanId === null) {
      if (!isTurn(span) && valueOf(span, 'turnspan.agent.unlaunched') !== 'orphan')
        add('only turns are roots', label(span));
    } else if (byId.get(parentSpanId)?.traceId !== traceId) {
      const isNative = merged && isTurn(span) && nativeIds.has(`${traceId} ${parentSpanId}`);
      if (!isNative) add('no dangling parent', label(span));
    }
  }

  const sessions = new Set(exchanges.map(({ session }) => session));
  if (!sessions.has(undefined)) {
    for (const span of spans) {
      if (!sessions.has(String(valueOf(span, 'session.id')))) add("the session's id", label(span));
    }
  }

  const arrived = new Map(spans.map(({ spanId }, place) => [spanId, place]));
  for (const span of spans) {
    const root = rootOf(span, byId);
    const late = (arrived.get(span.spanId) ?? 0) > (arrived.get(root.spanId) ?? 0);
    if (late && !isCompaction(span) && !isBackground(span, byId)) add('the root comes last', label(span));
  }
  return faults;
}

type Spans = ReadonlyMap<string, SpanRow>;

function rootOf(span: SpanRow, byId: Spans): SpanRow {
  const parent = byId.get(span.parentSpanId ?? '');
  return parent === undefined ? span : rootOf(parent, byId);
}

function isBackground(span: SpanRow, byId: Spans): boolean {
  if (isAgent(span) && isMarked(span, 'turnspan.agent.background')) return true;
  // Nobody says when an agent that no call launched is through.
  if (valueOf(span, 'turnspan.agent.unlaunched') !== undefined) return true;
  const parent = byId.get(span.parentSpanId ?? '');
  return parent !== undefined && isBackground(parent, byId);
}
