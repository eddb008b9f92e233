import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { BatchId } from '../../src/delivery/batch-id.ts';
import { encodeRequests } from '../../src/delivery/encode.ts';
import { listFolder, outboxFolder, stagingFolder } from '../../src/delivery/folders.ts';
import { listPending } from '../../src/delivery/outbox.ts';
import { publish, recoverStaging, stage } from '../../src/delivery/staging.ts';
import { destinationTo, idOf, newBatchId, spanOf, temporaryFolder } from './fixtures.ts';

const url = 'http://127.0.0.1:4318';
const one = destinationTo(url);
const two = destinationTo(url, { id: idOf('two'), encoding: 'json' });
const forOne = encodeRequests([spanOf(1), spanOf(2)], 'protobuf', { bytes: 1e6, spans: 1 });
const forTwo = encodeRequests([spanOf(1), spanOf(2)], 'json');

function stageBoth(dir: string): BatchId {
  const batchId = newBatchId();
  const both = [
    { destination: one, requests: forOne },
    { destination: two, requests: forTwo },
  ];
  stage(dir, batchId, both);
  return batchId;
}

const waiting = (dir: string, id: string): string[] => listPending(dir, idOf(id)).map(({ file }) => file);

describe('stage and publish', () => {
  test('nothing is in an outbox before publish, everything is after it', () => {
    const dir = temporaryFolder();
    const batchId = stageBoth(dir);
    expect(waiting(dir, 'one')).toEqual([]);
    publish(dir, batchId);
    expect(listFolder(stagingFolder(dir))).toEqual([]);
    expect(listPending(dir, idOf('one'))).toMatchObject([
      { batchId, part: 0, spans: 1 },
      { batchId, part: 1, spans: 1 },
    ]);
    expect(listPending(dir, idOf('two'))).toMatchObject([{ batchId, part: 0, spans: 2 }]);
    const file = join(outboxFolder(dir, idOf('two')), waiting(dir, 'two')[0] ?? '');
    expect(Buffer.from(forTwo[0]?.bytes ?? [])).toEqual(readFileSync(file));
  });

  test('publishing again changes nothing', () => {
    const dir = temporaryFolder();
    const batchId = stageBoth(dir);
    publish(dir, batchId);
    const before = waiting(dir, 'one');
    publish(dir, batchId);
    expect(waiting(dir, 'one')).toEqual(before);
  });

  test('publishes the named batch alone', () => {
    const dir = temporaryFolder();
    const first = stageBoth(dir);
    stageBoth(dir);
    publish(dir, first);
    expect(listPending(dir, idOf('two')).map(({ batchId }) => batchId)).toEqual([first]);
    expect(listFolder(stagingFolder(dir))).toHaveLength(3);
  });

  test('everything is readable by its owner alone', () => {
    const dir = temporaryFolder();
    publish(dir, stageBoth(dir));
    const folder = outboxFolder(dir, idOf('one'));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test('a batch that cannot be written whole leaves nothing', () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'outbox'), 'a file where a folder must be');
    expect(() => stageBoth(dir)).toThrow(/EEXIST|ENOTDIR/);
    rmSync(join(dir, 'outbox'));
    const unwritable = { destination: two, requests: [{ bytes: null as unknown as Uint8Array, spans: 1 }] };
    const batch = [{ destination: one, requests: forOne }, unwritable];
    expect(() => {
      stage(dir, newBatchId(), batch);
    }).toThrow();
    expect(readdirSync(stagingFolder(dir))).toEqual([]);
  });

  test('a destination id that is no plain name goes nowhere', () => {
    const dir = temporaryFolder();
    const bad = { ...one, id: idOf('../../elsewhere') };
    expect(() => {
      stage(dir, newBatchId(), [{ destination: bad, requests: forOne }]);
    }).toThrow('destination id');
  });
});

describe('destination.json', () => {
  const path = (dir: string): string => join(outboxFolder(dir, idOf('one')), 'destination.json');

  test('is rewritten only when it changed', () => {
    const dir = temporaryFolder();
    stageBoth(dir);
    utimesSync(path(dir), 1, 1);
    stageBoth(dir);
    expect(statSync(path(dir)).mtimeMs).toBe(1000);
    stage(dir, newBatchId(), [
      { destination: { ...one, headers: { authorization: 'new' } }, requests: forOne },
    ]);
    expect(statSync(path(dir)).mtimeMs).not.toBe(1000);
    expect(readFileSync(path(dir), 'utf8')).toContain('"new"');
  });
});

describe('recoverStaging finds, of a worker that was killed', () => {
  test('before the commit: staged files, and deletes them', () => {
    const dir = temporaryFolder();
    stageBoth(dir);
    expect(recoverStaging(dir, () => false)).toEqual({ published: 0, deleted: 3 });
    expect(listFolder(stagingFolder(dir))).toEqual([]);
    expect(waiting(dir, 'one')).toEqual([]);
  });

  test('in the middle of staging: some of the files and half of one, and deletes them', () => {
    const dir = temporaryFolder();
    stageBoth(dir);
    const [file = ''] = listFolder(stagingFolder(dir));
    rmSync(join(stagingFolder(dir), file));
    const half = join(stagingFolder(dir), `.tmp-1-0-${file}`);
    writeFileSync(half, 'ha');
    utimesSync(half, 1, 1);
    recoverStaging(dir, () => false);
    expect(readdirSync(stagingFolder(dir))).toEqual([]);
  });

  test('after the commit: staged files, and publishes them', () => {
    const dir = temporaryFolder();
    const committed = stageBoth(dir);
    const other = stageBoth(dir);
    expect(recoverStaging(dir, (batchId) => batchId === committed)).toEqual({ published: 3, deleted: 3 });
    expect(waiting(dir, 'one').every((file) => file.startsWith(committed))).toBe(true);
    expect(waiting(dir, 'one')).toHaveLength(2);
    expect(waiting(dir, 'two')).toHaveLength(1);
    expect(waiting(dir, 'two').join()).not.toContain(other);
  });

  test('in the middle of publishing: the rest, and publishes it', () => {
    const dir = temporaryFolder();
    const batchId = stageBoth(dir);
    const staged = listFolder(stagingFolder(dir));
    const rest = staged.filter((file) => file.includes('@two'));
    const contents = rest.map((file) => readFileSync(join(stagingFolder(dir), file)));
    publish(dir, batchId);
    rest.forEach((file, n) => {
      writeFileSync(join(stagingFolder(dir), file), contents[n] ?? '');
      rmSync(join(outboxFolder(dir, idOf('two')), waiting(dir, 'two')[0] ?? ''));
    });
    expect(recoverStaging(dir, () => true)).toEqual({ published: 1, deleted: 0 });
    expect(waiting(dir, 'one')).toHaveLength(2);
    expect(waiting(dir, 'two')).toHaveLength(1);
  });

  test('nothing on a first start, and leaves foreign files alone', () => {
    const dir = temporaryFolder();
    expect(recoverStaging(dir, () => true)).toEqual({ published: 0, deleted: 0 });
    const foreign = join(stagingFolder(dir), 'notes.txt');
    writeFileSync(foreign, '');
    expect(recoverStaging(dir, () => false)).toEqual({ published: 0, deleted: 0 });
    expect(existsSync(foreign)).toBe(true);
  });
});
