// Against the client's own counter of tokens, `claude_code.token.usage`. It has no request ids, and it counts what no transcript
// has (titles, summaries, suggestions) too; the client's `api_request` events name each request with its tokens. So for the
// requests that both know: its counter less the events of what we do not tell is ours less what it has no event of.
// A request that was cut off has no event. The client counts it or does not (seen in 2.1.329: after Esc it does, after SIGINT it does
// not); if it does, with an output of its own guess: then that is not compared. A client that was killed has not sent its last points.
import type { LogRow, SpanRow } from '../../../collector/model.ts';
import type { Evidence, Fault } from '../evidence.ts';
import type { Manner } from '../judge.ts';
import { isApiRequest } from './costs.ts';
import { isGeneration, isMarked, label, valueOf, type Value } from './parts.ts';
import { addUp, differences, nameOf, totalsOf, type Totals } from './points.ts';

const COUNTER = 'claude_code.token.usage';

export function judgeNativeMetrics(evidence: Evidence, { merged }: Manner): Fault[] {
  const { native, spans, points, expected } = evidence;
  if (!merged || expected.nativeIsCut === true) return [];
  const generations = spans.filter(isGeneration);
  const events = native.logs.filter(isApiRequest);
  const theirs = new Set(events.map(idOf));
  const isWhole = (span: SpanRow) => idOf(span) !== undefined && !isMarked(span, 'turnspan.usage.incomplete');
  const isShared = (span: SpanRow) => isWhole(span) && theirs.has(idOf(span));
  const shared = new Set(generations.filter(isShared).map(idOf));
  const unheard = generations.filter((span) => isWhole(span) && !isShared(span));
  const counted = totalsOf(native.points, COUNTER, (point) => [valueOf(point, 'type'), modelOf(point)]);
  const ours = totalsOf(points, 'turnspan.tokens', (point) => [
    TYPES[String(valueOf(point, 'turnspan.token.type'))],
    valueOf(point, 'gen_ai.response.model'),
  ]);
  const theirCount = less(
    counted,
    addUp(events.filter((event) => !shared.has(idOf(event))).flatMap(tokensOfEvent)),
  );
  const compare = (left: readonly SpanRow[], isCompared: (name: string) => boolean) =>
    differences(
      "as much as the client's own counter, of the requests that both know",
      COUNTER,
      only(less(ours, addUp(left.flatMap(tokensOfSpan))), isCompared),
      only(theirCount, isCompared),
    );
  const withoutCut = compare(
    generations.filter((span) => !isShared(span)),
    () => true,
  );
  const withCut = generations.some(isCut) ? compare(unheard, (name) => !name.startsWith('output,')) : withoutCut; // prettier-ignore
  return [
    ...unheard.map((span) => ({ rule: "the client's own event of each answer", what: label(span) })),
    ...(withCut.length === 0 ? [] : withoutCut),
  ];
}

/** The client's words for ours. */
const TYPES: Readonly<Record<string, string>> = {
  input: 'input',
  output: 'output',
  cache_read: 'cacheRead',
  cache_creation: 'cacheCreation',
  cache_creation_5m: 'cacheCreation',
  cache_creation_1h: 'cacheCreation',
};

/** A part of the answer came, and with it what went in. */
function isCut(span: SpanRow): boolean {
  return (
    isMarked(span, 'turnspan.usage.incomplete') && valueOf(span, 'gen_ai.usage.input_tokens') !== undefined
  );
}

type Told = Parameters<typeof valueOf>[0];

function idOf(one: Told): Value {
  return valueOf(one, 'request_id');
}

/** Without what the client adds where it has the long context (`[1m]`, seen in 2.1.220): the API does not name a model so. */
function modelOf(one: Told): string {
  return String(valueOf(one, 'model')).replace(/\[\w+\]$/, '');
}

function tokensOfEvent(event: LogRow) {
  const tokens = (name: string) => Number(valueOf(event, `${name}_tokens`) ?? 0);
  const [cacheRead, cacheCreation] = [tokens('cache_read'), tokens('cache_creation')];
  return byType(modelOf(event), {
    input: tokens('input'),
    output: tokens('output'),
    cacheRead,
    cacheCreation,
  });
}

function tokensOfSpan(span: SpanRow) {
  const tokens = (name: string) => Number(valueOf(span, `gen_ai.usage.${name}_tokens`) ?? 0);
  const [cacheRead, cacheCreation] = [tokens('cache_read.input'), tokens('cache_creation.input')];
  const input = tokens('input') - cacheRead - cacheCreation;
  return byType(valueOf(span, 'gen_ai.response.model'), { input, output: tokens('output'), cacheRead, cacheCreation }); // prettier-ignore
}

function byType(model: Value, tokens: Readonly<Record<string, number>>) {
  return Object.entries(tokens).map(([type, count]) => [nameOf([type, model]), count] as const);
}

function only(all: Totals, isWanted: (name: string) => boolean): Totals {
  return new Map([...all].filter(([name]) => isWanted(name)));
}

function less(all: Totals, some: Totals): Totals {
  return addUp([...all, ...[...some].map(([name, value]) => [name, -value] as const)]);
}
