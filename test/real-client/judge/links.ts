// What a turn says of others: links lead to spans that are there, and those that the scenario expects are there; a message that
// reached the model while it worked is an event of the turn.
import type { SpanRow } from '../../../collector/model.ts';
import type { Evidence, Fault } from '../evidence.ts';
import { launchesOf } from './owners.ts';
import { label, turnsOf, valueOf } from './parts.ts';

type Link = SpanRow['links'][number];

export function judgeLinks(evidence: Evidence): Fault[] {
  const { expected, spans } = evidence;
  const faults: Fault[] = [];
  const add = (rule: string, what: string) => faults.push({ rule, what });

  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const target = ({ traceId, spanId }: Link): SpanRow | undefined => {
    const span = byId.get(spanId);
    return span?.traceId === traceId ? span : undefined;
  };
  const ofKind = (span: SpanRow, kind: string) =>
    span.links.filter(({ attributes }) => attributes['turnspan.link.kind'] === kind);

  const turns = turnsOf(evidence);
  const launches = launchesOf(evidence);
  for (const [index, turn] of turns.entries()) {
    const launchedBy = ofKind(turn, 'launched_by');
    const forkedFrom = ofKind(turn, 'forked_from');
    for (const link of [...launchedBy, ...forkedFrom]) {
      if (target(link) === undefined) add('no dangling link', label(turn));
    }
    const wanted = expected.turns[index];
    if (wanted?.launchedBy !== undefined) {
      const ids = launches.get(wanted.launchedBy) ?? [];
      const isIts = (link: Link) => {
        const call = target(link);
        return call !== undefined && ids.includes(String(valueOf(call, 'tool_use_id')));
      };
      if (!launchedBy.some(isIts)) add('a link to the launch', `turn ${index + 1}, ${wanted.launchedBy}`);
    }
    if (wanted?.forkedFrom !== undefined) {
      const before = turns[wanted.forkedFrom - 1];
      if (before === undefined || !forkedFrom.some((link) => target(link) === before))
        add('a link to the turn before the fork', `turn ${index + 1}`);
    }
  }

  const absorbed = spans
    .flatMap(({ events }) => events)
    .filter(({ name }) => name === 'turnspan.message.absorbed').length;
  const typed = expected.absorbed ?? 0;
  if (absorbed !== typed) add('an event for each absorbed message', `${typed} were typed, ${absorbed} came`);
  return faults;
}
