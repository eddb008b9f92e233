// Each event of a thing that is invented: what it says, when, in which trace, how severe it is.
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { describe, expect, test } from 'vitest';

import { constant } from '../../../src/privacy/safe-text.ts';
import { spanMaker } from '../../../src/span-maker.ts';
import type { Completed } from '../../../src/session/model.ts';
import { noSums } from '../../../src/telemetry/events/session-sums.ts';
import { sessionRecords, toLogRecords } from '../../../src/telemetry/events/to-events.ts';
import type { TraceOf } from '../../../src/telemetry/trace-context.ts';
import { everyThing } from '../every-thing.ts';
import { toolCall } from '../tool-samples.ts';
import { idOf, optionsAt, recordsOf, timeOf } from './events-of.ts';

type Kind = Completed['kind'];

function thing<K extends Kind>(kind: K): Extract<Completed, { kind: K }> {
  const found = everyThing.find((one): one is Extract<Completed, { kind: K }> => one.kind === kind);
  if (found === undefined) throw new Error(`everyThing has no ${kind}`);
  return found;
}

function named(records: readonly ReadableLogRecord[], name: string): ReadableLogRecord[] {
  return records.filter(({ eventName }) => eventName === name);
}

const turn = thing('turn');
const { scope } = turn;

describe('a turn', () => {
  test('tells its prompt when it began, and what was said meanwhile when it came', () => {
    const prompts = named(recordsOf([turn], 'full'), 'turnspan.prompt');
    expect(prompts.map(timeOf)).toEqual([1_000, 1_500]);
    expect(prompts[0]?.attributes).toMatchObject({
      'session.id': scope.sessionId,
      'turnspan.turn.number': 1,
      'turnspan.turn.origin': 'human',
      'turnspan.prompt.length': 5,
      'turnspan.prompt.text': 'Do it',
    });
    expect(prompts[1]?.attributes).toMatchObject({
      'turnspan.message.origin': 'human',
      'turnspan.prompt.absorbed': true,
      'turnspan.prompt.text': 'Done.',
    });
    expect(prompts[1]?.attributes).not.toHaveProperty('turnspan.turn.origin');
  });

  test('that failed tells its error, and each attempt that came before', () => {
    const errors = named(recordsOf([turn], 'full'), 'turnspan.error');
    expect(errors.map(({ severityText, attributes }) => [severityText, attributes['error.type']])).toEqual([
      ['WARN', '529'],
      ['ERROR', 'overloaded'],
    ]);
    expect(errors[1]?.attributes).toMatchObject({
      'turnspan.error.source': 'turn',
      'error.message': 'Done.',
    });
  });

  test.each(['completed', 'interrupted', 'lost'] as const)('that is %s tells none', (status) => {
    const other: Completed = { ...turn, turn: { ...turn.turn, status, retries: [] } };
    expect(named(recordsOf([other], 'full'), 'turnspan.error')).toEqual([]);
  });
});

describe('a generation', () => {
  test('tells model, tokens and cost at its last line', () => {
    const [record] = named(recordsOf([thing('generation')], 'none'), 'turnspan.generation');
    expect(record && timeOf(record)).toBe(2_000);
    expect(record?.attributes).toMatchObject({
      'gen_ai.request.model': 'claude-opus-5-5',
      'gen_ai.usage.input_tokens': 4,
      'gen_ai.usage.output_tokens': 1,
      'turnspan.duration_ms': 1_000,
      agent_id: 'a1',
    });
  });
});

describe('a tool call', () => {
  const failed: Completed = {
    kind: 'tool-call',
    scope,
    toolCall: toolCall('Bash', { command: 'npm test' }, 'Error: Exit code 2', {
      outcome: 'failed',
      result: 'Exit code 2\nnot ok',
    }),
  };

  test('that failed is two events: its result, and its error', () => {
    const records = recordsOf([failed], 'full');
    expect(records.map(({ eventName, severityNumber }) => [eventName, severityNumber])).toEqual([
      ['turnspan.tool.result', 9],
      ['turnspan.error', 13],
    ]);
    expect(records[0]?.attributes).toMatchObject({
      'gen_ai.tool.name': 'Bash',
      'turnspan.tool.outcome': 'failed',
      'turnspan.tool.exit_code': 2,
      'turnspan.tool.command': 'npm test',
      'turnspan.duration_ms': 1_000,
    });
    expect(records[1]?.attributes).toMatchObject({ 'error.message': 'Exit code 2\nnot ok' });
  });

  test.each(['succeeded', 'denied', 'interrupted', 'unfinished'] as const)(
    'that is %s has no error',
    (outcome) => {
      const other: Completed = { ...failed, toolCall: { ...failed.toolCall, outcome } };
      expect(recordsOf([other], 'full').map(({ eventName }) => eventName)).toEqual(['turnspan.tool.result']);
    },
  );
});

