// The sessions that backends are given here, as the spans that they get and as the things that these were made of.
import type { Destination } from '../../src/config/destination.ts';
import type { DialectName } from '../../src/config/dialect.ts';
import { encodeTraces } from '../../src/delivery/encode.ts';
import { readFinished, sessionIdOf } from '../../src/finished-session.ts';
import { withFork } from '../../src/fork.ts';
import { silentLog } from '../../src/platform/log.ts';
import type { Completed } from '../../src/session/model.ts';
import { spanMaker } from '../../src/span-maker.ts';
import { pricing } from '../../src/telemetry/cost/pricing.ts';
import { spanIdOf } from '../../src/telemetry/span-id-of.ts';
import { ownTraces } from '../../src/telemetry/trace-context.ts';
import { originalsFirst } from '../../src/transcript/originals-first.ts';
import { scenarios } from '../golden/scenarios.ts';
import { EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { everyThing } from '../telemetry/every-thing.ts';
import { readSpans, type ReadSpan } from './otlp-json.ts';

export interface Told {
  readonly name: string;
  /** Each once, by its span's id. */
  readonly things: ReadonlyMap<string, Completed>;
}

/** The example, the scenarios, and things with all that they can have. */
export async function allSessions(): Promise<Told[]> {
  const places = [{ name: 'the example', transcripts: [EXAMPLE_TRANSCRIPT] }, ...scenarios];
  const told = await Promise.all(
    places.map(async ({ name, transcripts }) => ({ name, things: await thingsOf(transcripts) })),
  );
  return [
    ...told,
    { name: 'things with everything', things: new Map(everyThing.map((one) => [spanIdOf(one), one])) },
  ];
}

async function thingsOf(transcripts: readonly string[]): Promise<Map<string, Completed>> {
  const things = new Map<string, Completed>();
  const senders = new Map<string, string>();
  const costOf = pricing();
  for (const transcript of originalsFirst(transcripts)) {
    const sessionId = sessionIdOf(transcript);
    for await (const completed of readFinished(transcript, { log: silentLog, wholeInput: false, costOf })) {
      for (const one of completed) {
        const id = spanIdOf(one);
        if (things.has(id)) continue;
        things.set(
          id,
          withFork(one, sessionId, (spanId) => senders.get(spanId)),
        );
        senders.set(id, sessionId);
      }
    }
  }
  return things;
}

/** What leaves of them, with content, a user and tags. */
export function spansFor(
  { things }: Told,
  dialect: DialectName | undefined,
  content: Destination['content'] = 'full',
): ReadSpan[] {
  const resource = { user: 'ada', tags: ['shop', 'cents'], attributes: {} };
  const spans = [...things.values()].map(spanMaker(content, resource, ownTraces, dialect));
  return readSpans(Buffer.from(encodeTraces(spans, 'json')).toString('utf8'));
}
