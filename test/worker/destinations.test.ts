// Several destinations of the user's: each gets every span once, at its own level; one that is down holds up no other.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { expectSameSpans, exportedSpans, spansOf } from './support/spans.ts';
import { tell } from './support/told.ts';
import { callHook, makeWorld, settled, startClient, waiting, type World } from './support/world.ts';

let near: LoopbackBackend;
let far: LoopbackBackend;
let world: World;

beforeEach(async () => {
  near = await startBackend();
  far = await startBackend();
  world = makeWorld();
});
afterEach(async () => {
  await near.stop();
  await far.stop();
});

test('each gets every span, at its own content level and in its own encoding', async () => {
  configure({
    near: { endpoint: near.url, content: 'full', limits: { spans: 2 } },
    far: { endpoint: far.url, protocol: 'http/json', headers: { 'X-Key': { env: 'MY_BACKEND_KEY' } } },
  });
  const transcript = await oneTurn();
  expectSameSpans(spansOf(near.requests), exportedSpans(transcript, 'full'));
  expectSameSpans(spansOf(far.requests), exportedSpans(transcript));
  expect(near.requests.length).toBeGreaterThan(1);
  expect(far.requests).toMatchObject([
    { headers: { 'x-key': 'of-the-client', 'content-type': 'application/json' } },
  ]);
});

test('one that is down holds up no other, and gets all when it is back', async () => {
  configure({ near: { endpoint: near.url }, far: { endpoint: far.url } });
  await far.refuse();
  const transcript = await oneTurn();
  expectSameSpans(spansOf(near.requests), exportedSpans(transcript));
  expect(waiting(world)).not.toEqual([]);
  await far.listen();
  await callHook(world, { event: 'SessionStart', transcript, client: startClient({}) });
  await settled(world);
  expectSameSpans(spansOf(far.requests), exportedSpans(transcript));
  expect(near.requests).toHaveLength(1);
});

test("a project's file can pick one of them, and lower its level", async () => {
  configure({ near: { endpoint: near.url, content: 'full' }, far: { endpoint: far.url } });
  mkdirSync(join(world.home, 'shop'), { recursive: true });
  writeFileSync(join(world.home, 'shop/.turnspan.json'), '{"destination": "near", "content": "none"}');
  const transcript = await oneTurn();
  expectSameSpans(spansOf(near.requests), exportedSpans(transcript));
  expect(far.requests).toEqual([]);
});

function configure(destinations: object): void {
  const folder = join(world.home, '.config/turnspan');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ destinations }));
}

async function oneTurn(): Promise<string> {
  const { story, transcript, write } = tell(world.project);
  story.prompt('Shall we?');
  const call = story.response().tool('Bash', { command: 'ls' });
  story.result(call, 'money.js');
  story.answer('Yes.');
  story.endOfTurn();
  write();
  const client = startClient({ MY_BACKEND_KEY: 'of-the-client' });
  await callHook(world, { event: 'Stop', transcript, client });
  await settled(world);
  return transcript;
}
