// The beginning and the end of a session, from what hooks told and from what its things come to.
import { describe, expect, test } from 'vitest';

import { contentPolicy } from '../../../src/privacy/policy.ts';
import type { Completed } from '../../../src/session/model.ts';
import {
  sessionEndEvent,
  sessionStartEvent,
  type SessionSummary,
} from '../../../src/telemetry/events/session-events.ts';
import { noSums, withCompleted } from '../../../src/telemetry/events/session-sums.ts';
import type { EventRecord } from '../../../src/telemetry/events/event.ts';
import { toLogRecord } from '../../../src/telemetry/events/to-log-record.ts';
import { everyThing } from '../every-thing.ts';
import { toolCall } from '../tool-samples.ts';
import { optionsAt } from './events-of.ts';

const [first] = everyThing;
if (first === undefined) throw new Error('everyThing is empty');
const { scope } = first;
const work: readonly Completed[] = [
  toolCall('Bash', { command: 'git commit -m x' }, { stdout: '[main 76000c9] x' }),
  toolCall('Bash', { command: 'gh pr create' }, { stdout: 'https://github.com/ada/shop/pull/17' }),
  toolCall('Bash', { command: 'gh pr create' }, { stdout: '' }, { id: 'toolu_9' }),
  toolCall('WebSearch', { query: 'x' }, {}),
  toolCall('Skill', { skill: 'tidy' }, {}),
  toolCall('mcp__tracker__find', {}, {}),
  toolCall('a tool that is a sentence', {}, {}),
].map((call): Completed => ({ kind: 'tool-call', scope, toolCall: call }));

const summary: SessionSummary = {
  sessionId: scope.sessionId,
  start: { at: 500, source: 'startup', model: 'claude-opus-5-5' },
  end: { at: 9_500, reason: 'logout' },
  sums: [...everyThing, ...work].reduce((sums, one) => withCompleted(sums, one), noSums),
  workingDirectory: '/home/ada/shop',
  repository: {
    url: 'https://github.com/ada/shop',
    owner: 'ada',
    name: 'shop',
    provider: 'github',
    branch: 'main',
    commit: 'f'.repeat(40),
    isWorktree: true,
  },
};
const [none, full] = [contentPolicy('none'), contentPolicy('full')];

function attributesOf(event: EventRecord | undefined): Readonly<Record<string, unknown>> {
  return event === undefined ? {} : toLogRecord(event, optionsAt('none')).attributes;
}

describe('session.start', () => {
  test('tells source, model, servers and where, with the time of its hook', () => {
    const event = sessionStartEvent(summary, full);
    expect(event).toMatchObject({ name: 'session.start', at: 500, severity: 'info' });
    expect(event?.span).toBeUndefined();
    expect(attributesOf(event)).toMatchObject({
      'session.id': scope.sessionId,
      'session.previous_id': scope.sessionId,
      'turnspan.session.source': 'startup',
      'turnspan.client.version': '2.1.329',
      'gen_ai.request.model': 'claude-opus-5-5',
      'turnspan.session.mcp_servers': ['tracker'],
      'turnspan.session.worktree': true,
      'turnspan.session.working_directory': '/home/ada/shop',
      'vcs.repository.url.full': 'https://github.com/ada/shop',
      'vcs.ref.head.name': 'main',
    });
  });

  test('without a hook has the time of the first prompt, and says so', () => {
    const event = sessionStartEvent({ ...summary, start: {} }, none);
    expect(event?.at).toBe(1_000);
    expect(attributesOf(event)).toMatchObject({
      'turnspan.start.inferred': true,
      'gen_ai.request.model': 'claude-opus-5-5',
    });
  });

  test('is not told where nothing says when it was', () => {
    expect(sessionStartEvent({ sessionId: 's', start: {}, sums: noSums }, full)).toBeUndefined();
  });
});

describe('session.end', () => {
  test('tells what the session came to', () => {
    const event = sessionEndEvent(summary, full);
    expect(event).toMatchObject({ name: 'session.end', at: 9_500 });
    expect(attributesOf(event)).toMatchObject({
      'turnspan.session.reason': 'logout',
      'turnspan.duration_ms': 9_000,
      'turnspan.turn.status': 'failed',
      'turnspan.session.turns': 1,
      'turnspan.session.turns_failed': 1,
      'turnspan.session.generations': 1,
      'turnspan.session.input_tokens': 4,
      'turnspan.session.models': ['claude-opus-5-5'],
      'turnspan.session.commits': 1,
      'turnspan.session.commit_ids': ['76000c9'],
      'turnspan.session.pull_requests': 2,
      'turnspan.session.pull_request_urls': ['https://github.com/ada/shop/pull/17'],
      'turnspan.session.mcp_servers': ['tracker'],
      'vcs.repository.name': 'shop',
    });
    const used = attributesOf(event)['turnspan.session.tools_used'];
    expect(used).toContain('mcp__tracker__find=2');
    expect(used).toContain('unknown=1');
  });

  test('of a client that is gone says so, at the last time that was recorded', () => {
    const event = sessionEndEvent({ ...summary, end: {} }, none);
    expect(event?.at).toBe(2_000);
    expect(attributesOf(event)).toMatchObject({
      'turnspan.session.reason': 'client_gone',
      'turnspan.end.inferred': true,
    });
  });

  test('is one for a beginning, and another for the next', () => {
    const end = sessionEndEvent(summary, none);
    expect(sessionEndEvent({ ...summary, end: {} }, full)?.eventId).toBe(end?.eventId);
    const again = { ...summary, start: { at: 20_000, source: 'resume' }, end: { at: 30_000 } };
    expect(sessionEndEvent(again, none)?.eventId).not.toBe(end?.eventId);
  });

  test('has no cost where nothing has a price, and a cost where something has', () => {
    const { sums } = summary;
    expect(
      attributesOf(sessionEndEvent({ ...summary, sums: { ...sums, cost: 0, unpriced: 1 } }, none)),
    ).toEqual(expect.not.objectContaining({ 'turnspan.session.cost': expect.anything() as unknown }));
    const priced = { ...sums, cost: 1_500_000, unpriced: 0 };
    expect(attributesOf(sessionEndEvent({ ...summary, sums: priced }, none))).toMatchObject({
      'turnspan.session.cost': 0.0015,
    });
  });

  test('is not told while the session goes on', () => {
    expect(sessionEndEvent({ ...summary, end: undefined }, full)).toBeUndefined();
  });
});

test('at level none neither has a path, a URL, a branch or a commit', () => {
  const events = [sessionStartEvent(summary, none), sessionEndEvent(summary, none)].map(attributesOf);
  const texts = events
    .flatMap((attributes) => Object.values(attributes).flat())
    .filter((value) => typeof value === 'string');
  expect(texts.filter((text) => !/^[\w.:=-]+$/.test(text))).toEqual([]);
  expect(JSON.stringify(events)).not.toMatch(/shop|ada|76000c9|ffff|sentence/);
});
