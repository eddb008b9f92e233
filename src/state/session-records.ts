// In: a transcript's path. Out: what is remembered of its session, and back to disk (0600, atomic).
// A mark in `watch/` says that something of a session is undecided, or that its client lives and may write on without a
// hook, so that every wake-up looks at it; the mark is set before the record that needs it and removed after the one
// that does not: a crash leaves at most a mark too many.
// A record that cannot be read is set aside and reported; its session is read again from the beginning, which the
// ledger makes safe.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { removeIfThere } from '../platform/if-there.ts';
import { sweepTemporary, writeAtomic } from '../platform/atomic-file.ts';
import type { Log } from '../platform/log.ts';
import { ledgerName } from './ledger.ts';
import { emptyCheckpoint, emptyFacts, sessionRecordSchema, type SessionRecord } from './session-record.ts';

export interface SessionRecords {
  /** The record for a transcript; a new one where there is none, the old one where the file was only moved. */
  open(transcript: string): SessionRecord;
  /** `undecided`: every wake-up must look at it. */
  save(record: SessionRecord, undecided: boolean): void;
  /** The records with something undecided. */
  undecided(): SessionRecord[];
}

/** The records of an installation. Only the owner of its lock writes. */
export function openSessionRecords(dir: string, log: Log, now: () => number = Date.now): SessionRecords {
  const folder = join(dir, 'sessions');
  const watch = join(dir, 'watch');
  for (const path of [folder, watch]) mkdirSync(path, { recursive: true, mode: 0o700 });
  sweepTemporary(folder, now());
  /** What this process wrote last: the same again costs no write. */
  const written = new Map<string, string>();

  const read = (name: string): SessionRecord | undefined => {
    const path = join(folder, name);
    if (!existsSync(path)) return undefined;
    try {
      return sessionRecordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      renameSync(path, `${path}.unreadable`);
      log.error('session-record-unreadable', { record: name, consequence: 'read again from the beginning' });
      return undefined;
    }
  };

  /** A folder that was moved: the same file name (a session's own id), and nothing at the old place. From another disk it has new inodes; the position tells. */
  const adoptMoved = (transcript: string): SessionRecord | undefined => {
    const prefix = `${stemOf(transcript)}-`;
    for (const name of existsSync(transcript) ? readdirSync(folder) : []) {
      if (!name.startsWith(prefix) || !name.endsWith('.json')) continue;
      const record = read(name);
      if (record === undefined || existsSync(record.transcript)) continue;
      const moved = { ...record, transcript };
      writeAtomic(join(folder, recordName(transcript)), JSON.stringify(moved));
      removeIfThere(join(folder, name));
      removeIfThere(join(watch, name));
      return moved;
    }
    return undefined;
  };

  return {
    open: (transcript) =>
      read(recordName(transcript)) ??
      adoptMoved(transcript) ?? {
        version: 1,
        sessionId: stemOf(transcript),
        transcript,
        ledger: ledgerName(dirname(transcript)),
        checkpoint: emptyCheckpoint,
        facts: emptyFacts,
        runs: [],
        counted: [],
      },
    save: (record, undecided) => {
      const name = recordName(record.transcript);
      if (undecided) writeFileSync(join(watch, name), '', { mode: 0o600 });
      const content = JSON.stringify(record);
      if (written.get(name) !== content) writeAtomic(join(folder, name), content);
      written.set(name, content);
      if (!undecided) removeIfThere(join(watch, name));
    },
    undecided: () => readdirSync(watch).flatMap((name) => read(name) ?? []),
  };
}

/** The session id: Claude Code names the file so. */
function stemOf(transcript: string): string {
  return basename(transcript, '.jsonl');
}

function recordName(transcript: string): string {
  const hash = createHash('sha256').update(transcript).digest('hex').slice(0, 16);
  return `${stemOf(transcript)}-${hash}.json`;
}
