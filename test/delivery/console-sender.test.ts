// The console as a destination: lines of OTLP/JSON in a file.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { Encoding } from '../../src/config/destination.ts';
import { sendTo } from '../../src/delivery/destination-file.ts';
import { drainOutbox } from '../../src/delivery/drain.ts';
import { encodeTraces } from '../../src/delivery/encode.ts';
import type { Outcome } from '../../src/delivery/outcome.ts';
import { openSender } from '../../src/delivery/sender.ts';
import { silentLog } from '../../src/platform/log.ts';
import { commit, destinationTo, spanOf, temporaryFolder } from './fixtures.ts';

function consoleIn(file: string) {
  return destinationTo('', { transport: 'console', url: pathToFileURL(file).href, encoding: 'json' });
}

async function send(file: string, body: Uint8Array, encoding: Encoding = 'json'): Promise<Outcome> {
  const opened = await openSender(sendTo(consoleIn(file)));
  if (opened.status === 'unusable') throw new Error(opened.why);
  try {
    return await opened.sender.send({ body, encoding });
  } finally {
    opened.sender.close();
  }
}

test('each request is a line, in a file that only its user can read', async () => {
  const file = join(temporaryFolder(), 'console.jsonl');
  const bodies = [1, 2].map((n) => encodeTraces([spanOf(n)], 'json'));
  for (const body of bodies) expect(await send(file, body)).toEqual({ status: 'accepted' });
  expect(readFileSync(file, 'utf8')).toBe(bodies.map((body) => `${Buffer.from(body).toString()}\n`).join(''));
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a file that has grown moves aside, and the one before it goes', async () => {
  const file = join(temporaryFolder(), 'console.jsonl');
  writeFileSync(`${file}.1`, 'the oldest');
  writeFileSync(file, 'x'.repeat(8 * 1024 * 1024 + 1));
  await send(file, Buffer.from('{}'));
  expect(readFileSync(file, 'utf8')).toBe('{}\n');
  expect(statSync(`${file}.1`).size).toBe(8 * 1024 * 1024 + 1);
  await send(file, Buffer.from('{}'));
  expect(readFileSync(file, 'utf8')).toBe('{}\n{}\n');
});

test('a disk that takes nothing makes requests wait, without a path in the reason', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'console.jsonl'));
  const outcome = await send(join(folder, 'console.jsonl'), Buffer.from('{}'));
  expect(outcome).toEqual({ status: 'later', cause: 'unreachable', why: 'EISDIR' });
});

test('protobuf is no text', async () => {
  const file = join(temporaryFolder(), 'console.jsonl');
  expect(await send(file, encodeTraces([spanOf(1)], 'protobuf'), 'protobuf')).toMatchObject({
    status: 'refused',
  });
  expect(existsSync(file)).toBe(false);
});

test('an outbox is drained into it', async () => {
  const dir = temporaryFolder();
  const file = join(dir, 'console.jsonl');
  commit(dir, [consoleIn(file)], [spanOf(1), spanOf(2)], 'json');
  await drainOutbox(dir, silentLog);
  const [line] = readFileSync(file, 'utf8').split('\n');
  expect(JSON.parse(line ?? '')).toMatchObject({
    resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'span 1' }, { name: 'span 2' }] }] }],
  });
});
