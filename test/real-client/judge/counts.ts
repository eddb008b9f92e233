// What Turnspan's metrics count and time is as much as its spans say, which other rules hold against the truth.
// (A span that came twice is another rule's matter.)
import type { SpanRow } from '../../../collector/model.ts';
import type { Evidence, Fault } from '../evidence.ts';
import { endOf, groupBy, isAgent, isCompaction, isGeneration, isMarked, isTool, isTurn, startOf, valueOf, type Value } from './parts.ts'; // prettier-ignore
import { addUp, differences, nameOf, totalsOf } from './points.ts';

const MODEL = 'gen_ai.response.model';
const THREAD = 'turnspan.thread';
const TOOL = 'gen_ai.tool.name';
const ERROR = 'error.type';
const COST = 'gen_ai.usage.cost';

/** What is counted: in which series, and how much. */
interface Counted {
  readonly span: Pick<SpanRow, 'attributes'>;
  readonly amount: number;
}

export function judgeCounts({ points, spans: all }: Evidence): Fault[] {
  const spans = [...new Map(all.map((span) => [span.spanId, span])).values()];
  const generations = withThreads(spans).filter(isGeneration);
  const turns = spans.filter(isTurn);
  const agents = spans.filter(isAgent);
  const tools = spans.filter(isTool);
  /** By these attributes, which spans and points have alike. */
  const compare = (metric: string, by: readonly string[], counted: readonly Counted[]) => {
    const names = (one: Pick<SpanRow, 'attributes'>) => by.map((key) => seriesValue(one, key));
    return differences(
      'as much as the spans say',
      metric,
      totalsOf(points, metric, names),
      addUp(counted.map(({ span, amount }) => [nameOf(names(span)), amount] as const)),
    );
  };
  const failed = [...turns, ...agents, ...tools].filter(({ statusCode }) => statusCode === 'ERROR');
  const retries = spans.flatMap(({ events }) => events).filter(({ name }) => name === 'turnspan.retry');
  const isUnpriced = (span: SpanRow) => valueOf(span, COST) === undefined;
  return [
    ...compare('turnspan.sessions', [], each(sessionsOf(turns))),
    ...compare('turnspan.turns', ['turnspan.turn.status', 'turnspan.turn.origin'], each(turns)),
    ...compare('turnspan.turn.duration', ['turnspan.turn.status'], turns.map(timed)),
    ...compare('turnspan.generations', [MODEL, THREAD], each(generations)),
    ...compare('gen_ai.client.operation.duration', [MODEL], generations.filter(hasEnd).map(timed)),
    ...compare('turnspan.cost', [MODEL, THREAD], generations.map(priced)),
    ...compare('turnspan.cost.unknown', [], each(generations.filter(isUnpriced))),
    ...compare('turnspan.tool.calls', [TOOL, 'turnspan.tool.outcome'], each(tools)),
    ...compare('turnspan.tool.duration', [TOOL], tools.filter(hasEnd).map(timed)),
    ...compare('turnspan.subagents', ['gen_ai.agent.name', 'turnspan.agent.outcome'], each(agents)),
    ...compare('turnspan.errors', [ERROR], each(failed)),
    ...compare('turnspan.retries', ['http.response.status_code'], each(retries)),
    ...compare('turnspan.compactions', ['turnspan.compaction.trigger'], each(spans.filter(isCompaction))),
  ];
}

/** As metrics say it: of an MCP server's tool only the server; an error that nobody named is `_OTHER`. */
function seriesValue(one: Pick<SpanRow, 'attributes'>, key: string): Value {
  const value = valueOf(one, key);
  switch (key) {
    case TOOL:
      return /^(mcp__.+?)__/.exec(String(value))?.[1] ?? value;
    case ERROR:
      return value ?? '_OTHER';
    case MODEL:
      return value ?? valueOf(one, 'gen_ai.request.model');
    default:
      return value;
  }
}

/** Who asked, which spans say by their parent. */
function withThreads(spans: readonly SpanRow[]): SpanRow[] {
  const agents = new Set(spans.filter(isAgent).map(({ spanId }) => spanId));
  return spans.map((span) => ({
    ...span,
    attributes: { ...span.attributes, [THREAD]: agents.has(span.parentSpanId ?? '') ? 'subagent' : 'main' },
  }));
}

/** A turn of each: however often a session was resumed, it is one. */
function sessionsOf(turns: readonly SpanRow[]): SpanRow[] {
  return [...groupBy(turns, (turn) => valueOf(turn, 'session.id')).values()].flatMap(
    ([first]) => first ?? [],
  );
}

function each(spans: readonly Pick<SpanRow, 'attributes'>[]): Counted[] {
  return spans.map((span) => ({ span, amount: 1 }));
}

/** In seconds; milliseconds are what is added up. */
function timed(span: SpanRow): Counted {
  return { span, amount: Math.max(0, Math.round(endOf(span) - startOf(span))) / 1000 };
}

function priced(span: SpanRow): Counted {
  return { span, amount: Number(valueOf(span, COST) ?? 0) };
}

/** It was written down when it ended: only then it has a duration. */
function hasEnd(span: SpanRow): boolean {
  return !isMarked(span, 'turnspan.end.inferred');
}
