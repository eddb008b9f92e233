// The events of the example and of every scenario of test/golden, at level full, with those of the session itself as they are
// where no hook has told of it. After a change that is meant, `TURNSPAN_GOLDEN=write npx vitest run test/telemetry/events`
// writes them anew: read the diff.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { readSession } from '../../../src/read-session.ts';
import { spanMaker } from '../../../src/span-maker.ts';
import { sessionRecords } from '../../../src/telemetry/events/to-events.ts';
import { noSums, withCompleted } from '../../../src/telemetry/events/session-sums.ts';
import { scenarios } from '../../golden/scenarios.ts';
import { EXAMPLE_TRANSCRIPT } from '../../support/example-session.ts';
import { optionsAt, recordsOf } from './events-of.ts';
import { eventsText } from './events-text.ts';

const all = [{ name: 'example', transcripts: [EXAMPLE_TRANSCRIPT] }, ...scenarios];
const toSpan = spanMaker('none', { attributes: {} });

describe('the events of', () => {
  test.each(all)('$name', async ({ name, transcripts }) => {
    const texts = await Promise.all(transcripts.map(textOf));
    const text = texts.join('\n');
    const golden = join(import.meta.dirname, 'golden', `${name}.txt`);
    if (process.env['TURNSPAN_GOLDEN'] === 'write') writeFileSync(golden, text);
    expect(text).toBe(
      existsSync(golden) ? readFileSync(golden, 'utf8') : 'not written yet: write and read it',
    );
  });
});

async function textOf(transcript: string): Promise<string> {
  const { sessionId, completed } = await readSession(transcript);
  const spans = new Map(
    completed.map((one) => toSpan(one)).map((span) => [span.spanContext().spanId, span.name]),
  );
  const sums = completed.reduce((before, one) => withCompleted(before, one), noSums);
  const summary = { sessionId, start: {}, end: {}, sums };
  const options = optionsAt('full');
  const records = [
    ...sessionRecords({ kind: 'start', summary }, options),
    ...recordsOf(completed, 'full'),
    ...sessionRecords({ kind: 'end', summary }, options),
  ];
  if (records.length === 0) return `${basename(transcript)}: no events\n`;
  return `${basename(transcript)}\n${eventsText(records, (id) => spans.get(id))}`;
}
