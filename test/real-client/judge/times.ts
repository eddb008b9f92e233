// Starts and ends are as the server's clock and the client's own telemetry have them, where the client wrote them down: the median
// within 50 ms, none off by more than 500 ms. What is inferred is marked, and only that.
import type { SpanRow } from '../../../collector/model.ts';
import type { Evidence, Fault } from '../evidence.ts';
import { nativePairs } from './native.ts';
import { calls, endOf, groupBy, isGeneration, isMarked, isTool, label, startOf, turnIndexes, turnRequests, turnsOf, valueOf } from './parts.ts'; // prettier-ignore

/** How far a time that was told lies from the one that was seen. */
export interface Delta {
  readonly kind: string;
  readonly what: string;
  /** Told less seen, in ms. */
  readonly ms: number;
}

/**
 * The server does not see a tool end. It sees the next request, which the client takes some time to make: no median is asked
 * of that.
 */
const beforeRequest = 'ends of tools before the next request';

export const MEDIAN_MS = 50;
export const MOST_MS = 500;

/** A median of a few says nothing but that the machine was busy: those are judged over all scenarios of a version. */
const ENOUGH = 8;

export function judgeTimes(evidence: Evidence): Fault[] {
  const deltas = deltasOf(evidence);
  return [...judgeMarks(evidence), ...farOff(deltas), ...offAtTheMedian(deltas)];
}

/** Each that is off by more than `MOST_MS`. */
function farOff(deltas: readonly Delta[]): Fault[] {
  return deltas
    .filter(({ ms }) => Math.abs(ms) > MOST_MS)
    .map(({ kind, what, ms }) => ({
      rule: `${kind} within ${MOST_MS} ms`,
      what: `${what}: ${ms.toFixed(0)} ms`,
      isTime: true,
    }));
}

/** Each kind whose median is off by more than `MEDIAN_MS`, where there are enough of it. */
export function offAtTheMedian(deltas: readonly Delta[]): Fault[] {
  const exact = deltas.filter(({ kind }) => kind !== beforeRequest);
  return [...groupBy(exact, ({ kind }) => kind)].flatMap(([kind, found]) => {
    const median = medianOf(found.map(({ ms }) => Math.abs(ms)));
    return found.length >= ENOUGH && median > MEDIAN_MS
      ? [
          {
            rule: `${kind} within ${MEDIAN_MS} ms at the median`,
            what: `${median.toFixed(0)} ms`,
            isTime: true,
          },
        ]
      : [];
  });
}

/** Of what was played, as much as it takes to judge these medians once more: what tells most of them first. */
export function enoughToJudge<T>(
  played: ReadonlyMap<T, readonly Delta[]>,
  faults: readonly Fault[],
): readonly T[] {
  const count = (kind: string, deltas: readonly Delta[]) =>
    deltas.filter((delta) => delta.kind === kind).length;
  const kinds = [...new Set([...played.values()].flat().map(({ kind }) => kind))].filter((kind) =>
    faults.some(({ rule }) => rule.startsWith(kind)),
  );
  const found = kinds.flatMap((kind) => {
    const most = [...played].toSorted(([, one], [, other]) => count(kind, other) - count(kind, one));
    let sum = 0;
    return most.filter(([, deltas]) => {
      const isNeeded = sum < 2 * ENOUGH;
      sum += count(kind, deltas);
      return isNeeded;
    });
  });
  return [...new Set(found.map(([one]) => one))];
}

/** All times that are recorded and that the server or the client's own telemetry tells too. */
export function deltasOf(evidence: Evidence): Delta[] {
  return [
    ...generationDeltas(evidence),
    ...toolDeltas(evidence),
    ...turnDeltas(evidence),
    ...nativeDeltas(evidence),
  ];
}

/** The middle one; of an even number the lower. */
export function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[(values.length - 1) >> 1] ?? 0;
}

