// In: the paths of finished transcripts. Out: the same, each behind those that it was forked from.
// A fork or branch begins with copies of another session's lines, under their uuids, and does not say so; the original
// knows more of them (its requests, its agents), so it is the one to be read first.
// Always: transcripts that share nothing keep their order.
import { conversationOf } from './conversation-of.ts';

/** Lines of a conversation: uuid to time, in milliseconds since the epoch. */
type Times = ReadonlyMap<string, number>;

/** Puts originals before their forks; one that is not there counts as empty. Throws what the file system says of a file that cannot be read. */
export function originalsFirst(transcripts: readonly string[]): string[] {
  if (transcripts.length < 2) return [...transcripts];
  const families = new Map<string, string[]>();
  for (const transcript of transcripts) {
    const key = firstUuidOf(transcript) ?? transcript;
    families.set(key, [...(families.get(key) ?? []), transcript]);
  }
  const ordered: string[] = [];
  for (const family of families.values()) ordered.push(...byDescent(family));
  return ordered;
}

/** A family shares its first line. Of two, the original is the one that went on alone first, or never did. */
function byDescent(family: readonly string[]): string[] {
  if (family.length === 1) return [...family];
  const members = family.map((transcript) => ({ transcript, times: timesOf(transcript) }));
  return members
    .sort((a, b) => wentOnAlone(a.times, b.times) - wentOnAlone(b.times, a.times))
    .map(({ transcript }) => transcript);
}

/** Time of the first line that only this one has; 0: it has none. */
function wentOnAlone(own: Times, other: Times): number {
  let earliest = 0;
  for (const [uuid, at] of own) {
    if (!other.has(uuid) && (earliest === 0 || at < earliest)) earliest = at;
  }
  return earliest;
}

function firstUuidOf(transcript: string): string | undefined {
  for (const { uuid } of conversationOf(transcript)) return uuid;
  return undefined;
}

function timesOf(transcript: string): Times {
  const times = new Map<string, number>();
  for (const { uuid, timestamp } of conversationOf(transcript)) times.set(uuid, timestamp);
  return times;
}
