// How turns end, as the real client was seen to write it (design.md, "Turn close").
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { expectSameSpans, exportedSpans, spansOf, type Span } from './support/spans.ts';
import { tell } from './support/told.ts';
import {
  callHook,
  expectAtRest,
  makeWorld,
  settled,
  startClient,
  tickets,
  until,
  workersOf,
  type Client,
} from './support/world.ts';

let backend: LoopbackBackend;

beforeEach(async () => {
  backend = await startBackend();
});
afterEach(async () => {
  await backend.stop();
});

const claude = (): Client => startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
const sent = (): Span[] => spansOf(backend.requests);
/** Number and status of each turn whose root was sent. */
const turns = (): unknown[] =>
  sent()
    .filter(({ name }) => name === 'invoke_agent claude-code')
    .map(({ attributes }) => [attributes['turnspan.turn.number'], attributes['turnspan.turn.status']]);

test('a Stop hook that comes before the last lines: the worker waits for them', async () => {
  const world = makeWorld();
  const client = claude();
  const { story, transcript, write } = tell(world.project);
  story.prompt('Shall we?');
  write();
  await callHook(world, { event: 'Stop', transcript, client });
  await until(() => tickets(world).length === 0);
  await sleep(300);
  story.answer('Yes.');
  write();
  await sleep(100);
  expect(turns()).toEqual([]);
  story.endOfTurn();
  write();
  await settled(world);
  expect(turns()).toEqual([[1, 'completed']]);
  expectSameSpans(sent(), exportedSpans(transcript));
});

test('a turn whose end is not written is not closed by time', async () => {
  const world = makeWorld();
  const client = claude();
  const { story, transcript, write } = tell(world.project);
  story.prompt('Shall we?');
  story.answer('Yes.');
  write();
  await callHook(world, { event: 'Stop', transcript, client });
  await sleep(3000);
  expect(sent()).toEqual([]);
  expect(workersOf(world)).toHaveLength(1);
  story.endOfTurn();
  write();
  await settled(world);
  expectSameSpans(sent(), exportedSpans(transcript));
});

test("a turn goes on when the user's own Stop hook blocks, and is one span", async () => {
  const world = makeWorld();
  const client = claude();
  const { story, transcript, write } = tell(world.project);
  story.prompt('Shall we?');
  story.answer('Yes.');
  write();
  await callHook(world, { event: 'Stop', transcript, client });
  await until(() => tickets(world).length === 0);
  story.injected('Stop hook feedback:\n[check]: Run the tests first.');
  story.stopSummary({ hookErrors: ['Run the tests first.'] });
  write();
  await sleep(150);
  expect(turns()).toEqual([]);
  const call = story.response().tool('Bash');
  write();
  story.result(call, 'done');
  story.answer('Now yes.');
  write();
  await callHook(world, { event: 'Stop', transcript, client, payload: { stop_hook_active: true } });
  story.endOfTurn();
  write();
  await settled(world);
  expect(turns()).toEqual([[1, 'completed']]);
  expect(sent().filter(({ name }) => name.startsWith('chat'))).toHaveLength(3);
  expectSameSpans(sent(), exportedSpans(transcript));
});

test('an interrupted turn, for which no Stop hook runs, is closed at the next hook', async () => {
  const world = makeWorld();
  const client = claude();
  const { story, transcript, write } = tell(world.project);
  await callHook(world, { event: 'UserPromptSubmit', transcript, client });
  story.prompt('Shall we?');
  story.response().tool('Bash');
  story.interrupt(true);
  write();
  await settled(world);
  await callHook(world, { event: 'UserPromptSubmit', transcript, client });
  await settled(world);
  expect(turns()).toEqual([[1, 'interrupted']]);
  expectSameSpans(sent(), exportedSpans(transcript));
});

test('SessionEnd closes a turn whose end was not written', async () => {
  const world = makeWorld();
  const client = claude();
  const { story, transcript, write } = tell(world.project);
  story.prompt('Shall we?');
  story.answer('Yes.');
  write();
  await callHook(world, { event: 'Stop', transcript, client });
  await callHook(world, { event: 'SessionEnd', transcript, client });
  await settled(world);
  expect(turns()).toEqual([[1, 'completed']]);
  expectSameSpans(sent(), exportedSpans(transcript));
  expectAtRest(world);
});