describe('a subagent', () => {
  test('tells its beginning and its end, each at its time, with what launched it', () => {
    const records = recordsOf([thing('agent-run')], 'none');
    expect(records.map((record) => [record.eventName, timeOf(record)])).toEqual([
      ['turnspan.subagent.start', 1_000],
      ['turnspan.subagent.end', 2_000],
      ['turnspan.error', 2_000],
    ]);
    expect(records[0]?.attributes).toMatchObject({ 'gen_ai.agent.name': 'reviewer', tool_use_id: 'toolu_1' });
    expect(records[0]?.attributes).not.toHaveProperty('turnspan.agent.outcome');
    expect(records[1]?.attributes).toMatchObject({ 'turnspan.agent.outcome': 'failed' });
  });
});

describe('a compaction', () => {
  test('tells what it saved', () => {
    const [record] = recordsOf([thing('compaction')], 'none');
    expect(record?.attributes).toMatchObject({
      'turnspan.compaction.trigger': 'auto',
      'turnspan.compaction.tokens_before': 1,
      'turnspan.duration_ms': 1_000,
    });
  });
});

describe('every event', () => {
  test('is in the trace that the turn leaves in, with the id of the span', () => {
    const joined: TraceOf = () => ({
      kind: 'joined',
      parent: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) },
      parentOf: 'client',
    });
    const toSpan = spanMaker('none', { attributes: {} }, joined);
    for (const one of everyThing) {
      for (const { spanContext } of toLogRecords(one, optionsAt('none', { traceOf: joined }))) {
        expect(spanContext).toMatchObject(toSpan(one).spanContext());
      }
    }
  });

  test('has an id of its own, the same whenever and at whatever level it is made', () => {
    // The samples of a turn and of a generation have the same attempt, the tool calls all one id.
    const generation = thing('generation');
    const things = [
      turn,
      { ...generation, generation: { ...generation.generation, retries: [] } },
      thing('agent-run'),
      thing('compaction'),
      thing('tool-call'),
    ];
    const ids = recordsOf(things, 'none').map(idOf);
    expect(new Set(ids).size).toBe(ids.length);
    expect(recordsOf(things, 'full').map(idOf)).toEqual(ids);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  });

  test('carries what the user wants on each, its name as its body, and one source for a client version', () => {
    const options = optionsAt('none', { marks: { 'user.id': constant('ada') } });
    const records = everyThing.flatMap((one) => toLogRecords(one, options));
    expect(new Set(records.map(({ attributes }) => attributes['user.id']))).toEqual(new Set(['ada']));
    expect(records.filter(({ body, eventName }) => body !== eventName)).toEqual([]);
    expect(new Set(records.map(({ resource }) => resource)).size).toBe(1);
    expect(records[0]?.resource.attributes['service.version']).toBe('2.1.329');
  });

  test('is left out where its kind is not wanted', () => {
    const kinds = new Set(['error', 'prompt'] as const);
    const records = everyThing.flatMap((one) => toLogRecords(one, optionsAt('none', { kinds })));
    expect(new Set(records.map(({ eventName }) => eventName))).toEqual(
      new Set(['turnspan.error', 'turnspan.prompt']),
    );
    const nothing = optionsAt('none', { kinds: new Set() });
    expect(everyThing.flatMap((one) => toLogRecords(one, nothing))).toEqual([]);
    const summary = { sessionId: 's', start: { at: 1 }, end: { at: 2 }, sums: noSums };
    for (const kind of ['start', 'end'] as const) {
      expect(sessionRecords({ kind, summary }, nothing)).toEqual([]);
      expect(sessionRecords({ kind, summary }, optionsAt('none'))).toHaveLength(1);
    }
  });
});

describe('at level none', () => {
  test('no event has a text that a person, the model or a tool has written', () => {
    const records = everyThing.map(withSecrets).flatMap((one) => recordsOf([one], 'none'));
    expect(JSON.stringify(records.map(({ attributes, body }) => [attributes, body]))).not.toContain(
      'my secret',
    );
    const full = everyThing.map(withSecrets).flatMap((one) => recordsOf([one], 'full'));
    expect(JSON.stringify(full.map(({ attributes }) => attributes))).toContain('my secret');
  });
});

/** Fields that hold what somebody has written; every text in them becomes a secret. */
const WRITTEN = new Set([
  'input',
  'output',
  'wholeInput',
  'absorbed',
  'arguments',
  'details',
  'result',
  'description',
]);

function withSecrets(one: Completed): Completed {
  const secret = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value ?? null, (key, part: unknown) =>
        typeof part === 'string' && key !== 'type' && key !== 'role' && key !== 'origin'
          ? 'my secret, /home/ada'
          : part,
      ),
    );
  const walk = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, WRITTEN.has(key) ? secret(part) : walk(part)]),
    );
  };
  // The cast: only texts were replaced by texts.
  return walk(one) as Completed;
}
