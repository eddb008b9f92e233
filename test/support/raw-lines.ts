// The lines of a session's files, read without any of Turnspan's own code: what the count is made from.
// Always: bytes cut at newlines, `JSON.parse`, and what cannot be parsed is nothing.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A JSON object as it stands in the file. */
export type Json = Readonly<Record<string, unknown>>;

export interface RawLine {
  /** Id of the agent whose file it stands in; absent: the main file. */
  readonly agentId: string | undefined;
  readonly json: Json;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface RawFile {
  readonly agentId: string | undefined;
  readonly lines: readonly RawLine[];
  /** What stands in the `.meta.json` beside it. */
  readonly meta: Json;
  /** Name of the folder: an agent of a workflow lies in that of its run. */
  readonly folder: string;
}

/** The main file, if it is there, and the agents' files of a session. */
export function readFiles(transcript: string): RawFile[] {
  const folder = dirname(transcript);
  const session = basename(transcript, '.jsonl');
  const below = agentFiles(join(folder, session, 'subagents'), true);
  const beside = agentFiles(folder, false).filter((path) =>
    readFileSync(path, 'utf8').includes(`"sessionId":"${session}"`),
  );
  return [transcript, ...below, ...beside].filter(existsSync).map((path) => {
    const agentId = path === transcript ? undefined : AGENT_FILE.exec(path)?.[1];
    return { agentId, lines: linesOf(path, agentId), meta: metaOf(path), folder: basename(dirname(path)) };
  });
}

const AGENT_FILE = /(?:^|[/_])agent-([^/]+)\.jsonl$/;

function agentFiles(folder: string, recursive: boolean): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive, encoding: 'utf8' });
  return names
    .map((name) => join(folder, name))
    .filter((path) => AGENT_FILE.test(path))
    .sort();
}

function linesOf(path: string, agentId: string | undefined): RawLine[] {
  const bytes = readFileSync(path);
  const lines: RawLine[] = [];
  for (let from = 0; from < bytes.length;) {
    const newline = bytes.indexOf(0x0a, from);
    const to = newline === -1 ? bytes.length : newline;
    const json = parsed(bytes.subarray(from, to).toString('utf8'));
    const at = Date.parse(text(json?.['timestamp']) ?? '');
    // A line of a conversation has a time. Two hand-made fixtures have templates of lines (`[trimmed for fixture]`).
    if (json !== undefined && !Number.isNaN(at)) lines.push({ agentId, json, at });
    from = to + 1;
  }
  return lines;
}

function metaOf(path: string): Json {
  const meta = path.replace(/\.jsonl$/, '.meta.json');
  return existsSync(meta) ? (parsed(readFileSync(meta, 'utf8')) ?? {}) : {};
}

function parsed(line: string): Json | undefined {
  try {
    return object(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** The value as an object, if it is one. */
export function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** The value as a string, if it is one. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value as a count; anything else counts nothing. */
export function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
