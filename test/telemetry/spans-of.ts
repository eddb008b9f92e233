// The spans of a story or of the example session, through real files and the real reader.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

import { spanMaker } from '../../src/span-maker.ts';
import { silentLog } from '../../src/platform/log.ts';
import type { ContentLevel } from '../../src/privacy/policy.ts';
import { createSessionReader } from '../../src/session-reader.ts';
import { noFacts } from '../../src/session/session-facts.ts';
import { emptyCheckpoint } from '../../src/state/session-record.ts';
import { EXAMPLE_ID, EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { temporaryFolder } from '../support/folders.ts';
import { writeStory, type Story } from '../support/transcripts.ts';

/** Spans of a story that is over. */
export function spansOf(story: Story, content: ContentLevel = 'none'): Promise<ReadableSpan[]> {
  return read(story.sessionId, writeStory(temporaryFolder(), story).transcript, content);
}

/** Spans of the example session. */
export function exampleSpans(content: ContentLevel = 'none'): Promise<ReadableSpan[]> {
  return read(EXAMPLE_ID, EXAMPLE_TRANSCRIPT, content);
}

async function read(sessionId: string, transcript: string, content: ContentLevel): Promise<ReadableSpan[]> {
  const reader = createSessionReader({ sessionId, transcript, checkpoint: emptyCheckpoint, log: silentLog });
  const toSpan = spanMaker(content, { attributes: {} });
  const spans: ReadableSpan[] = [];
  for await (const completed of reader.read({ ...noFacts, over: true })) spans.push(...completed.map(toSpan));
  return spans;
}

/** Start and end in milliseconds since the epoch. */
export function timesOf(span: ReadableSpan): { startedAt: number; endedAt: number } {
  const [startedAt, endedAt] = [span.startTime, span.endTime].map(([s, ns]) => s * 1000 + ns / 1_000_000);
  return { startedAt: startedAt ?? NaN, endedAt: endedAt ?? NaN };
}

/** The spans with a name. */
export function named(spans: readonly ReadableSpan[], name: string): ReadableSpan[] {
  return spans.filter((span) => span.name === name);
}
