// The events of every scenario and of every real session: each thing's once, in the trace of a span that is there, with an id of
// its own; and at level none nothing in them that a person has written.
import { describe, expect, test } from 'vitest';

import { readSession, type Session } from '../../../src/read-session.ts';
import { spanMaker } from '../../../src/span-maker.ts';
import type { Completed } from '../../../src/session/model.ts';
import { corpusSessions, SKIPPED } from '../../corpus/sessions.ts';
import { scenarios } from '../../golden/scenarios.ts';
import { EXAMPLE_TRANSCRIPT } from '../../support/example-session.ts';
import { idOf, recordsOf, timeOf } from './events-of.ts';

const sessions = [
  { name: 'the example', transcript: EXAMPLE_TRANSCRIPT },
  ...scenarios.flatMap(({ name, transcripts }) => transcripts.map((transcript) => ({ name, transcript }))),
  ...corpusSessions,
];
const toSpan = spanMaker('none', { attributes: {} });

describe.each(sessions)('the events of $name', ({ transcript }) => {
  test('are one for each thing, in the trace of its span', async () => {
    const { completed } = await readSession(transcript);
    const records = recordsOf(completed, 'none');
    const spans = new Map(completed.map(toSpan).map((span) => [span.spanContext().spanId, span]));
    expect(new Set(records.map(idOf)).size).toBe(records.length);
    expect(countOf(records.map(({ eventName = '' }) => eventName))).toEqual(
      countOf(expectedNames(completed)),
    );
    for (const { spanContext, attributes } of records) {
      const span = spans.get(spanContext?.spanId ?? '');
      expect(spanContext?.traceId).toBe(span?.spanContext().traceId);
      expect(attributes['session.id']).toBe(span?.attributes['session.id']);
    }
    expect(records.filter((record) => !Number.isInteger(timeOf(record)) || timeOf(record) <= 0)).toEqual([]);
  });

  test('have at level none no text but names and ids', async () => {
    const session = await readSession(transcript);
    expect(suspicious(session)).toEqual([]);
  });
});

if (corpusSessions.length === 0) test.skip(`the events of the corpus ${SKIPPED}`, () => {});

/** Counted by the things, not by the code that makes events. */
function expectedNames(completed: readonly Completed[]): string[] {
  return completed.flatMap((one) => {
    switch (one.kind) {
      case 'turn': {
        const failed = one.turn.status === 'failed' ? 1 : 0;
        return [
          ...times('turnspan.prompt', 1 + one.turn.absorbed.length),
          ...times('turnspan.error', failed + one.turn.retries.length),
        ];
      }
      case 'generation':
        return ['turnspan.generation', ...times('turnspan.error', one.generation.retries.length)];
      case 'tool-call':
        return [
          'turnspan.tool.result',
          ...times('turnspan.error', one.toolCall.outcome === 'failed' ? 1 : 0),
        ];
      case 'agent-run':
        return [
          'turnspan.subagent.start',
          'turnspan.subagent.end',
          ...times('turnspan.error', one.agentRun.outcome === 'failed' ? 1 : 0),
        ];
      case 'compaction':
        return ['turnspan.compaction'];
    }
  });
}

function times(name: string, count: number): string[] {
  return Array.from({ length: count }, () => name);
}

function countOf(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** Texts of attributes that are more than a name: with a space, a slash, a quote, a line's end. */
function suspicious({ completed }: Session): unknown[] {
  return recordsOf(completed, 'none').flatMap(({ attributes }) =>
    Object.values(attributes)
      .flat()
      .filter((value) => typeof value === 'string' && !/^[\w.:<>-]*$/.test(value)),
  );
}