test('a failed turn is closed by its StopFailure hook, once its error line is there', async () => {
  const world = makeWorld();
  const client = claude();
  const { story, transcript, write } = tell(world.project);
  const { promptId } = story.prompt('Shall we?');
  story.retry(1);
  write();
  const payload = { prompt_id: promptId, error: 'overloaded' };
  await callHook(world, { event: 'StopFailure', transcript, client, payload });
  await until(() => tickets(world).length === 0);
  await sleep(200);
  expect(turns()).toEqual([]);
  story.apiError('overloaded', 529);
  write();
  await settled(world);
  expect(turns()).toEqual([[1, 'failed']]);
  expectSameSpans(sent(), exportedSpans(transcript));
});

test('a turn of a client that writes no ends (before 2.0.50) is over when it was quiet for 2 s after its Stop hook', async () => {
  const world = makeWorld();
  const client = claude();
  const { story, transcript, write } = tell(world.project, { version: '2.0.0' });
  story.prompt('Shall we?');
  write();
  await callHook(world, { event: 'Stop', transcript, client });
  await until(() => tickets(world).length === 0);
  await sleep(300);
  story.answer('Yes.');
  write();
  await settled(world);
  expect(turns()).toEqual([[1, 'completed']]);
  expectSameSpans(sent(), exportedSpans(transcript));
});

test('the turn of a killed client is closed as lost at the next wake-up, whoever it is', async () => {
  const world = makeWorld();
  const [killed, other] = [claude(), claude()];
  const { story, transcript, write } = tell(world.project);
  await callHook(world, { event: 'UserPromptSubmit', transcript, client: killed });
  await settled(world);
  story.prompt('Shall we?');
  const call = story.response().tool('Bash');
  story.result(call, 'done');
  story.response().tool('Bash');
  write();
  await killed.kill();
  expect(sent()).toEqual([]);
  const elsewhere = tell(world.project, { sessionId: '0d0e0f00-0000-4000-8000-000000000002' }).transcript;
  await callHook(world, { event: 'SessionStart', transcript: elsewhere, client: other });
  await settled(world);
  expect(turns()).toEqual([[1, 'lost']]);
  expectSameSpans(sent(), exportedSpans(transcript));
});

test('so is a later turn of it, whose prompt was not on disk yet when its hook ran', async () => {
  const world = makeWorld();
  const [killed, other] = [claude(), claude()];
  const { story, transcript, write } = tell(world.project);
  story.prompt('Shall we?');
  story.answer('Yes.');
  story.endOfTurn();
  write();
  await callHook(world, { event: 'Stop', transcript, client: killed });
  await callHook(world, { event: 'UserPromptSubmit', transcript, client: killed });
  await settled(world);
  expect(turns()).toEqual([[1, 'completed']]);
  story.prompt('And now?');
  story.response().tool('Bash');
  write();
  await killed.kill();
  const elsewhere = tell(world.project, { sessionId: '0d0e0f00-0000-4000-8000-000000000002' }).transcript;
  await callHook(world, { event: 'SessionStart', transcript: elsewhere, client: other });
  await settled(world);
  expect(turns()).toEqual([
    [1, 'completed'],
    [2, 'lost'],
  ]);
  expectSameSpans(sent(), exportedSpans(transcript));
});

test('another process that resumes the session closes first what the one before it left open', async () => {
  const world = makeWorld();
  const [before, after] = [claude(), claude()];
  const { story, transcript, write } = tell(world.project);
  story.prompt('Shall we?');
  story.response().tool('Bash');
  write();
  await callHook(world, { event: 'UserPromptSubmit', transcript, client: before });
  await settled(world);
  expect(turns()).toEqual([]);
  await callHook(world, { event: 'SessionStart', transcript, client: after, payload: { source: 'resume' } });
  await settled(world);
  expect(turns()).toEqual([[1, 'lost']]);
  const lost = sent();
  expectSameSpans(lost, exportedSpans(transcript));

  // What it writes on is a turn of its own.
  story.wait(Date.now() - story.now());
  story.prompt('And now?');
  story.answer('On.');
  story.endOfTurn();
  write();
  await callHook(world, { event: 'Stop', transcript, client: after });
  await settled(world);
  expect(turns()).toEqual([
    [1, 'lost'],
    [2, 'completed'],
  ]);
  const ids = sent().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('when the client is killed while its mark is waited for, the turn is closed', async () => {
  const world = makeWorld();
  const client = claude();
  const { story, transcript, write } = tell(world.project);
  story.prompt('Shall we?');
  story.answer('Yes.');
  write();
  await callHook(world, { event: 'Stop', transcript, client });
  await until(() => tickets(world).length === 0);
  await client.kill();
  await settled(world);
  expect(turns()).toEqual([[1, 'completed']]);
  expectSameSpans(sent(), exportedSpans(transcript));
});
