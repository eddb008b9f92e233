import { describe, expect, test } from 'vitest';
import { peekClient } from '../../src/inbox/envelope.ts';
import { parseTicket } from '../../src/inbox/ticket.ts';

const END = '\0TURNSPAN_END\0';

function ticketBytes(event: string, entries: string[] = []): Buffer {
  return Buffer.from(`${['TURNSPAN_TICKET=1', ...entries, ''].join('\0')}\0${event}${END}`);
}

test('a ticket says what the hook was told', () => {
  const event = {
    hook_event_name: 'SubagentStop',
    session_id: 's',
    transcript_path: '/t.jsonl',
    cwd: '/c',
    prompt_id: 'p',
    agent_id: 'a',
    agent_type: 'Explore',
    agent_transcript_path: '/a.jsonl',
    stop_hook_active: true,
    last_assistant_message: 'not kept',
    something_new: { later: 1 },
  };
  const entries = [
    'TURNSPAN_CLIENT=42 4711',
    'TRACEPARENT=00-a-b-01',
    'OTEL_SERVICE_NAME=',
    'HTTP_PROXY=a=b\nc',
  ];
  expect(parseTicket('1-2-0', 123.5, ticketBytes(`${JSON.stringify(event)}\n`, entries))).toEqual({
    kind: 'ticket',
    ticket: {
      name: '1-2-0',
      arrivedAt: 123.5,
      client: { pid: 42, startTime: '4711' },
      variables: new Map([
        ['TRACEPARENT', '00-a-b-01'],
        ['OTEL_SERVICE_NAME', ''],
        ['HTTP_PROXY', 'a=b\nc'],
      ]),
      event: 'SubagentStop',
      sessionId: 's',
      transcriptPath: '/t.jsonl',
      cwd: '/c',
      promptId: 'p',
      agentId: 'a',
      agentType: 'Explore',
      agentTranscriptPath: '/a.jsonl',
      stopHookActive: true,
    },
  });
});

test('SessionEnd, SessionStart and StopFailure have their own keys', () => {
  const parsed = parseTicket(
    'n',
    0,
    ticketBytes('{"hook_event_name":"X","reason":"clear","source":"fork","error":"overloaded"}'),
  );
  expect(parsed).toMatchObject({ ticket: { reason: 'clear', source: 'fork', error: 'overloaded' } });
});

test('a key of another type than expected is absent, and the rest stands', () => {
  const parsed = parseTicket(
    'n',
    0,
    ticketBytes('{"hook_event_name":"Stop","session_id":7,"cwd":null,"prompt_id":"p"}'),
  );
  expect(parsed).toMatchObject({ kind: 'ticket', ticket: { event: 'Stop', promptId: 'p' } });
  expect(parsed).not.toHaveProperty('ticket.sessionId', 7);
});

test.each(['TURNSPAN_CLIENT=', 'TURNSPAN_CLIENT=42', 'TURNSPAN_CLIENT=x 1', 'TURNSPAN_CLIENT=-1 1'])(
  '%s is no client',
  (entry) => {
    const parsed = parseTicket('n', 0, ticketBytes('{"hook_event_name":"Stop"}', [entry]));
    expect(parsed).toMatchObject({ kind: 'ticket' });
    expect(parsed).not.toHaveProperty('ticket.client.pid');
  },
);

test('a ticket cut off at any byte is unfinished, never a ticket', () => {
  const whole = ticketBytes('{"hook_event_name":"Stop","cwd":"/ü"}', [
    'TURNSPAN_CLIENT=42 4711',
    'TRACEPARENT=x',
  ]);
  for (let length = 0; length < whole.length; length += 1) {
    expect(parseTicket('n', 0, whole.subarray(0, length))).toEqual({ kind: 'unfinished' });
  }
  expect(parseTicket('n', 0, whole).kind).toBe('ticket');
});

describe('a ticket is unreadable', () => {
  test.each([
    ['without an event', ticketBytes(''), 'the hook got no event on its standard input'],
    ['with an event that is no JSON', ticketBytes('{"secret":'), 'the event is not JSON'],
    ['with an event that is no object', ticketBytes('null'), 'the event has no hook_event_name'],
    ['with an event without a name', ticketBytes('{"secret":1}'), 'the event has no hook_event_name'],
    ['of another version', Buffer.from(`TURNSPAN_TICKET=2\0\0{}${END}`), 'not a ticket of this version'],
    ['of no version', Buffer.from(`A=b\0\0{}${END}`), 'not a ticket of this version'],
    ['without the end of its head', Buffer.from(`TURNSPAN_TICKET=1${END}`), 'not a ticket of this version'],
  ])('%s, and the reason quotes nothing', (_, bytes, reason) => {
    expect(parseTicket('n', 0, bytes)).toEqual({ kind: 'unreadable', reason });
  });
});

test('the client stands in the first bytes, before the ticket is whole', () => {
  const whole = ticketBytes('{}', ['TURNSPAN_CLIENT=42 4711', `TRACEPARENT=${'x'.repeat(500)}`]);
  expect(peekClient(whole.subarray(0, 256))).toEqual({ pid: 42, startTime: '4711' });
  expect(peekClient(whole.subarray(0, 30))).toBeUndefined();
});
