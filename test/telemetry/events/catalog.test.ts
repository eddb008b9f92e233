// Holds the catalog to what is really sent, and docs/events.md to the catalog.
// `TURNSPAN_EVENTS=write npx vitest run test/telemetry/events/catalog.test.ts` writes the tables of docs/events.md anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { contentPolicy, type ContentLevel } from '../../../src/privacy/policy.ts';
import { constant } from '../../../src/privacy/safe-text.ts';
import {
  EVENT_KINDS,
  eventCatalog,
  ON_EVENTS_OF_TURNS,
  ON_EVERY_EVENT,
} from '../../../src/telemetry/events/catalog.ts';
import { sessionEndEvent, sessionStartEvent } from '../../../src/telemetry/events/session-events.ts';
import { noSums, withCompleted } from '../../../src/telemetry/events/session-sums.ts';
import { toLogRecords } from '../../../src/telemetry/events/to-events.ts';
import { toLogRecord } from '../../../src/telemetry/events/to-log-record.ts';
import { Common, Native, Tool } from '../../../src/telemetry/semconv.ts';
import { everyThing } from '../every-thing.ts';
import { toolCall } from '../tool-samples.ts';
import { optionsAt } from './events-of.ts';
import { withTables } from './events-document.ts';

/** What a tool tells of itself: docs/spans.md has it. */
const OF_TOOLS = new Set<string>([...Object.values(Tool), Common.urlFull, Common.httpStatus]);

/** Names of attributes by event: all that the things of a session can make. */
function emitted(level: ContentLevel): Map<string, Set<string>> {
  const marks = { 'user.id': constant('ada'), 'turnspan.tags': [constant('shop')] };
  const options = optionsAt(level, { marks });
  const things = [
    ...everyThing,
    ...everyThing.flatMap((one) =>
      one.kind === 'tool-call'
        ? [
            {
              ...one,
              toolCall: toolCall(
                'Bash',
                { command: 'git commit; gh pr create' },
                { stdout: '[main 76000c9] x\nhttps://example.com/a/b/pull/1' },
              ),
            },
          ]
        : [],
    ),
  ];
  const repository = {
    url: 'https://example.com/a/b',
    owner: 'a',
    name: 'b',
    provider: 'github',
    branch: 'main',
    commit: 'f'.repeat(40),
    isWorktree: true,
  };
  const summary = {
    sessionId: 's',
    sums: things.reduce((sums, one) => withCompleted(sums, one), {
      ...noSums,
      generations: 1,
      cost: 1,
      unpriced: 1,
    }),
    workingDirectory: '/home/ada/shop',
    repository,
  };
  const content = contentPolicy(level);
  const told = { ...summary, start: { at: 1, source: 'startup' }, end: { at: 5, reason: 'other' } };
  const inferred = { ...summary, start: {}, end: {} };
  const ofSession = [told, inferred].flatMap((one) => [
    sessionStartEvent(one, content),
    sessionEndEvent(one, content),
  ]);
  const records = [
    ...things.flatMap((one) => toLogRecords(one, options)),
    ...ofSession.flatMap((event) => (event === undefined ? [] : [toLogRecord(event, options)])),
  ];
  const names = new Map<string, Set<string>>();
  for (const { eventName = '', attributes } of records) {
    names.set(eventName, new Set([...(names.get(eventName) ?? []), ...Object.keys(attributes)]));
  }
  return names;
}

describe('the catalog', () => {
  test.each(['none', 'full'] as const)('says exactly what is sent at level %s', (level) => {
    const names = emitted(level);
    expect([...names.keys()].sort()).toEqual(eventCatalog.map(({ name }) => name).sort());
    for (const { name, kind, attributes } of eventCatalog) {
      const wanted = [...ON_EVERY_EVENT, ...(kind === 'session' ? [] : ON_EVENTS_OF_TURNS), ...attributes]
        .filter(({ content }) => level === 'full' || !content)
        .map((one) => one.name)
        // A prompt is the turn's, never an agent's.
        .filter((one) => name !== 'turnspan.prompt' || one !== Native.agentId);
      const made = [...(names.get(name) ?? [])].filter(
        (one) => wanted.includes(one) || name !== 'turnspan.tool.result' || !OF_TOOLS.has(one),
      );
      expect([name, ...made.sort()]).toEqual([name, ...new Set(wanted.sort())]);
    }
  });

  test('has an event for each kind, and each name once', () => {
    expect(new Set(eventCatalog.map(({ kind }) => kind))).toEqual(new Set(EVENT_KINDS));
    expect(new Set(eventCatalog.map(({ name }) => name)).size).toBe(eventCatalog.length);
  });

  test('is what docs/events.md says', async () => {
    const path = join(import.meta.dirname, '../../../docs/events.md');
    const document = readFileSync(path, 'utf8');
    const expected = await withTables(document, path);
    if (process.env['TURNSPAN_EVENTS'] === 'write') writeFileSync(path, expected);
    else expect(document).toBe(expected);
  });
});
