// In which trace a turn leaves, for every case of design and documents.
import { describe, expect, test } from 'vitest';

import type { NativeSettings } from '../src/config/native.ts';
import type { PromptTicket } from '../src/state/session-record.ts';
import { decideTrace, traceAt, fromWord, toWord } from '../src/trace-decision.ts';
import type { TraceContext } from '../src/telemetry/trace-context.ts';

const SPAN = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const OTHER = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const OURS = 'http://localhost:4318/v1/traces';

const sampled: PromptTicket = {
  promptId: 'prompt',
  traceParent: { ...SPAN, sampled: true },
  isHeadless: false,
};
const unsampled: PromptTicket = { ...sampled, traceParent: { ...SPAN, sampled: false } };
const headless: PromptTicket = { ...sampled, isHeadless: true };
const untraced: PromptTicket = { promptId: 'prompt', isHeadless: true };

/** The client makes spans of its own and posts them where ours go. */
const together: NativeSettings = { mode: 'auto', tracing: true, tracesUrl: OURS, isDoubtful: false };
const elsewhere: NativeSettings = { ...together, tracesUrl: 'http://localhost:4317' };
const nowhere: NativeSettings = { ...together, tracesUrl: undefined };
/** It makes none, and was started with a trace. */
const inherited: NativeSettings = {
  mode: 'auto',
  tracing: false,
  inherited: `00-${SPAN.traceId}-${SPAN.spanId}-01`,
  isDoubtful: false,
};
/** Nothing is known that turns its tracing on. */
const unknown: NativeSettings = { mode: 'auto', tracing: false, isDoubtful: false };
/** And a settings file of the project sets `TRACEPARENT`. */
const projects: NativeSettings = { ...unknown, isDoubtful: true };

const own: TraceContext = { kind: 'own' };
const linked: TraceContext = { kind: 'linked', to: SPAN };
const client: TraceContext = { kind: 'joined', parent: SPAN, parentOf: 'client' };
const caller: TraceContext = { kind: 'joined', parent: SPAN, parentOf: 'caller' };

describe('auto', () => {
  test.each<[string, PromptTicket, NativeSettings, TraceContext]>([
    ['both go to one place', sampled, together, client],
    ['both go to one place, under -p', headless, together, client],
    [
      'the same place under another name of this machine',
      sampled,
      at('http://127.0.0.1:4318/v1/traces'),
      client,
    ],
    ['the same place under a third', sampled, at('http://[::1]:4318/v1/traces/'), client],
    ['another place', sampled, elsewhere, linked],
    ['another path', sampled, at('http://localhost:4318/api/v1/traces'), linked],
    ['no place, or none that can be told', sampled, nowhere, linked],
    ['the client does not record the trace', unsampled, together, linked],
    ['no TRACEPARENT', untraced, together, own],
    ['inherited, in a terminal', sampled, inherited, linked],
    ['inherited, under -p', headless, inherited, caller],
    ['inherited, under -p, not recorded', { ...headless, ...unsampled, isHeadless: true }, inherited, linked],
    [
      'inherited, the tracing is on and is not handed on',
      sampled,
      { ...together, inherited: inherited.inherited },
      linked,
    ],
    [
      'not the inherited one: the client makes spans under it',
      headless,
      { ...together, inherited: OTHER },
      client,
    ],
    ['the tracing was turned on where nobody sees it', sampled, unknown, linked],
    ["the project's settings may have set it", headless, projects, own],
    [
      "the project's settings may have set it, but the client sets it last",
      sampled,
      { ...together, isDoubtful: true },
      client,
    ],
  ])('%s', (_, ticket, native, expected) => {
    expect(decideTrace(ticket, native, [OURS])).toEqual(expected);
  });
});

describe('merge', () => {
  test.each<[string, PromptTicket, NativeSettings, TraceContext]>([
    ['takes the parent wherever the spans go', sampled, elsewhere, client],
    ['and though the client does not record it', unsampled, nowhere, client],
    ['and an inherited one in a terminal', sampled, inherited, caller],
    ['but none where there is none', untraced, together, own],
    ["and none of the project's", sampled, projects, own],
  ])('%s', (_, ticket, native, expected) => {
    expect(decideTrace(ticket, { ...native, mode: 'merge' }, [OURS])).toEqual(expected);
  });
});

describe('separate', () => {
  test.each<[string, PromptTicket, NativeSettings, TraceContext]>([
    ['links, wherever the spans go', sampled, together, linked],
    ['also under -p', headless, inherited, linked],
    ['to nothing where there is nothing', untraced, together, own],
  ])('%s', (_, ticket, native, expected) => {
    expect(decideTrace(ticket, { ...native, mode: 'separate' }, [OURS])).toEqual(expected);
  });
});

test('two bare gRPC targets are one place if they are one text', () => {
  const [one, other] = ['collector:4317', 'collector:14317'];
  expect(decideTrace(sampled, at(one), [one])).toEqual(client);
  expect(decideTrace(sampled, at(one), [other])).toEqual(linked);
});

test('of several destinations, one that the client does not send to has the turn as the root', () => {
  expect(decideTrace(sampled, together, ['http://other/v1/traces', OURS])).toEqual(client);
  expect(traceAt(client, together, OURS)).toEqual(client);
  expect(traceAt(client, together, 'http://other/v1/traces')).toEqual({ ...client, parentIsElsewhere: true });
  expect(traceAt(client, { ...together, mode: 'merge' }, 'http://other/v1/traces')).toEqual(client);
  expect(traceAt(caller, together, 'http://other/v1/traces')).toEqual(caller);
});

test('a word of the ledger stands for each decision', () => {
  for (const context of [own, linked, client, caller]) {
    expect(toWord(context)).toMatch(/^\S+$/);
    expect(fromWord(toWord(context))).toEqual(context);
  }
  expect(fromWord('teleported:1:2')).toEqual(own);
});

function at(tracesUrl: string): NativeSettings {
  return { ...together, tracesUrl };
}
