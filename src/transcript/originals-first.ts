// In: the paths of finished transcripts. Out: the same, each behind those that it was forked from.
// A fork or branch begins with copies of another session's lines, under their uuids, and does not say so; the original
// knows more of them (its requests, its agents), so it is the one to be read first.
// Always: transcripts that share nothing keep their order.
import { open } from 'node:fs/promises';
import { readLines } from './lines.ts';
import { parseEntries } from './parse-entry.ts';

/** Lines of a conversation: uuid to time, in milliseconds since the epoch. */
type Times = ReadonlyMap<string, number>;

/** Puts originals before their forks. Rejects with what the file system says of a file that cannot be read. */
export async function originalsFirst(transcripts: readonly string[]): Promise<string[]> {
  const families = new Map<string, string[]>();
  for (const transcript of transcripts) {
    const [first] = (await timesOf(transcript, 1)).keys();
    const key = first ?? transcript;
    families.set(key, [...(families.get(key) ?? []), transcript]);
  }
  const ordered: string[] = [];
  for (const family of families.values()) ordered.push(...(await byDescent(family)));
  return ordered;
}

/** A family shares its first line. Of two, the original is the one that went on alone first, or never did. */
async function byDescent(family: readonly string[]): Promise<string[]> {
  if (family.length === 1) return [...family];
  const members = await Promise.all(
    family.map(async (transcript) => ({ transcript, times: await timesOf(transcript) })),
  );
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

async function timesOf(transcript: string, atMost = Infinity): Promise<Times> {
  const times = new Map<string, number>();
  const file = await open(transcript);
  try {
    for await (const lines of readLines(file, 0)) {
      for (const entry of lines.flatMap(parseEntries)) {
        if ('uuid' in entry) times.set(entry.uuid, entry.timestamp);
        if (times.size >= atMost) return times;
      }
    }
  } finally {
    await file.close();
  }
  return times;
}
