// The ledger: a batch counts from the moment its line ends, and for ever.
import { appendFileSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { committedBatches, ledgerName, openLedger } from '../../src/state/ledger.ts';
import { temporaryFolder } from '../support/folders.ts';

const [a, b, c] = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb', 'cccccccccccccccc'] as const;

describe('a ledger', () => {
  test('remembers what was committed, also after it is opened again', () => {
    const dir = temporaryFolder();
    const ledger = openLedger(dir, 'project');
    expect(ledger.senderOf(a)).toBeUndefined();
    ledger.commit('batch-1', 'session-1', [a, b]);
    for (const one of [ledger, openLedger(dir, 'project')]) {
      expect([a, b, c].map(one.senderOf)).toEqual(['session-1', 'session-1', undefined]);
    }
  });

  test('is the ledger of one project', () => {
    const dir = temporaryFolder();
    openLedger(dir, 'project').commit('batch-1', 'session-1', [a]);
    expect(openLedger(dir, 'other').senderOf(a)).toBeUndefined();
  });

  test('keeps its file to its user', () => {
    const dir = temporaryFolder();
    openLedger(dir, 'project').commit('batch-1', 'session-1', [a]);
    expect(statSync(join(dir, 'ledger', 'project')).mode & 0o777).toBe(0o600);
  });

  test('is one line a batch', () => {
    const dir = temporaryFolder();
    const ledger = openLedger(dir, 'project');
    ledger.commit('batch-1', 'session-1', [a, b]);
    ledger.commit('batch-2', 'session-1', [c]);
    expect(readFileSync(join(dir, 'ledger', 'project'), 'utf8')).toBe(
      `batch-1 session-1 ${a} ${b}\nbatch-2 session-1 ${c}\n`,
    );
  });

  test('killed in the middle of a commit has not committed it, wherever the line was torn', () => {
    fc.assert(
      fc.property(fc.nat(), (cut) => {
        const dir = temporaryFolder();
        openLedger(dir, 'project').commit('batch-1', 'session-1', [a]);
        const line = `batch-2 ${b} ${c}\n`;
        appendFileSync(join(dir, 'ledger', 'project'), line.slice(0, cut % line.length));
        const ledger = openLedger(dir, 'project');
        expect([a, b, c].map(ledger.senderOf)).toEqual(['session-1', undefined, undefined]);
        ledger.commit('batch-3', 'session-1', [c]);
        expect([...committedBatches(dir)]).toEqual(['batch-1', 'batch-3']);
        expect(openLedger(dir, 'project').senderOf(c)).toBe('session-1');
      }),
      { numRuns: 30 },
    );
  });

  test('that could not be written has committed nothing', () => {
    const dir = temporaryFolder();
    const ledger = openLedger(dir, 'project');
    mkdirSync(join(dir, 'ledger', 'project'));
    expect(() => {
      ledger.commit('batch-1', 'session-1', [a]);
    }).toThrow();
    expect(ledger.senderOf(a)).toBeUndefined();
  });
});

describe('the trace of a turn', () => {
  const fileOf = (dir: string): string => readFileSync(join(dir, 'ledger', 'project'), 'utf8');

  test('is known to all from the moment it is decided, and on disk with the first span that leaves', () => {
    const dir = temporaryFolder();
    const ledger = openLedger(dir, 'project');
    expect(ledger.traceOf(a)).toBeUndefined();
    ledger.decide(a, 'own');
    expect(ledger.traceOf(a)).toBe('own');
    expect(openLedger(dir, 'project').traceOf(a)).toBeUndefined();
    ledger.commit('batch-1', 'session-1', [b], [a]);
    ledger.commit('batch-2', 'session-1', [c], [a]);
    expect(fileOf(dir)).toBe(`batch-1 session-1 @${a}=own ${b}\nbatch-2 session-1 ${c}\n`);
    const again = openLedger(dir, 'project');
    expect([again.traceOf(a), again.traceOf(b), again.senderOf(b)]).toEqual(['own', undefined, 'session-1']);
    // The turn's own id in it is no span that left.
    expect(again.senderOf(a)).toBeUndefined();
  });

  test('is not on disk when the commit failed, and is then written by the next one', () => {
    const dir = temporaryFolder();
    const ledger = openLedger(dir, 'project');
    ledger.decide(a, 'own');
    const path = join(dir, 'ledger', 'project');
    mkdirSync(path);
    expect(() => {
      ledger.commit('batch-1', 'session-1', [b], [a]);
    }).toThrow();
    rmdirSync(path);
    ledger.commit('batch-1', 'session-1', [b], [a]);
    expect(openLedger(dir, 'project').traceOf(a)).toBe('own');
  });
});

describe('the committed batches', () => {
  test('are those of all projects, without a torn one', () => {
    const dir = temporaryFolder();
    openLedger(dir, 'one').commit('batch-1', 'session-1', [a]);
    openLedger(dir, 'two').commit('batch-2', 'session-1', [b]);
    writeFileSync(join(dir, 'ledger', 'three'), `batch-3 ${c}`);
    expect([...committedBatches(dir)].sort()).toEqual(['batch-1', 'batch-2']);
  });

  test('are none before anything was', () => {
    expect(committedBatches(temporaryFolder()).size).toBe(0);
  });
});

describe('the name of a ledger', () => {
  test('follows from the folder alone and tells nothing of it', () => {
    expect(ledgerName('/home/ada/shop')).toBe(ledgerName('/home/ada/shop'));
    expect(ledgerName('/home/ada/shop')).not.toBe(ledgerName('/home/ada/shop2'));
    expect(ledgerName('/home/ada/shop')).toMatch(/^[0-9a-f]{16}$/);
  });
});
