// The recorded example session, and its writes in the order in which they reached the disk.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Story, Write } from './transcripts.ts';

const folder = join(import.meta.dirname, '../../examples/session');

/** Id of the example, which is the name of its files. */
export const EXAMPLE_ID = 'dfd7c184-e8a4-4722-9ba0-bbc1e17e2fdd';
export const EXAMPLE_TRANSCRIPT = join(folder, `${EXAMPLE_ID}.jsonl`);

/** Reads the example as a story. */
export function exampleStory(): Pick<Story, 'sessionId' | 'metas' | 'writes'> {
  const subagents = join(folder, EXAMPLE_ID, 'subagents');
  const metas = new Map<string, string>();
  const timed: { at: number; order: number; write: Write }[] = [];
  const read = (file: string, path: string, order: number): void => {
    // A line is never written before the one above it; at the same time the agents' lines come first.
    let at = 0;
    for (const text of readFileSync(path, 'utf8').split(/(?<=\n)/)) {
      const { timestamp } = JSON.parse(text) as { timestamp?: string };
      at = Math.max(at, timestamp === undefined ? 0 : Date.parse(timestamp));
      timed.push({ at, order, write: { file, text } });
    }
  };
  for (const name of readdirSync(subagents)) {
    const agentId = /^agent-(.+)\.(jsonl|meta\.json)$/.exec(name)?.[1];
    if (agentId === undefined) continue;
    if (name.endsWith('.jsonl')) read(agentId, join(subagents, name), 0);
    else metas.set(agentId, readFileSync(join(subagents, name), 'utf8'));
  }
  read('main', EXAMPLE_TRANSCRIPT, 1);
  timed.sort((a, b) => a.at - b.at || a.order - b.order);
  return { sessionId: EXAMPLE_ID, metas, writes: timed.map(({ write }) => write) };
}
