// A line that is not parsed must be one that tells nothing, for certain.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseEntries } from '../../src/transcript/parse-entry.ts';
import { neededOf } from '../../src/transcript/passed-over.ts';

const envelope = { parentUuid: null, isSidechain: false, cwd: '/shop', sessionId: 's1', version: '2.1.50' };
const own = { uuid: 'u1', timestamp: '2026-11-18T09:00:00.000Z' };
const told = { ...envelope, type: 'user', message: { role: 'user', content: 'Fix it' }, ...own };

const progress = (data: object): object => ({ ...envelope, type: 'progress', data, toolUseID: 't1', ...own });
const hookProgress = progress({ type: 'hook_progress', hookEvent: 'Stop', command: 'echo "{\\"type\\":1}"' });

const copying = progress({
  message: { type: 'user', message: { role: 'user', content: 'Look {"agentId":"a9"}' }, uuid: 'u9' },
  normalizedMessages: [],
  type: 'agent_progress',
  prompt: 'Look at "money.js"',
  agentId: 'a1',
});

const passedOver = (text: string): string | undefined => {
  const needed = neededOf(text);
  return needed.kind === 'nothing' ? needed.type : undefined;
};

const entriesOf = (text: string) => parseEntries({ kind: 'line', text, start: 0, end: text.length });

const kindsOf = (text: string): string[] => entriesOf(text).map(({ kind }) => kind);

describe('a line is passed over', () => {
  test.each<[string, object]>([
    ['progress', hookProgress],
    ['progress', progress({ type: 'bash_progress', output: '{"type":"user"}}{', elapsedTimeSeconds: 2 })],
    [
      'file-history-snapshot',
      { type: 'file-history-snapshot', messageId: 'm', snapshot: { timestamp: 'x' } },
    ],
    [
      'api-request-blob',
      { type: 'api-request-blob', hash: 'h', message: { content: [{ type: 'text', text: 'x' }] } },
    ],
    ['queue-operation', { type: 'queue-operation', operation: 'enqueue', content: 'x', timestamp: 'x' }],
    ['system', { ...envelope, type: 'system', subtype: 'local_command', content: 'x', ...own }],
  ])('that is a %s line', (type, line) => {
    expect(passedOver(JSON.stringify(line))).toBe(type);
  });
});

describe('a line is parsed', () => {
  test.each<[string, object]>([
    ['tells something', told],
    ['is the progress of an agent', progress({ type: 'agent_progress', agentId: 'a1' })],
    ['is a retry', { ...envelope, type: 'system', subtype: 'api_error', ...own }],
    [
      'has the type of such a line inside',
      { message: { type: 'progress', data: { type: 'x' } }, type: 'user' },
    ],
    ['has it inside a list', { list: [{ type: 'summary' }], type: 'user' }],
    ['says its type twice over', { type: 'summary', nested: { type: 'x', timestamp: 'x' } }],
    ['has its subtype elsewhere', { type: 'system', content: 'x', subtype: 'turn_duration', ...own }],
    ['is unknown', { type: 'telepathy' }],
  ])('that %s', (_name, line) => {
    expect(passedOver(JSON.stringify(line))).toBeUndefined();
  });

  test('whose text looks like a line that may be passed over', () => {
    const quoting = [
      JSON.stringify(hookProgress),
      '"type":"progress","data":{"type":"hook_progress"',
      '{"type":"mode"',
    ];
    for (const text of quoting) {
      for (const line of [
        { ...told, message: { content: text } },
        { ...told, cwd: text },
        { [text]: 1, ...told },
      ]) {
        expect(kindsOf(JSON.stringify(line)), text).toEqual(['user']);
      }
    }
  });

  test('when another one is glued to it, whole or torn', () => {
    const [ignored, telling] = [JSON.stringify(hookProgress), JSON.stringify(told)];
    for (const between of ['', ' ', '\0\0\0']) {
      expect(kindsOf(ignored + between + telling)).toEqual(['ignored', 'user']);
      expect(kindsOf(telling + between + ignored)).toEqual(['user', 'ignored']);
    }
    for (let end = 1; end < ignored.length; end++) {
      expect(kindsOf(ignored.slice(0, end) + telling), `torn at ${end}`).toEqual(['unreadable']);
    }
  });

  test('when it is torn itself', () => {
    for (const line of [hookProgress, progress({ type: 'bash_progress', output: '}'.repeat(3) })]) {
      const text = JSON.stringify(line);
      for (let end = 1; end < text.length; end++) {
        // Where a torn line ends in a brace it counts as a whole one: nothing of it would have been told.
        if (text[end - 1] !== '}')
          expect(kindsOf(text.slice(0, end)), `torn at ${end}`).toEqual(['unreadable']);
      }
    }
  });
});

