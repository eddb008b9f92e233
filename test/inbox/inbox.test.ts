import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { peekClients } from '../../src/inbox/clients.ts';
import { inboxIsEmpty, readInbox, removeTicket } from '../../src/inbox/inbox.ts';
import { lineLog, silentLog } from '../../src/platform/log.ts';

const NOW = 1_700_000_000_000;
let dir: string;
let lines: string[];
const log = lineLog((line) => lines.push(line));

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'turnspan-inbox-'));
  mkdirSync(join(dir, 'inbox'));
  lines = [];
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

test('tickets come in the order of their arrival, then of their names', () => {
  leave('3', 2_000);
  leave('1', 3_000);
  leave('b', 1_000);
  leave('a', 1_000);
  expect(readInbox(dir, log, NOW).map(({ name, arrivedAt }) => [name, arrivedAt - NOW])).toEqual(
    [
      ['b', -1_000],
      ['a', -1_000],
      ['3', -2_000],
      ['1', -3_000],
    ].reverse(),
  );
});

test('a ticket stays until it is removed', () => {
  leave('1');
  leave('2');
  const [first] = readInbox(dir, log, NOW);
  expect(readInbox(dir, log, NOW)).toHaveLength(2);
  removeTicket(dir, first!);
  removeTicket(dir, first!);
  expect(readInbox(dir, log, NOW).map((ticket) => ticket.name)).toEqual(['2']);
  expect(inboxIsEmpty(dir)).toBe(false);
  removeTicket(dir, readInbox(dir, log, NOW)[0]!);
  expect(inboxIsEmpty(dir)).toBe(true);
});

test('a missing inbox is an empty one', () => {
  rmSync(join(dir, 'inbox'), { recursive: true });
  expect(readInbox(dir, log)).toEqual([]);
  expect(inboxIsEmpty(dir)).toBe(true);
  expect(peekClients(dir)).toEqual([]);
});

test('what a hook still writes waits and does not count; what a killed one left goes after a minute', () => {
  leave('young', 59_000, 'TURNSPAN_TICKET=1\0\0{"hook_event_name":"Stop"');
  leave('old', 61_000, 'TURNSPAN_TICKET=1\0\0{"hook_event_name":"Stop"');
  leave('empty', 61_000, '');
  expect(inboxIsEmpty(dir)).toBe(true);
  expect(readInbox(dir, log, NOW)).toEqual([]);
  expect(readdirSync(join(dir, 'inbox'))).toEqual(['young']);
  expect(lines.map((line) => line.slice(line.indexOf(' ') + 1))).toEqual([
    'warn ticket-abandoned ticket=empty\n',
    'warn ticket-abandoned ticket=old\n',
  ]);
});

test('unreadable tickets are set aside and named in the log without their content, and the others are read', () => {
  leave('good');
  leave('bad', 5, 'TURNSPAN_TICKET=1\0SECRET=hunter2\0\0{"hunter2":\0TURNSPAN_END\0');
  mkdirSync(join(dir, 'inbox', 'folder'));
  expect(readInbox(dir, log, NOW).map((ticket) => ticket.name)).toEqual(['good']);
  expect(readdirSync(join(dir, 'inbox'))).toEqual(['good']);
  expect(readdirSync(join(dir, 'inbox-unreadable')).sort()).toEqual(['bad', 'folder']);
  expect(lines.join('')).toContain(
    'warn ticket-unreadable ticket=bad reason="the event is not JSON" moved=inbox-unreadable',
  );
  expect(lines.join('')).toContain('ticket=folder reason="not a regular file"');
  expect(lines.join('')).not.toContain('hunter2');
});

test('of the unreadable the newest hundred are kept', () => {
  for (let i = 0; i < 103; i += 1) leave(`bad-${String(i).padStart(3, '0')}`, 1_000 - i, 'x\0TURNSPAN_END\0');
  readInbox(dir, silentLog, NOW);
  const kept = readdirSync(join(dir, 'inbox-unreadable')).sort();
  expect(kept).toHaveLength(100);
  expect(kept[0]).toBe('bad-003');
});

test.skipIf(process.getuid?.() === 0)('a ticket that may not be read is set aside', () => {
  leave('locked');
  chmodSync(join(dir, 'inbox', 'locked'), 0o000);
  expect(readInbox(dir, log, NOW)).toEqual([]);
  expect(lines.join('')).toContain('reason="reading failed: EACCES"');
});

test('when nothing can be set aside, the log says so and the others are read', () => {
  leave('good');
  leave('bad', 0, 'x\0TURNSPAN_END\0');
  writeFileSync(join(dir, 'inbox-unreadable'), '');
  expect(readInbox(dir, log, NOW).map((ticket) => ticket.name)).toEqual(['good']);
  expect(existsSync(join(dir, 'inbox', 'bad'))).toBe(true);
  expect(lines.join('')).toContain('error ticket-unreadable ticket=bad');
});

test('of a large event nothing stays that is not used', () => {
  leave(
    'large',
    0,
    `TURNSPAN_TICKET=1\0\0${JSON.stringify({ hook_event_name: 'Stop', last_assistant_message: 'x'.repeat(50_000_000) })}\0TURNSPAN_END\0`,
  );
  const [ticket] = readInbox(dir, log, NOW);
  expect(JSON.stringify(ticket).length).toBeLessThan(200);
});

test('the clients of all tickets are known at a glance, each once', () => {
  leave('1', 3, 'TURNSPAN_TICKET=1\0TURNSPAN_CLIENT=1 10\0\0{}\0TURNSPAN_END\0');
  leave('2', 2, 'TURNSPAN_TICKET=1\0TURNSPAN_CLIENT=2 20\0\0{}\0TURNSPAN_END\0');
  leave('3', 1, 'TURNSPAN_TICKET=1\0TURNSPAN_CLIENT=1 10\0\0{}\0TURNSPAN_END\0');
  leave('4', 0, 'TURNSPAN_TICKET=1\0\0{}\0TURNSPAN_END\0');
  expect(peekClients(dir)).toEqual([
    { pid: 1, startTime: '10' },
    { pid: 2, startTime: '20' },
  ]);
});

/** A file in inbox/ that was written `age` milliseconds before NOW. */
function leave(
  name: string,
  age = 0,
  content = 'TURNSPAN_TICKET=1\0\0{"hook_event_name":"Stop"}\0TURNSPAN_END\0',
): void {
  const path = join(dir, 'inbox', name);
  writeFileSync(path, content);
  utimesSync(path, (NOW - age) / 1000, (NOW - age) / 1000);
}
