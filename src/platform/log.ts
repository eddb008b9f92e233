// In: events with named fields. Out: one line each, appended to a file (logfmt: time level event key=value …).
// Always: writing never throws and never blocks the work; no content, no path and no secret is passed in here
// (callers name transcripts by their file name, which is the session id).
import { appendFileSync, renameSync, statSync } from 'node:fs';

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
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_AT) renameSync(path, `${path}.1`);
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
