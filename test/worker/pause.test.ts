// A pause, with real hooks, workers and a backend: nothing is read or sent while it lasts, nothing is lost by it, and what
// the user skips is never sent.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { turnspan, type Outcome } from '../cli/run-turnspan.ts';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { expectSameSpans, exportedSpans, spansOf, withoutRepeats } from './support/spans.ts';
import { tell, type ToldStory } from './support/told.ts';
import {
  callHook,
  expectAtRest,
  filesIn,
  logged,
  makeWorld,
  settled,
  startClient,
  startWorker,
  tickets,
  until,
  waiting,
  workersOf,
  type Client,
  type World,
} from './support/world.ts';

let backend: LoopbackBackend;
let world: World;
let client: Client;
beforeEach(async () => {
  backend = await startBackend();
  world = makeWorld();
  client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
});
afterEach(async () => {
  await backend.stop();
});

/** The command of the user whose machine this is: the folder of programs holds the one of this world. */
function run(...args: readonly string[]): Promise<Outcome> {
  const data = join(world.root, 'data/turnspan');
  mkdirSync(data, { recursive: true });
  try {
    symlinkSync(join(world.root, 'program'), join(data, '1.0.0'));
  } catch {
    // It is there from the last time.
  }
  return turnspan(args, {
    HOME: world.home,
    XDG_STATE_HOME: world.root,
    XDG_DATA_HOME: join(world.root, 'data'),
  });
}

/** One turn; its Stop hook is called. */
async function turn({ story, ...told }: ToldStory, text: string): Promise<void> {
  story.prompt(text);
  story.answer('Yes.');
  story.endOfTurn();
  told.write();
  await callHook(world, { event: 'Stop', transcript: told.transcript, client });
}

/** Those that the hooks wake may not have begun yet: this one has ended. */
async function oneMoreWorker(): Promise<void> {
  expect(await startWorker(world).ended).toBe(0);
}

test('hooks leave tickets, the client is remembered, nothing is sent; then everything is', async () => {
  const told = tell(world.project);
  await turn(told, 'One');
  await settled(world);
  const before = backend.requests.length;
  expect(before).toBe(1);
  expect((await run('pause')).code).toBe(0);

  await client.kill();
  client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
  await turn(told, 'Two');
  await until(() => filesIn(world, 'clients').some((name) => name.startsWith(`${client.pid}-`)));
  await turn(told, 'Three');
  await oneMoreWorker();
  expect(tickets(world)).toHaveLength(2);
  expect(backend.requests).toHaveLength(before);
  // All that is known of where to send is what the workers remembered in the pause.
  await client.kill();

  const { code, stdout } = await run('resume');
  expect(code).toBe(0);
  expect(stdout).toContain('Resumed; 2 tickets came since');
  await settled(world);
  expectSameSpans(spansOf(backend.requests), exportedSpans(told.transcript));
  expectAtRest(world);
});

test('a request that is under way is broken off, what waits behind it stays, and all of it comes after the pause', async () => {
  backend.answer('hang');
  const told = tell(world.project);
  await turn(told, 'One');
  await backend.received(1);
  const { code, stdout } = await run('pause');
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining('Paused: nothing is read or sent from now on.'),
  ]);
  expect(workersOf(world)).toEqual([]);
  expect(logged(world, 'worker-leaves')).toEqual([expect.stringContaining('why=paused')]);
  expect(waiting(world)).toHaveLength(1);

  await turn(told, 'Two');
  await oneMoreWorker();
  expect(backend.requests).toHaveLength(1);
  backend.answer({ status: 200 });
  await run('resume');
  await settled(world);
  expectSameSpans(spansOf(withoutRepeats(backend.requests)), exportedSpans(told.transcript));
  expect(waiting(world)).toEqual([]);
});

test('a worker that waits for the end of a turn leaves, and the turn is sent after the pause', async () => {
  const { story, ...told } = tell(world.project);
  story.prompt('One');
  story.answer('Yes.');
  told.write();
  await callHook(world, { event: 'Stop', transcript: told.transcript, client });
  await until(() => tickets(world).length === 0);
  expect(workersOf(world)).toHaveLength(1);
  await run('pause');
  expect(workersOf(world)).toEqual([]);
  story.endOfTurn();
  told.write();
  await run('resume');
  await settled(world);
  expectSameSpans(spansOf(backend.requests), exportedSpans(told.transcript));
});

test('a worker that is started by hand in a pause does nothing', async () => {
  await run('pause');
  const told = tell(world.project);
  await turn(told, 'One');
  await oneMoreWorker();
  const { code } = await run('worker', '--dir', world.dir);
  expect(code).toBe(0);
  expect(tickets(world)).toHaveLength(1);
  expect(filesIn(world, 'sessions')).toEqual([]);
});

test('resume --skip: what was typed in the pause is never sent, what was open before it and what came after it is', async () => {
  const began = Date.now() - 30 * MINUTE;
  const told = tell(world.project, { startsAt: began });
  await turn(told, 'Before');
  await settled(world);
  told.story.wait(5 * MINUTE);
  told.story.prompt('Open at the pause');
  const call = told.story.response().tool('Bash');
  told.write();
  await callHook(world, { event: 'UserPromptSubmit', transcript: told.transcript, client });
  await until(() => tickets(world).length === 0);
  await run('pause');
  // Told as if the pause had begun ten minutes after the story.
  writeFileSync(join(world.dir, 'paused'), JSON.stringify({ version: 1, since: began + 10 * MINUTE }));
  told.story.wait(began + 12 * MINUTE - told.story.now());
  told.story.result(call, 'done');
  told.story.answer('Yes.');
  told.story.endOfTurn();
  await turn(told, 'Typed in the pause');
  const skip = await run('resume', '--skip');
  expect(skip.stdout).toContain('are never sent');
  const skips = join(world.dir, 'skipped.json');
  expect(readFileSync(skips, 'utf8')).toContain(String(began + 10 * MINUTE));
  await settled(world);
  // And as if it had ended ten minutes later.
  const pause = { from: began + 10 * MINUTE, to: began + 20 * MINUTE };
  writeFileSync(skips, JSON.stringify({ version: 1, pauses: [pause] }));
  told.story.wait(began + 21 * MINUTE - told.story.now());
  await turn(told, 'After');
  await settled(world);

  const all = exportedSpans(told.transcript);
  const roots = all.filter(({ parentId }) => parentId === null);
  expect(roots).toHaveLength(4);
  const skipped = roots.find(({ startedAt }) => inside(Number(startedAt / 1_000_000n), pause));
  expectSameSpans(
    spansOf(backend.requests),
    all.filter(({ traceId }) => traceId !== skipped!.traceId),
  );
  await callHook(world, { event: 'SessionEnd', transcript: told.transcript, client });
  await settled(world);
  expect(spansOf(backend.requests)).toHaveLength(all.length - 2);
  expectAtRest(world);
});

test('where it cannot be read what is to be kept back, nothing is sent', async () => {
  const skips = join(world.dir, 'skipped.json');
  writeFileSync(skips, '{');
  const told = tell(world.project);
  await turn(told, 'One');
  await settled(world);
  expect(backend.requests).toEqual([]);
  expect(logged(world, 'session-failed')).toEqual([expect.stringContaining('reason=SkipsUnreadable')]);
  writeFileSync(skips, '{"version":1,"pauses":[]}');
  await callHook(world, { event: 'SessionEnd', transcript: told.transcript, client });
  await settled(world);
  expectSameSpans(spansOf(backend.requests), exportedSpans(told.transcript));
});

const MINUTE = 60_000;

function inside(time: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
  return time >= from && time < to;
}
