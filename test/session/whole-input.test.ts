// The whole conversation of a request, from the messages that newer clients keep once each.
import { describe, expect, test } from 'vitest';

import { createWholeInput } from '../../src/session/whole-input.ts';
import { parseEntries } from '../../src/transcript/parse-entry.ts';

const line = (fields: object, wholeInput = true) =>
  parseEntries({ kind: 'line', text: JSON.stringify(fields), start: 0, end: 1 }, wholeInput)[0];

const message = (hash: string, role: string, content: unknown) => ({
  type: 'api-request-blob',
  sessionId: 's',
  hash,
  message: { role, content },
});

const request = (id: string, tail: readonly string[], base?: string, keep = 0) => ({
  type: 'api-request',
  id,
  timestamp: '2026-11-18T09:00:00.000Z',
  base,
  keep,
  tail,
});

/** The texts of a request's messages, with who says them. */
function conversation(lines: readonly object[], requestId: string): string[] | undefined {
  const whole = createWholeInput();
  for (const fields of lines) {
    const entry = line(fields);
    if (entry?.kind === 'api-request' || entry?.kind === 'request-message') whole.add(entry);
  }
  return whole.of(requestId)?.map(({ role, blocks }) => {
    const [block] = blocks;
    return `${role}: ${block?.type === 'text' ? block.text : ''}`;
  });
}

const messages = [
  message('a', 'user', 'Fix the test'),
  message('b', 'assistant', [{ type: 'text', text: 'Fixed.' }]),
  message('c', 'user', 'Thanks'),
];

describe('the whole input of a request', () => {
  test('is its own messages, behind those that it keeps of the one before', () => {
    const lines = [...messages, request('1', ['a']), request('2', ['b', 'c'], '1', 1)];
    expect(conversation(lines, '1')).toEqual(['user: Fix the test']);
    expect(conversation(lines, '2')).toEqual(['user: Fix the test', 'assistant: Fixed.', 'user: Thanks']);
  });

  test('keeps as many as it says, also after a rewind', () => {
    const lines = [...messages, request('1', ['a', 'b', 'c']), request('2', ['c'], '1', 1)];
    expect(conversation(lines, '2')).toEqual(['user: Fix the test', 'user: Thanks']);
  });

  test.each([
    ['a message', [messages[0]!, request('1', ['a', 'b'])]],
    ['the request that it builds on', [...messages, request('1', ['c'], '0', 2)]],
    [
      'messages of the one that it builds on',
      [...messages, request('0', ['a']), request('1', ['c'], '0', 2)],
    ],
    [
      'an end, in a ring of requests',
      [...messages, request('0', ['a'], '1', 1), request('1', ['c'], '0', 1)],
    ],
  ])('is unknown where %s is missing', (_name, lines) => {
    expect(conversation(lines, '1')).toBeUndefined();
  });

  test('is not even parsed where nobody asks for it', () => {
    expect(line(messages[0]!, false)).toMatchObject({ kind: 'ignored', type: 'api-request-blob' });
  });
});
