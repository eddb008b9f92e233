// The files of a recorded session as a story: their writes in the order in which they reached the disk.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Story, Write } from './transcripts.ts';

/** What can be written again: see `layOut`. */
export type Told = Pick<Story, 'sessionId' | 'metas' | 'writes'>;

/**
 * Reads a session: its transcript, where it is there, and its agents'. Lines are written at their times, but never
 * before the line above; at the same time the agents' come first.
 */
export function readStory(transcript: string): Told {
  const subagents = join(transcript.replace(/\.jsonl$/, ''), 'subagents');
  const metas = new Map<string, string>();
  const timed: { at: number; order: number; write: Write }[] = [];
  const read = (file: string, path: string, order: number): void => {
    let at = 0;
    for (const text of readFileSync(path, 'utf8').split(/(?<=\n)/)) {
      at = Math.max(at, timeOf(text));
      timed.push({ at, order, write: { file, text } });
    }
  };
  for (const name of existsSync(subagents) ? readdirSync(subagents) : []) {
    const agentId = /(?:^|_)agent-(.+)\.(?:jsonl|meta\.json)$/.exec(name)?.[1];
    if (agentId === undefined) continue;
    if (name.endsWith('.jsonl')) read(agentId, join(subagents, name), 0);
    else metas.set(agentId, readFileSync(join(subagents, name), 'utf8'));
  }
  if (existsSync(transcript)) read('main', transcript, 1);
  timed.sort((a, b) => a.at - b.at || a.order - b.order);
  return { sessionId: basename(transcript, '.jsonl'), metas, writes: timed.map(({ write }) => write) };
}

/** Milliseconds since the epoch; 0 for a line without a time, or that is no JSON. */
function timeOf(line: string): number {
  try {
    const { timestamp } = JSON.parse(line) as { readonly timestamp?: string };
    const at = Date.parse(timestamp ?? '');
    return Number.isNaN(at) ? 0 : at;
  } catch {
    return 0;
  }
}
