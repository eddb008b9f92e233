// In: an installation's folder. Out: the tickets that wait in its inbox/.
// Always: a ticket stays until `removeTicket`, so a killed worker loses none. What can never be read goes to
// inbox-unreadable/ and into the log, and the others are read all the same; what a killed hook left unfinished is removed.
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeIfThere } from '../platform/if-there.ts';
import type { Log } from '../platform/log.ts';
import { parseTicket, type ParsedTicket, type Ticket } from './ticket.ts';
import { inboxFolder, isFinished, listTicketFiles, type TicketFile } from './tickets-folder.ts';
import { errorCode } from '../platform/reason.ts';

/** Older than this, an unfinished ticket is a dead hook's: a hook takes milliseconds, and each write renews the file's time. */
const ABANDONED_MS = 60_000;
/** An event is some kilobytes; 50 MB was tried. Beyond this it would only fill the worker's memory. */
const TOO_LARGE = 128 * 1024 * 1024;
/** The newest that are kept for a look. They hold content, so not for ever. */
const UNREADABLE_KEPT = 100;

/** The waiting tickets in the order of their arrival. `now` is in milliseconds since 1970. */
export function readInbox(dir: string, log: Log, now = Date.now()): Ticket[] {
  return listTicketFiles(dir).flatMap((file) => {
    const parsed = read(file);
    switch (parsed.kind) {
      case 'ticket':
        return [parsed.ticket];
      case 'unfinished':
        if (now - file.modifiedAt > ABANDONED_MS) clear(file, log);
        return [];
      case 'unreadable':
        setAside(dir, file, parsed.reason, log);
        return [];
    }
  });
}

/** Takes a ticket away. Called when what it asked for is done and on disk. */
export function removeTicket(dir: string, ticket: Ticket): void {
  removeIfThere(join(inboxFolder(dir), ticket.name));
}

/** True when nothing waits. An unfinished ticket does not count: its hook looks for a worker when it has finished. */
export function inboxIsEmpty(dir: string): boolean {
  return !listTicketFiles(dir).some((file) => !file.regular || isFinished(file));
}

function read(file: TicketFile): ParsedTicket {
  if (!file.regular) return { kind: 'unreadable', reason: 'not a regular file' };
  if (file.bytes > TOO_LARGE) return { kind: 'unreadable', reason: `larger than ${TOO_LARGE} bytes` };
  try {
    return parseTicket(file.name, file.modifiedAt, readFileSync(file.path));
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    // A hook that failed has just removed it.
    return code === 'ENOENT'
      ? { kind: 'unfinished' }
      : { kind: 'unreadable', reason: `reading failed: ${code}` };
  }
}

function clear(file: TicketFile, log: Log): void {
  removeIfThere(file.path);
  log.warn('ticket-abandoned', { ticket: file.name });
}

function setAside(dir: string, file: TicketFile, reason: string, log: Log): void {
  const folder = join(dir, 'inbox-unreadable');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    renameSync(file.path, join(folder, file.name));
    dropOldest(folder);
  } catch (error) {
    log.error('ticket-unreadable', { ticket: file.name, reason, left: 'inbox', cause: errorCode(error) });
    return;
  }
  log.warn('ticket-unreadable', { ticket: file.name, reason, moved: 'inbox-unreadable' });
}

function dropOldest(folder: string): void {
  const paths = readdirSync(folder).map((name) => join(folder, name));
  const byAge = paths.map((path) => ({ path, modifiedAt: lstatSync(path).mtimeMs }));
  byAge.sort((one, other) => other.modifiedAt - one.modifiedAt);
  for (const { path } of byAge.slice(UNREADABLE_KEPT)) rmSync(path, { recursive: true, force: true });
}
