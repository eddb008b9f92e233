// What a backend takes at most, enforced where its requests are made: the length of a text, and the age of a span. The other
// destinations of the same session get everything.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { destinationId, type Destination } from '../../src/config/destination.ts';
import { presetNamed, presets } from '../../src/config/presets/list.ts';
import { lossesOf } from '../../src/delivery/health.ts';
import { outboxFolder } from '../../src/delivery/folders.ts';
import { listPending } from '../../src/delivery/outbox.ts';
import { exportSessions } from '../../src/export-sessions.ts';
import { readFinished } from '../../src/finished-session.ts';
import { lineLog, silentLog } from '../../src/platform/log.ts';
import { destinationTo } from '../delivery/fixtures.ts';
import { EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { temporaryFolder } from '../support/folders.ts';
import { outgoingTo } from '../support/outgoing-to.ts';
import { startBackend } from '../support/loopback-backend.ts';
import { newStory, writeStory } from '../support/transcripts.ts';
import { readSpans, type ReadSpan } from './otlp-json.ts';

const HOUR = 60 * 60 * 1000;

test('what presets know of their backends', () => {
  const limits = presets.flatMap(({ name, limits: one }) => (one === undefined ? [] : [[name, one]]));
  expect(Object.fromEntries(limits)).toMatchObject({
    dash0: { valueLength: 2048, spanAgeMs: 6 * HOUR },
    'grafana-cloud': { valueLength: 2048 },
    'honeycomb-us': { valueLength: 64_000 },
    'honeycomb-eu': { valueLength: 64_000 },
    'new-relic-us': { valueLength: 4095, requestBytes: 1_000_000 },
    'new-relic-eu': { valueLength: 4095 },
    'langfuse-eu': { valueLength: 500_000 },
  });
});

/** One turn with a long answer, which began so long ago. */
function sessionOf(ago: number): string {
  const story = newStory({ startsAt: Date.now() - ago });
  story.prompt('Tell me more');
  const response = story.response();
  const call = response.tool('Read', {
    file_path: '/home/ada/shop/long.txt',
    note: 'a "quoted" word'.repeat(9000),
  });
  story.result(call, 'x'.repeat(200_000));
  story.answer('y'.repeat(200_000));
  story.endOfTurn();
  return writeStory(temporaryFolder(), story).transcript;
}

interface Left {
  readonly spans: ReadSpan[];
  readonly tooOld: number;
}

/** The worker's way to each destination, and what the log says. */
async function outboxesOf(
  transcript: string,
  all: readonly Partial<Destination>[],
): Promise<{ readonly left: Left[]; readonly log: string }> {
  const dir = temporaryFolder();
  let log = '';
  const destinations = all.map((one, n) =>
    destinationTo(`http://127.0.0.1:${n + 1}`, {
      id: destinationId(`http://127.0.0.1:${n + 1}`, 'json'),
      content: 'full',
      encoding: 'json',
      name: `d${n}`,
      ...one,
    }),
  );
  const outgoing = outgoingTo(
    dir,
    transcript,
    destinations,
    lineLog((line) => {
      log += line;
    }),
  );
  for await (const completed of readFinished(transcript, { log: silentLog })) outgoing.add(completed);
  outgoing.flush(undefined);
  return {
    log,
    left: destinations.map(({ id }) => ({
      tooOld: lossesOf(dir, id).tooOld,
      spans: listPending(dir, id).flatMap(({ file }) =>
        readSpans(readFileSync(join(outboxFolder(dir, id), file), 'utf8')),
      ),
    })),
  };
}

describe('the length of a text', () => {
  const cutting = presets.filter(({ limits }) => limits?.valueLength !== undefined);

  test.each(cutting.map(({ name, limits, dialect }) => [name, limits, dialect] as const))(
    '%s gets none that is longer, and JSON that is JSON',
    async (_name, limits, dialect) => {
      const { left } = await outboxesOf(sessionOf(HOUR), [{ limits, dialect }, {}]);
      const longest = (spans: readonly ReadSpan[]): number =>
        Math.max(...textsOf(spans).map(([, text]) => Array.from(text).length));
      expect(longest(left[0]?.spans ?? [])).toBeLessThanOrEqual(limits?.valueLength ?? 0);
      expect(longest(left[1]?.spans ?? [])).toBeGreaterThan(64_000);
      const json = textsOf(left[0]?.spans ?? []).filter(([key]) => /messages$|arguments$|result$/.test(key));
      expect(json.length).toBeGreaterThan(5);
      for (const [, text] of json) expect(() => JSON.parse(text) as unknown).not.toThrow();
    },
  );
});

function textsOf(spans: readonly ReadSpan[]): [string, string][] {
  return spans.flatMap(({ attributes }) =>
    Object.entries(attributes).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
}

describe('the age of a span', () => {
  const limits = presetNamed('dash0')?.limits;

  test('one that is too old is not sent there, counted and told; the other destination gets it', async () => {
    const { left, log } = await outboxesOf(sessionOf(7 * HOUR), [{ limits }, {}]);
    expect(left[0]).toEqual({ spans: [], tooOld: 4 });
    expect([left[1]?.spans.length, left[1]?.tooOld]).toEqual([4, 0]);
    expect(log).toMatch(/delivery\.too_old .*name=d0 spans=4/);
    expect(log.split('\n').filter((line) => line.includes('too_old'))).toHaveLength(1);
  });

  test('a younger one is sent', async () => {
    const { left, log } = await outboxesOf(sessionOf(5 * HOUR), [{ limits }]);
    expect([left[0]?.spans.length, left[0]?.tooOld, log]).toEqual([4, 0, '']);
  });

  test('counts from its end: of a session in between only what ended in time', async () => {
    // The first response ends five hours and some seconds before the limit, the answer an hour inside of it.
    const story = newStory({ startsAt: Date.now() - 7 * HOUR });
    story.prompt('First');
    story.answer('Old');
    story.endOfTurn();
    story.wait(4 * HOUR);
    story.prompt('Second');
    story.answer('Young');
    story.endOfTurn();
    const { left } = await outboxesOf(writeStory(temporaryFolder(), story).transcript, [{ limits }]);
    expect([left[0]?.spans.length, left[0]?.tooOld]).toEqual([2, 2]);
  });

  test('holds for an export, which says how many were too old', async () => {
    const backend = await startBackend();
    try {
      const target = (more: Partial<Destination>) => destinationTo(`${backend.url}/v1/traces`, more);
      const options = { content: 'full', log: silentLog } as const;
      expect(await exportSessions([EXAMPLE_TRANSCRIPT], { ...options, target: target({ limits }) })).toEqual({
        sessions: 1,
        spans: 0,
        tooOld: 40,
      });
      expect(backend.requests).toHaveLength(0);
      expect(await exportSessions([EXAMPLE_TRANSCRIPT], { ...options, target: target({}) })).toEqual({
        sessions: 1,
        spans: 40,
      });
    } finally {
      await backend.stop();
    }
  });
});
