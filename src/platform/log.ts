// In: events with named fields. Out: one line each, appended to a file (logfmt: time level event key=value …); and back.
// Always: writing never throws and never blocks the work; no content, no path and no secret is passed in here
// (callers name transcripts by their file name, which is the session id). One process writes at a time; the file and the
// one before it are a little more than 2 MiB at most.
import { appendFileSync, readFileSync, renameSync, statSync } from 'node:fs';

export type LogLevel = 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where the program tells what it did. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** A log that forgets everything. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

const ROTATE_AT = 1024 * 1024;

/** A log in `path`; past 1 MiB the file moves to `path.1`, replacing the one before. */
export function fileLog(path: string, now: () => number = Date.now): Log {
  return lineLog((line) => {
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_AT)
        renameSync(path, olderLogFile(path));
      appendFileSync(path, line, { mode: 0o600 });
    } catch {
      // A full or read-only disk: the log is the last thing that may stop the work.
    }
  }, now);
}

/** A log that hands each finished line (with its newline) to `write`. */
export function lineLog(write: (line: string) => void, now: () => number = Date.now): Log {
  const at =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      write(`${new Date(now()).toISOString()} ${level} ${event}${formatFields(fields)}\n`);
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/** A line of a log. All values are texts: nobody can tell an id of digits from a number. */
export interface LogLine {
  /** ISO 8601. */
  readonly time: string;
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What a line says; undefined for one that is torn, or not ours. */
export function parseLogLine(line: string): LogLine | undefined {
  const [, time, level, event, rest] = LINE.exec(line) ?? [];
  if (time === undefined || level === undefined || event === undefined) return undefined;
  const fields: Record<string, string> = {};
  for (const [, key = '', bare, quoted] of (rest ?? '').matchAll(FIELD)) {
    fields[key] = bare ?? (JSON.parse(quoted ?? '""') as string); // The pattern lets nothing but a JSON text through.
  }
  // The cast: the pattern is the list of levels.
  return { time, level: level as LogLevel, event, fields };
}

/** The lines of one file of a log, the oldest first; none where there is no file. Throws what the file system throws otherwise. */
export function readLogFile(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  return readFileSync(path, 'utf8').split('\n').filter(Boolean);
}

/** The same with the file before it. */
export function readLog(path: string): string[] {
  return [...readLogFile(olderLogFile(path)), ...readLogFile(path)];
}

/** Where a log moves to when it has grown. */
export function olderLogFile(path: string): string {
  return `${path}.1`;
}

const BARE = String.raw`[\w.:/@+-]+`;
const QUOTED = String.raw`"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"`;
const FIELD = new RegExp(String.raw` ([\w.-]+)=(?:(${BARE})|(${QUOTED}))`, 'gu');
const LINE = new RegExp(
  String.raw`^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (info|warn|error) ([\w.-]+)((?: [\w.-]+=(?:${BARE}|${QUOTED}))*)$`,
  'u',
);

function formatFields(fields: LogFields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${formatValue(value as string | number | boolean)}`)
    .join('');
}

function formatValue(value: string | number | boolean): string {
  const text = String(value);
  return /^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(text);
}
