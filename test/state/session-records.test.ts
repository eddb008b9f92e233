// What is remembered of sessions: on disk and back, moved with its folder, set aside when it is damaged.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { lineLog, silentLog } from '../../src/platform/log.ts';
import { ledgerName } from '../../src/state/ledger.ts';
import { emptyCheckpoint, emptyFacts, type SessionRecord } from '../../src/state/session-record.ts';
import { openSessionRecords } from '../../src/state/session-records.ts';
import { noSums } from '../../src/telemetry/events/session-sums.ts';
import { temporaryFolder } from '../support/folders.ts';

/** An installation folder and a project folder with one transcript. */
function place(): { dir: string; project: string; transcript: string } {
  const root = temporaryFolder();
  const [dir, project] = [join(root, 'turnspan'), join(root, 'project')];
  mkdirSync(dir);
  mkdirSync(project);
  const transcript = join(project, 'session-1.jsonl');
  writeFileSync(transcript, '{}\n');
  return { dir, project, transcript };
}

/** A record with something in every place. */
function recordOf(transcript: string): SessionRecord {
  const position = { inode: statSync(transcript).ino, offset: 3, head: 'h', tail: 't' };
  const scope = {
    turnId: 'u1',
    number: 4,
    sessionId: 'session-1',
    promptId: 'p1',
    startedAt: 17,
    clientVersion: '2.1.329',
  };
  return {
    version: 1,
    sessionId: 'session-1',
    transcript,
    ledger: 'project',
    checkpoint: {
      main: position,
      agents: { a1: position },
      memory: {
        turns: 4,
        lastTurn: scope,
        pullRequests: ['https://github.com/ada/shop/pull/1'],
        titles: { user: 'The shop' },
        launches: [
          {
            agentId: 'a1',
            toolUseId: 'toolu_1',
            scope,
            depth: 1,
            calledAt: 1,
            background: true,
            ended: 'failed',
            runId: 'r1',
          },
          {
            agentId: 'a2',
            parentAgentId: 'a1',
            scope,
            calledAt: 2,
            depth: 2,
            background: false,
            unlaunched: 'orphan',
          },
        ],
      },
    },
    facts: {
      client: { pid: 7, startTime: '99' },
      hookVariables: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' },
      projectDirs: ['/home/ada/shop'],
      failedPrompts: ['p0'],
      resumedAt: [5],
      stoppedAt: 6,
      ended: false,
      prompts: [],
    },
    runs: [
      {
        start: { at: 3, source: 'startup', model: 'claude-opus-5-5' },
        end: { at: 9, reason: 'logout' },
        sums: {
          ...noSums,
          turns: 1,
          tools: { Bash: 2 },
          filesRead: { names: ['a.ts'], more: true },
          first: { at: 17, clientVersion: '2.1.329' },
          firstModel: { at: 18, model: 'claude-opus-5-5' },
          lastAt: 20,
          lastTurn: { number: 4, at: 20, status: 'interrupted' },
          forkedFrom: 'session-0',
        },
        startTold: true,
        endTold: false,
      },
    ],
    counted: [{ spanId: '0123456789abcdef', turn: 4, agentId: 'a1' }],
  };
}