function generationDeltas(evidence: Evidence): Delta[] {
  const spans = byAttribute(evidence.spans.filter(isGeneration), 'gen_ai.response.id');
  return turnRequests(evidence).flatMap(({ outcome, messageId = '', number, startedAt, endedAt = '' }) => {
    const span = spans.get(messageId);
    if (span === undefined || outcome !== 'answered') return [];
    const what = `request ${number}`;
    return [
      ...(isMarked(span, 'turnspan.start.inferred')
        ? []
        : [{ kind: 'starts of generations', what, ms: startOf(span) - Date.parse(startedAt) }]),
      { kind: 'ends of generations', what, ms: endOf(span) - Date.parse(endedAt) },
    ];
  });
}

function toolDeltas(evidence: Evidence): Delta[] {
  const spans = byAttribute(evidence.spans.filter(isTool), 'tool_use_id');
  const starts = calls(evidence).flatMap(({ use, exchange }) => {
    const span = spans.get(use.id);
    if (span === undefined || use.sentAt === undefined) return [];
    const what = `${use.name} of request ${exchange.number}`;
    return [{ kind: 'starts of tools', what, ms: startOf(span) - Date.parse(use.sentAt) }];
  });
  // The next request goes out when the last of its results is there; it is tried again with the same ones.
  const seen = new Set<string>();
  const turnOf = turnIndexes(evidence);
  const madeBy = new Map(calls(evidence).map(({ use, exchange }) => [use.id, exchange.number]));
  const ends = evidence.exchanges.flatMap(({ returned, startedAt, number }) => {
    const fresh = returned.filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    // What an interrupt ended is sent along with the next prompt, whenever that comes.
    const ended = fresh.filter((id) => turnOf.get(madeBy.get(id) ?? 0) === turnOf.get(number));
    const found = ended.flatMap((id) => spans.get(id) ?? []);
    if (found.length === 0 || found.some((span) => isMarked(span, 'turnspan.end.inferred'))) return [];
    const last = Math.max(...found.map(endOf));
    return [{ kind: beforeRequest, what: `request ${number}`, ms: last - Date.parse(startedAt) }];
  });
  return [...starts, ...ends];
}

/** How long a tool took is compared where nothing but its own work lies between call and result. */
function nativeDeltas(evidence: Evidence): Delta[] {
  const alone = new Set(
    calls(evidence).flatMap(({ use, exchange }) => (exchange.toolUses?.length === 1 ? [use.id] : [])),
  );
  const length = (span: SpanRow) => endOf(span) - startOf(span);
  return nativePairs(evidence).toolCalls.both.flatMap(({ id, native, ours }) => {
    if (isMarked(ours, 'turnspan.end.inferred')) return [];
    const what = `${ours.name} ${ours.spanId}`;
    const asked = valueOf(ours, 'turnspan.tool.permission_wait_ms') !== undefined;
    return [
      { kind: 'ends of tools as native', what, ms: endOf(ours) - endOf(native) },
      ...(alone.has(id) && !asked
        ? [{ kind: 'durations of tools as native', what, ms: length(ours) - length(native) }]
        : []),
    ];
  });
}

/** A turn that completes ends with its last answer. */
function turnDeltas(evidence: Evidence): Delta[] {
  const turns = turnsOf(evidence);
  const requests = groupBy(turnRequests(evidence), ({ number }) => turnIndexes(evidence).get(number));
  return turns.flatMap((span, index) => {
    const last = (requests.get(index) ?? []).at(-1);
    const status = evidence.expected.turns[index]?.status;
    if (last?.endedAt === undefined || last.outcome !== 'answered' || status !== 'completed') return [];
    return [{ kind: 'ends of turns', what: `turn ${index + 1}`, ms: endOf(span) - Date.parse(last.endedAt) }];
  });
}

function judgeMarks({ spans, written }: Evidence): Fault[] {
  return spans.filter(isGeneration).flatMap((span) => {
    const answer = written.answers.get(String(valueOf(span, 'gen_ai.response.id')));
    if (answer === undefined) return [];
    const inferred = isMarked(span, 'turnspan.start.inferred');
    if (answer.hasRequest !== inferred) return [];
    const told = inferred ? 'is called inferred, and is written' : 'is inferred, and not called so';
    return [
      { rule: 'what is inferred is marked, and only that', what: `the start of ${label(span)} ${told}` },
    ];
  });
}

function byAttribute(spans: readonly SpanRow[], key: string): Map<string, SpanRow> {
  return new Map(spans.map((span) => [String(valueOf(span, key)), span]));
}
