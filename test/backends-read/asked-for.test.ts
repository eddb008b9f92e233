// A dialect is there where someone asks for it, and nowhere else: through the worker's way and through `turnspan export`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { destinationId, type Destination } from '../../src/config/destination.ts';
import { DIALECTS, type DialectName } from '../../src/config/dialect.ts';
import { outboxFolder } from '../../src/delivery/folders.ts';
import { listPending } from '../../src/delivery/outbox.ts';
import { readFinished } from '../../src/finished-session.ts';
import { silentLog } from '../../src/platform/log.ts';
import { turnspan } from '../cli/run-turnspan.ts';
import { destinationTo } from '../delivery/fixtures.ts';
import { EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { temporaryFolder } from '../support/folders.ts';
import { outgoingTo } from '../support/outgoing-to.ts';
import { readSpans } from './otlp-json.ts';

const MARKS: Readonly<Record<DialectName, string>> = {
  langfuse: 'langfuse.observation.type',
  openinference: 'openinference.span.kind',
  langsmith: 'langsmith.span.kind',
};

/** The dialects that are spoken in requests, in every span or in none. */
function spoken(requests: string): string[] {
  const spans = readSpans(requests);
  expect(spans).toHaveLength(40);
  return DIALECTS.filter((name) => {
    const count = spans.filter(({ attributes }) => MARKS[name] in attributes).length;
    expect([0, 40]).toContain(count);
    return count > 0;
  });
}

test('each destination gets its own dialect, or none', async () => {
  const dir = temporaryFolder();
  const destinations = [undefined, ...DIALECTS].map((dialect, n): Destination => {
    const url = `http://127.0.0.1:${n + 1}`;
    return destinationTo(url, { id: destinationId(url, 'json'), encoding: 'json', dialect });
  });
  const outgoing = outgoingTo(dir, EXAMPLE_TRANSCRIPT, destinations);
  for await (const completed of readFinished(EXAMPLE_TRANSCRIPT, { log: silentLog })) outgoing.add(completed);
  outgoing.flush(undefined);
  const left = destinations.map(({ id }) =>
    listPending(dir, id)
      .map(({ file }) => readFileSync(join(outboxFolder(dir, id), file), 'utf8'))
      .join('\n'),
  );
  expect(left.map(spoken)).toEqual([[], ['langfuse'], ['openinference'], ['langsmith']]);
});

test('turnspan export speaks the one that it is told, and none without', async () => {
  const file = join(temporaryFolder(), 'out.jsonl');
  for (const [options, expected] of [
    [[], []],
    [['--dialect', 'langfuse'], ['langfuse']],
  ] as const) {
    expect(await turnspan(['export', EXAMPLE_TRANSCRIPT, '--file', file, ...options])).toMatchObject({
      code: 0,
    });
    expect(spoken(readFileSync(file, 'utf8'))).toEqual(expected);
  }
  const wrong = await turnspan(['export', EXAMPLE_TRANSCRIPT, '--file', file, '--dialect', 'klingon']);
  expect(wrong.stderr).toContain('--dialect: write one of langfuse, openinference, langsmith');
  expect(wrong.code).not.toBe(0);
});