describe('a record', () => {
  test('is new where nothing is known', () => {
    const { dir, project, transcript } = place();
    expect(openSessionRecords(dir, silentLog).open(transcript)).toEqual({
      version: 1,
      sessionId: 'session-1',
      transcript,
      ledger: ledgerName(project),
      checkpoint: emptyCheckpoint,
      facts: emptyFacts,
      runs: [],
      counted: [],
    });
  });

  test('comes back from the disk as it was saved, and is for its user alone', () => {
    const { dir, transcript } = place();
    const record = recordOf(transcript);
    openSessionRecords(dir, silentLog).save(record, false);
    expect(openSessionRecords(dir, silentLog).open(transcript)).toEqual(record);
    const [name] = readdirSync(join(dir, 'sessions'));
    expect(statSync(join(dir, 'sessions', name!)).mode & 0o777).toBe(0o600);
  });

  test('of another transcript with the same name is another one', () => {
    const { dir, project, transcript } = place();
    const other = join(project, 'sub', 'session-1.jsonl');
    mkdirSync(join(project, 'sub'));
    writeFileSync(other, '{}\n');
    const records = openSessionRecords(dir, silentLog);
    records.save(recordOf(transcript), false);
    expect(records.open(other).checkpoint).toEqual(emptyCheckpoint);
  });

  test('follows its transcript when the folder is moved, with the ledger that it had', () => {
    const { dir, project, transcript } = place();
    const records = openSessionRecords(dir, silentLog);
    records.save(recordOf(transcript), true);
    renameSync(project, `${project}-moved`);
    const moved = join(`${project}-moved`, 'session-1.jsonl');
    const record = records.open(moved);
    expect(record).toEqual({ ...recordOf(moved), transcript: moved });
    expect(readdirSync(join(dir, 'sessions'))).toHaveLength(1);
    expect(openSessionRecords(dir, silentLog).open(moved)).toEqual(record);
  });

  test('stays where it is when the transcript was copied', () => {
    const { dir, project, transcript } = place();
    const records = openSessionRecords(dir, silentLog);
    records.save(recordOf(transcript), false);
    const copy = join(project, 'copy');
    mkdirSync(copy);
    writeFileSync(join(copy, 'session-1.jsonl'), readFileSync(transcript));
    expect(records.open(join(copy, 'session-1.jsonl')).checkpoint).toEqual(emptyCheckpoint);
    expect(records.open(transcript).checkpoint).toEqual(recordOf(transcript).checkpoint);
  });

  test.each(['', '{"version":1', '{"version":2}', '[]'])(
    'that is damaged (%j) is set aside, reported, and begun anew',
    (text) => {
      const { dir, transcript } = place();
      openSessionRecords(dir, silentLog).save(recordOf(transcript), true);
      const [name] = readdirSync(join(dir, 'sessions'));
      writeFileSync(join(dir, 'sessions', name!), text);
      const lines: string[] = [];
      const records = openSessionRecords(
        dir,
        lineLog((line) => lines.push(line)),
      );
      expect(records.open(transcript).checkpoint).toEqual(emptyCheckpoint);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain('error session-record-unreadable');
      expect(lines[0]).not.toContain(dir);
      expect(readFileSync(join(dir, 'sessions', `${name!}.unreadable`), 'utf8')).toBe(text);
    },
  );
});

describe('a watch mark', () => {
  test('stands while something is undecided, and makes the record be found', () => {
    const { dir, transcript } = place();
    const records = openSessionRecords(dir, silentLog);
    const record = recordOf(transcript);
    records.save(record, true);
    expect(openSessionRecords(dir, silentLog).undecided()).toEqual([record]);
    records.save(record, false);
    expect(openSessionRecords(dir, silentLog).undecided()).toEqual([]);
  });

  test('without a record (a crash between the two) is no fault', () => {
    const { dir } = place();
    const records = openSessionRecords(dir, silentLog);
    writeFileSync(join(dir, 'watch', 'session-9-0123456789abcdef.json'), '');
    expect(records.undecided()).toEqual([]);
  });
});

describe('opening the records', () => {
  test('clears what killed writers left, and nothing of living ones', () => {
    const { dir } = place();
    openSessionRecords(dir, silentLog);
    const path = join(dir, 'sessions', '.tmp-1-0-session-1.json');
    writeFileSync(path, '{');
    const written = statSync(path).mtimeMs;
    openSessionRecords(dir, silentLog, () => written + 1_000);
    expect(existsSync(path)).toBe(true);
    openSessionRecords(dir, silentLog, () => written + 3_600_000);
    expect(existsSync(path)).toBe(false);
  });
});
