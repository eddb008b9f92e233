// In: the spans of one trace, in any order. Out: the same spans as a tree, in depth-first order.
// Always: every span comes out exactly once. A missing parent makes an orphan and a ring of parents is cut at its
// earliest span: broken input is shown, never lost and never an endless loop.
import type { Attachment, SpanView } from './views.ts';

export interface TreeNode {
  readonly span: SpanView;
  readonly depth: number;
  readonly children: number;
  readonly attachment: Attachment;
}

/** The tree order: roots and siblings by start, then longer first, then by id. */
export function treeOrder(spans: readonly SpanView[]): TreeNode[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const childrenOf = new Map<string, SpanView[]>();
  const tops: [SpanView, Attachment][] = [];
  for (const span of [...spans].sort(byStart)) {
    const parent = span.parentSpanId;
    if (parent === null) tops.push([span, 'root']);
    else if (!known.has(parent)) tops.push([span, 'orphan']);
    else if (childrenOf.get(parent)?.push(span) === undefined) childrenOf.set(parent, [span]);
  }

  const nodes: TreeNode[] = [];
  const seen = new Set<string>();
  for (const [span, attachment] of tops) walk(span, attachment);
  // What no top leads to hangs in a ring of parents.
  for (const span of [...spans].sort(byStart)) if (!seen.has(span.spanId)) walk(ringOf(span), 'cycle');
  return nodes;

  function walk(top: SpanView, attachment: Attachment): void {
    // A stack of our own: traces may be deeper than the call stack.
    const stack: { span: SpanView; depth: number; attachment: Attachment }[] = [
      { span: top, depth: 0, attachment },
    ];
    for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
      const { span, depth } = entry;
      seen.add(span.spanId);
      const children = (childrenOf.get(span.spanId) ?? []).filter(({ spanId }) => !seen.has(spanId));
      nodes.push({ span, depth, children: children.length, attachment: entry.attachment });
      for (const child of children.toReversed())
        stack.push({ span: child, depth: depth + 1, attachment: 'child' });
    }
  }

  /** The earliest span of the ring above `span`. */
  function ringOf(span: SpanView): SpanView {
    const byId = new Map(spans.map((each) => [each.spanId, each]));
    const path = new Set<SpanView>();
    let at: SpanView | undefined = span;
    for (; at !== undefined && !path.has(at); at = byId.get(at.parentSpanId ?? '')) path.add(at);
    const ordered = [...path];
    const ring = at === undefined ? ordered : ordered.slice(ordered.indexOf(at));
    return ring.toSorted(byStart)[0] ?? span;
  }
}

function byStart(a: SpanView, b: SpanView): number {
  return (
    compare(BigInt(a.startUnixNano), BigInt(b.startUnixNano)) ||
    compare(BigInt(b.endUnixNano), BigInt(a.endUnixNano)) ||
    compare(a.spanId, b.spanId)
  );
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
