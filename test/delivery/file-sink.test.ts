import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { encodeRequests, encodeTraces } from '../../src/delivery/encode.ts';
import type { EncodedRequest } from '../../src/delivery/request-parts.ts';
import { writeRequestLines } from '../../src/delivery/file-sink.ts';
import { spanOf, temporaryFolder } from './fixtures.ts';

test('writes one OTLP/JSON request a line, private, and nothing else', async () => {
  const dir = temporaryFolder();
  const path = join(dir, 'out.jsonl');
  const spans = [1, 2, 3, 4, 5].map((n) => spanOf(n, { text: 'two\nlines' }));
  const requests = encodeRequests(spans, 'json', { bytes: 1e6, spans: 2 });
  expect(await writeRequestLines(path, requests)).toEqual({ requests: 3, spans: 5 });
  const lines = readFileSync(path, 'utf8').split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[3]).toBe('');
  expect(lines[0]).toBe(new TextDecoder().decode(encodeTraces(spans.slice(0, 2), 'json')));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir)).toEqual(['out.jsonl']);
});

test('what fails in the middle leaves the file as it was', async () => {
  const dir = temporaryFolder();
  const path = join(dir, 'out.jsonl');
  writeFileSync(path, 'before');
  function* broken(): Generator<EncodedRequest> {
    yield* encodeRequests([spanOf(1)], 'json');
    throw new Error('the transcript ended');
  }
  await expect(writeRequestLines(path, broken())).rejects.toThrow('the transcript ended');
  expect(readFileSync(path, 'utf8')).toBe('before');
  expect(readdirSync(dir)).toEqual(['out.jsonl']);
});

test('no spans make an empty file', async () => {
  const path = join(temporaryFolder(), 'out.jsonl');
  expect(await writeRequestLines(path, [])).toEqual({ requests: 0, spans: 0 });
  expect(existsSync(path)).toBe(true);
});