describe('the copy of a message in the progress of an agent', () => {
  const whole = JSON.stringify({ ...copying, parentToolUseID: 't0' });

  test('is not parsed', () => {
    const needed = neededOf(whole);
    expect(needed).toEqual({ kind: 'text', text: expect.not.stringContaining('money.js') as unknown });
    expect(entriesOf(whole)).toMatchObject([
      { kind: 'agent-progress', progressAgentId: 'a1', parentToolUseId: 't0', uuid: 'u1' },
    ]);
  });

  test('is, where another line is glued to it', () => {
    const other = whole.replaceAll('a1', 'a2').replaceAll('t0', 't2');
    for (const between of ['', ' ', '\0\0\0']) {
      expect(entriesOf(whole + between + other)).toMatchObject([
        { progressAgentId: 'a1', parentToolUseId: 't0' },
        { progressAgentId: 'a2', parentToolUseId: 't2' },
      ]);
      expect(kindsOf(whole + between + JSON.stringify(told))).toEqual(['agent-progress', 'user']);
      expect(kindsOf(JSON.stringify(told) + between + whole)).toEqual(['user', 'agent-progress']);
    }
    for (let end = 1; end < whole.length; end++) {
      expect(kindsOf(whole.slice(0, end) + other), `torn at ${end}`).toEqual(['unreadable']);
      expect(kindsOf(whole.slice(0, end)), `torn at ${end}`).toEqual(['unreadable']);
    }
  });

  test('is, where anything stands elsewhere than we know it', () => {
    const elsewhere = [
      whole.replace('"type":"agent_progress",', ''),
      whole.replace('"agentId":"a1"}', '"agentId":"a1","more":1}'),
      whole.replace('"timestamp"', '"more":{"x":1},"timestamp"'),
      whole.replace('{"parentUuid"', '{"more":[],"parentUuid"'),
    ];
    for (const text of elsewhere) expect(neededOf(text)).toEqual({ kind: 'text', text });
  });
});

test('whatever is passed over has that type, also where keys stand twice, or can tell nothing', () => {
  const type = fc.constantFrom('progress', 'system', 'summary', 'mode', 'user', 'attachment');
  const inner = fc.record({
    type: fc.constantFrom('hook_progress', 'agent_progress', 'x'),
    more: fc.jsonValue(),
  });
  const key = fc.constantFrom('cwd', 'data', 'subtype', 'message', 'timestamp', 'type', '"type":"mode"');
  const value = fc.oneof(type, inner, fc.jsonValue(), fc.constantFrom('turn_duration', 'x'));
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value), { maxLength: 5 }), fc.nat(4), type, (fields, before, last) => {
      // The same key may stand there twice: the last one counts.
      const pairs = [...fields, ['type', last] as const].map(
        ([name, one]) => `${JSON.stringify(name)}:${JSON.stringify(one)}`,
      );
      const text = `{${pairs.join(',')}}`;
      // Whatever line came before, and wherever its type stood.
      passedOver(`{${[...pairs.slice(0, before), '"type":"mode"'].join(',')}}`);
      const found = passedOver(text);
      if (found === undefined) return;
      const line = JSON.parse(text) as Record<string, unknown>; // what the text was made of
      // Without a time there is nothing that could be told, whatever its type is.
      if ('timestamp' in line) expect(line['type']).toBe(found);
      expect(['user', 'attachment']).not.toContain(found);
    }),
    { numRuns: 2000 },
  );
});
