// Spans beside Claude Code's own: where a turn and its parts hang, and what both sides have in common.
import { describe, expect, test } from 'vitest';

import { spanMaker } from '../../src/span-maker.ts';
import type { Completed } from '../../src/session/model.ts';
import { Native } from '../../src/telemetry/semconv.ts';
import type { TraceContext } from '../../src/telemetry/trace-context.ts';
import { everyThing } from './every-thing.ts';

const SPAN = { traceId: '1'.repeat(32), spanId: 'a'.repeat(16) };
const CLIENTS: TraceContext = { kind: 'joined', parent: SPAN, parentOf: 'client' };
const CALLERS: TraceContext = { kind: 'joined', parent: SPAN, parentOf: 'caller' };

function make(one: Completed, context: TraceContext) {
  return spanMaker('none', { attributes: {} }, () => context)(one);
}

function turnWith(status: 'completed' | 'lost'): Completed {
  const found = everyThing.find((one) => one.kind === 'turn');
  if (found?.kind !== 'turn') throw new Error('there is a turn among all things');
  const { scope } = found;
  return {
    kind: 'turn',
    scope,
    turn: { ...found.turn, status, notifiedBy: undefined, forkedFrom: undefined },
  };
}

describe('a turn in the trace of the client', () => {
  test('hangs under its span, which is remote, and has the span id that it has alone', () => {
    const merged = make(turnWith('completed'), CLIENTS);
    expect(merged.spanContext().traceId).toBe(SPAN.traceId);
    expect(merged.parentSpanContext).toMatchObject({ ...SPAN, isRemote: true });
    expect(merged.links).toEqual([]);
    expect(merged.spanContext().spanId).toBe(
      make(turnWith('completed'), { kind: 'own' }).spanContext().spanId,
    );
  });

  test('takes all that belongs to it along, each under what it hangs under alone', () => {
    for (const one of everyThing) {
      const [alone, merged] = [make(one, { kind: 'own' }), make(one, CLIENTS)];
      expect(merged.spanContext()).toEqual({ ...alone.spanContext(), traceId: SPAN.traceId });
      if (one.kind !== 'turn') {
        expect(merged.parentSpanContext?.spanId).toBe(alone.parentSpanContext?.spanId);
        expect(merged.parentSpanContext?.isRemote ?? false).toBe(false);
      }
      // Links to other turns name the traces of those.
      for (const { context } of merged.links) expect(context.traceId).toBe(SPAN.traceId);
    }
  });

  test('is the root where the client never handed its span out; a caller has handed out its own', () => {
    expect(make(turnWith('lost'), CLIENTS).parentSpanContext).toBeUndefined();
    expect(make(turnWith('lost'), CLIENTS).spanContext().traceId).toBe(SPAN.traceId);
    expect(make(turnWith('lost'), CALLERS).parentSpanContext).toMatchObject(SPAN);
  });
});

test('a turn beside the trace of the client has a trace of its own and links to its span', () => {
  const linked = make(turnWith('completed'), { kind: 'linked', to: SPAN });
  expect(linked.spanContext()).toEqual(make(turnWith('completed'), { kind: 'own' }).spanContext());
  expect(linked.parentSpanContext).toBeUndefined();
  expect(linked.links).toMatchObject([{ context: SPAN, attributes: { 'turnspan.link.kind': 'native' } }]);
});

describe('both sides', () => {
  test('have their join keys under the same names', () => {
    expect(Native).toEqual({
      promptId: 'prompt.id',
      requestId: 'request_id',
      toolUseId: 'tool_use_id',
      agentId: 'agent_id',
    });
    const keysOf = (kind: Completed['kind']): string[] => {
      const one = everyThing.find((thing) => thing.kind === kind);
      const { attributes } = make(one!, { kind: 'own' });
      return ['session.id', ...Object.values(Native)].filter((key) => attributes[key] !== undefined);
    };
    expect(keysOf('turn')).toEqual(['session.id', 'prompt.id']);
    expect(keysOf('generation')).toEqual(['session.id', 'prompt.id', 'request_id', 'agent_id']);
    expect(keysOf('tool-call')).toEqual(['session.id', 'prompt.id', 'tool_use_id', 'agent_id']);
    expect(keysOf('agent-run')).toEqual(['session.id', 'prompt.id', 'agent_id']);
  });

  test('count tokens and costs under names of their own', () => {
    const clients = [
      'input_tokens',
      'output_tokens',
      'cache_read_tokens',
      'cache_creation_tokens',
      'cost_usd',
    ];
    const ours = everyThing.flatMap((one) => Object.keys(make(one, { kind: 'own' }).attributes));
    expect(ours.filter((name) => clients.includes(name) || name.startsWith('claude_code.'))).toEqual([]);
    const usage = everyThing.filter((one) =>
      Object.keys(make(one, { kind: 'own' }).attributes).some((name) => name.startsWith('gen_ai.usage.')),
    );
    expect(usage.map(({ kind }) => kind)).toEqual(['generation']);
  });
});
