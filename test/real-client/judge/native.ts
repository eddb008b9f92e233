// Against the client's own telemetry: requests and tool calls are the same ones, one to one. Where both go to one place, they
// lie in one trace, and our turn is under the client's interaction.
import type { SpanRow } from '../../../collector/model.ts';
import type { Evidence, Fault } from '../evidence.ts';
import type { Manner } from '../judge.ts';
import { calls, groupBy, isGeneration, isTool, turnRequests, turnsOf, valueOf } from './parts.ts';

export function judgeNative(evidence: Evidence, { merged }: Manner): Fault[] {
  const { native, expected } = evidence;
  if (native.spans.length === 0) return [];
  const answered = turnRequests(evidence).filter(({ outcome }) => outcome === 'answered');
  const { requests, toolCalls } = nativePairs(evidence);
  const wanted = new Set([
    ...answered.map(({ requestId }) => requestId),
    ...calls(evidence).map(({ use }) => use.id),
  ]);
  return [
    ...[requests, toolCalls].flatMap((pair) => oneToOne(pair, wanted, expected.nativeIsCut === true)),
    ...(merged ? inOneTrace(evidence, [...requests.both, ...toolCalls.both]) : []),
  ];
}

/** What both tell of, by the ids that both use. */
export function nativePairs({ native, spans }: Evidence): {
  readonly requests: Pair;
  readonly toolCalls: Pair;
} {
  return {
    requests: pair(
      'request',
      'request_id',
      named(native.spans, 'claude_code.llm_request'),
      spans.filter(isGeneration),
    ),
    toolCalls: pair(
      'tool call',
      'tool_use_id',
      named(native.spans, 'claude_code.tool'),
      spans.filter(isTool),
    ),
  };
}

interface Both {
  readonly id: string;
  readonly native: SpanRow;
  readonly ours: SpanRow;
}

interface Pair {
  readonly kind: string;
  readonly native: ReadonlyMap<string, readonly SpanRow[]>;
  readonly ours: ReadonlyMap<string, readonly SpanRow[]>;
  readonly both: readonly Both[];
}

function named(spans: readonly SpanRow[], name: string): SpanRow[] {
  return spans.filter((span) => span.name === name);
}

function pair(kind: string, key: string, natives: readonly SpanRow[], spans: readonly SpanRow[]): Pair {
  const byKey = (all: readonly SpanRow[]) =>
    groupBy(
      all.filter((span) => valueOf(span, key) !== undefined),
      (span) => String(valueOf(span, key)),
    );
  const [native, ours] = [byKey(natives), byKey(spans)];
  const both = [...native].flatMap(([id, [first]]) => {
    const span = ours.get(id)?.[0];
    return first === undefined || span === undefined ? [] : [{ id, native: first, ours: span }];
  });
  return { kind, native, ours, both };
}

function oneToOne({ kind, native, ours }: Pair, wanted: ReadonlySet<string>, isCut: boolean): Fault[] {
  const rule = `each native ${kind} is one of ours`;
  const faults: Fault[] = [];
  for (const [id, found] of native) {
    if (!wanted.has(id)) continue;
    if (found.length !== 1) faults.push({ rule, what: `${id} is ${found.length} native spans` });
    if (!ours.has(id)) faults.push({ rule, what: `${id} is none of ours` });
  }
  for (const id of ours.keys()) {
    if (!native.has(id) && wanted.has(id) && !isCut) faults.push({ rule, what: `${id} is not native` });
  }
  return faults;
}

function inOneTrace(evidence: Evidence, both: readonly Both[]): Fault[] {
  const rule = 'one trace with the native spans';
  const interactions = named(evidence.native.spans, 'claude_code.interaction');
  const traces = new Set(interactions.map(({ traceId }) => traceId));
  const places = new Set(interactions.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
  const apart = both.filter(({ native, ours }) => native.traceId !== ours.traceId);
  // The interaction of a client that was killed never came: then the turn is the root of its trace. One whose terminal was
  // closed hands it out or not, and says goodbye or not, as its last moment goes: nobody can know both.
  const isChance = (turn: SpanRow): boolean =>
    evidence.expected.nativeIsCut === true && valueOf(turn, 'turnspan.turn.status') === 'lost';
  const astray = turnsOf(evidence)
    .filter((turn) => !isChance(turn))
    .filter(({ traceId, parentSpanId }) =>
      parentSpanId === null ? traces.has(traceId) : !places.has(`${traceId} ${parentSpanId}`),
    );
  return [
    ...(apart.length === 0 ? [] : [{ rule, what: `${apart.length} of ${both.length} spans lie in others` }]),
    ...astray.map(({ spanId }) => ({ rule, what: `turn ${spanId} is not under the interaction` })),
  ];
}
