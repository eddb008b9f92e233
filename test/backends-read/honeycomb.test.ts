// What Honeycomb takes, by its documentation: an event is a span, a span event or a link, with at most 2,000 fields and 1 MB; a
// text of at most 64 KB; values that are no objects.
import { expect, test } from 'vitest';
import { presetNamed } from '../../src/config/presets/list.ts';
import { newStory, writeStory } from '../support/transcripts.ts';
import { temporaryFolder } from '../support/folders.ts';
import { encodeTraces } from '../../src/delivery/encode.ts';
import { withValueLength } from '../../src/config/attribute-limits.ts';
import { readFinished } from '../../src/finished-session.ts';
import { silentLog } from '../../src/platform/log.ts';
import { spanMaker } from '../../src/span-maker.ts';
import { readSpans } from './otlp-json.ts';
import { rowsIn } from './rows.ts';

const FIELDS = 2000;
const TEXT = 64 * 1024;
const EVENT = 1_000_000;

test('it gets the base alone', () => {
  for (const name of ['honeycomb-us', 'honeycomb-eu']) expect(presetNamed(name)?.dialect).toBeUndefined();
});

test('no span of any session has too many fields, or a field that it would take apart', async () => {
  const rows = await rowsIn(undefined);
  expect(rows.length).toBeGreaterThan(500);
  for (const { span } of rows) {
    expect(Object.keys({ ...span.attributes, ...span.resource }).length).toBeLessThan(FIELDS / 10);
    for (const value of Object.values(span.attributes)) {
      // A list of texts is one field of JSON there.
      expect(Array.isArray(value) || ['string', 'number', 'boolean'].includes(typeof value)).toBe(true);
    }
  }
});

test('the longest texts keep to its limits, of one and of all together', async () => {
  const story = newStory();
  story.prompt('p'.repeat(300_000));
  const call = story.response().tool('Read', { file_path: 'f'.repeat(300_000), text: 't'.repeat(300_000) });
  story.result(call, 'r'.repeat(300_000));
  story.answer('a'.repeat(300_000));
  story.endOfTurn();
  const limits = withValueLength(undefined, presetNamed('honeycomb-us')?.limits?.valueLength);
  const toSpan = spanMaker('full', {
    attributes: {},
    ...(limits === undefined ? {} : { attributeLimits: limits }),
  });
  let spans = 0;
  for await (const completed of readFinished(writeStory(temporaryFolder(), story).transcript, {
    log: silentLog,
  })) {
    for (const one of completed) {
      const json = Buffer.from(encodeTraces([toSpan(one)], 'json'));
      expect(json.length).toBeLessThan(EVENT);
      for (const span of readSpans(json.toString('utf8'))) {
        spans += 1;
        for (const value of Object.values(span.attributes)) {
          if (typeof value === 'string') expect(Buffer.byteLength(value)).toBeLessThanOrEqual(TEXT);
        }
      }
    }
  }
  expect(spans).toBe(4);
});
