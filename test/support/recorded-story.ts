// The files of a recorded session as a story: their writes in the order in which they reached the disk.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { Story, Write } from './transcripts.ts';

/** What can be written again: see `layOut`. */
export type Told = Pick<Story, 'sessionId' | 'metas' | 'writes'>;

/**
 * Reads a session: its transcript, where it is there, and its agents'. Lines are written at their times, but never
 * before the line above; at the same time the agents' come first. Lines that an agent's file copied from the transcript
 * are written with the first that is its own.
 */
export function readStory(transcript: string): Told {
  const sessionId = basename(transcript, '.jsonl');
  const subagents = join(dirname(transcript), sessionId, 'subagents');
  const metas = new Map<string, string>();
  const timed: { at: number; order: number; write: Write }[] = [];
  const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split(/(?<=\n)/);
  const originals = new Set(
    existsSync(transcript) ? linesOf(transcript).flatMap((line) => uuidOf(line) ?? []) : [],
  );
  const read = (file: string, path: string, order: number): void => {
    const lines = linesOf(path);
    const isOwn = (text: string): boolean => file === 'main' || !originals.has(uuidOf(text) ?? '');
    let at = timeOf(lines.find(isOwn) ?? '');
    for (const text of lines) {
      at = Math.max(at, timeOf(text));
      timed.push({ at, order, write: { file, text } });
    }
  };
  for (const path of agentFilesOf(transcript, subagents)) {
    const agent = relative(subagents, path).replace(AGENT_FILE, '$1$2');
    if (path.endsWith('.jsonl')) read(agent, path, 0);
    else metas.set(agent, readFileSync(path, 'utf8'));
  }
  if (existsSync(transcript)) read('main', transcript, 1);
  timed.sort((a, b) => a.at - b.at || a.order - b.order);
  return { sessionId, metas, writes: timed.map(({ write }) => write) };
}

/** A copy from elsewhere may carry a prefix before `agent-`. */
const AGENT_FILE = /(^|\/)(?:[^/]*_)?agent-([^/]+)\.(?:jsonl|meta\.json)$/;

/** Below the session's folder, at any depth; or, up to 2.1.0, beside its transcript with those of other sessions. */
function agentFilesOf(transcript: string, subagents: string): string[] {
  const folder = dirname(transcript);
  const below = existsSync(subagents)
    ? readdirSync(subagents, { recursive: true, encoding: 'utf8' }).map((name) => join(subagents, name))
    : [];
  const beside = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter(
      (path) => AGENT_FILE.test(path) && readFileSync(path, 'utf8').includes(basename(transcript, '.jsonl')),
    );
  return [...below, ...beside].filter((path) => AGENT_FILE.test(path)).sort();
}

/** Not of a line that has none. */
function uuidOf(line: string): string | undefined {
  return /"uuid":"([^"]+)"/.exec(line)?.[1];
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
