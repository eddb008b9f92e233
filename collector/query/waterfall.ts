// In: the spans of one trace. Out: the trace as a waterfall: tree order, and each span's bar on the shared time axis.
// Always: bars lie within 0 and 1; a span that ends before it starts has no width.
import { treeOrder } from './tree.ts';
import type { PlacedSpan, SpanView, TraceView } from './views.ts';

/** Lays out a trace; `null` when it has no spans. */
export function layOutTrace(traceId: string, spans: readonly SpanView[]): TraceView | null {
  if (spans.length === 0) return null;
  const starts = spans.map((span) => BigInt(span.startUnixNano));
  const first = starts.reduce((a, b) => (b < a ? b : a));
  const last = spans.map((span) => BigInt(span.endUnixNano)).reduce((a, b) => (b > a ? b : a), first);
  const fraction = (time: bigint): number =>
    last === first ? 0 : Number(time - first) / Number(last - first);

  const placed = treeOrder(spans).map(({ span, depth, children, attachment }): PlacedSpan => {
    const left = fraction(BigInt(span.startUnixNano));
    return {
      ...span,
      depth,
      children,
      attachment,
      left,
      width: Math.max(0, fraction(BigInt(span.endUnixNano)) - left),
      startInferred: span.attributes['turnspan.start.inferred'] === true,
      endInferred: span.attributes['turnspan.end.inferred'] === true,
    };
  });
  return { traceId, startUnixNano: first.toString(), endUnixNano: last.toString(), spans: placed };
}
