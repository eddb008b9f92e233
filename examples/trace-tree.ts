// In: a trace as the collector's API gives it. Out: lines of text, a span a line, indented as a tree.
import type { TraceView } from '../collector/query/views.ts';

type Span = TraceView['spans'][number];

/** The tree of a trace. */
export function formatTrace(trace: TraceView): string[] {
  const spans = trace.spans.filter((span) => span.attachment !== 'cycle');
  return spans.map((span, index) => `${branches(spans, index)}${label(span)}`);
}

/** The lines that connect a span with its parent and its later siblings. */
function branches(spans: readonly Span[], index: number): string {
  const { depth } = spans[index] ?? { depth: 0 };
  let drawn = '';
  for (let level = 1; level <= depth; level++) {
    const goesOn = hasSibling(spans, index, level);
    if (level < depth) drawn += goesOn ? '│  ' : '   ';
    else drawn += goesOn ? '├─ ' : '└─ ';
  }
  return drawn;
}

/** Does a span at `level` follow below the same parent? */
function hasSibling(spans: readonly Span[], index: number, level: number): boolean {
  for (const span of spans.slice(index + 1)) {
    if (span.depth < level) return false;
    if (span.depth === level) return true;
  }
  return false;
}

function label(span: Span): string {
  const { attributes } = span;
  const input = attributes['gen_ai.usage.input_tokens'];
  const output = attributes['gen_ai.usage.output_tokens'];
  const told = [
    seconds(span),
    ...(typeof input === 'number' && typeof output === 'number' ? [`${input} in, ${output} out`] : []),
    ...cost(attributes),
    ...marks(span),
  ];
  return `${span.name}  ${told.join('  ')}`;
}

/** A generation's own, or the sum of a turn or agent; with the generations that have no price. */
function cost(attributes: Span['attributes']): string[] {
  const [dollars] = ['gen_ai.usage.cost', 'turnspan.turn.cost', 'turnspan.agent.cost'].flatMap((name) => {
    const value = attributes[name];
    return typeof value === 'number' ? [value] : [];
  });
  const [unpriced] = ['turnspan.turn', 'turnspan.agent'].flatMap((name) => {
    const value = attributes[`${name}.generations_unpriced`];
    return typeof value === 'number' ? [value] : [];
  });
  return [
    ...(dollars === undefined ? [] : [`$${dollars.toFixed(6)}`]),
    ...(unpriced === undefined ? [] : [`${unpriced} without a price`]),
  ];
}

function marks({ attributes, statusCode, links }: Span): string[] {
  const status = attributes['turnspan.turn.status'] ?? attributes['turnspan.tool.outcome'];
  return [
    ...(typeof status === 'string' && status !== 'succeeded' ? [status] : []),
    ...(attributes['turnspan.agent.background'] === true ? ['in the background'] : []),
    ...(links.length > 0 ? ['linked'] : []),
    ...(statusCode === 'ERROR' ? ['✗'] : []),
  ];
}

function seconds({ startUnixNano, endUnixNano }: Span): string {
  const milliseconds = Number((BigInt(endUnixNano) - BigInt(startUnixNano)) / 1_000_000n);
  return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
