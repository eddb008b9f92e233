// `turnspan retry`, with real hooks, workers and a backend that first refuses: what was refused arrives once the cause is
// mended, each span once, also while a worker runs.
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { retrySchema } from '../../src/cli/retry.ts';
import { turnspan, type Outcome } from '../cli/run-turnspan.ts';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { expectSameSpans, exportedSpans, spansOf } from './support/spans.ts';
import { tell, type ToldStory } from './support/told.ts';
import {
  callHook,
  filesIn,
  makeWorld,
  settled,
  startClient,
  until,
  waiting,
  type Client,
  type World,
} from './support/world.ts';

let backend: LoopbackBackend;
let world: World;
let client: Client;
beforeEach(async () => {
  backend = await startBackend();
  world = makeWorld();
  client = startClient({});
});
afterEach(async () => {
  await backend.stop();
});

/** The command of the user whose machine this is: the folder of programs holds the one of this world. */
function run(...args: readonly string[]): Promise<Outcome> {
  const data = join(world.root, 'data/turnspan');
  mkdirSync(data, { recursive: true });
  if (readdirSync(data).length === 0) symlinkSync(join(world.root, 'program'), join(data, '1.0.0'));
  return turnspan(['retry', ...args], {
    HOME: world.home,
    XDG_STATE_HOME: world.root,
    XDG_DATA_HOME: join(world.root, 'data'),
  });
}

function sendTo(url: string, key: string): void {
  const folder = join(world.home, '.config/turnspan');
  mkdirSync(folder, { recursive: true });
  const destinations = { mine: { endpoint: url, headers: { 'x-key': key } } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ version: 1, destinations }), { mode: 0o600 });
}

async function turn({ story, ...told }: ToldStory, text: string): Promise<void> {
  story.prompt(text);
  story.answer('Yes.');
  story.endOfTurn();
  told.write();
  await callHook(world, { event: 'Stop', transcript: told.transcript, client });
}

function refused(): string[] {
  return filesIn(world, 'refused').filter((name) => name.endsWith('.otlp'));
}

/** A wrong key is refused, and lies aside. */
async function refuseTwoTurns(): Promise<ToldStory> {
  backend.answer(({ headers }) => ({ status: headers['x-key'] === 'right' ? 200 : 401 }));
  sendTo(backend.url, 'wrong');
  const told = tell(world.project);
  for (const text of ['One', 'Two']) {
    await turn(told, text);
    await settled(world);
  }
  expect(refused()).toHaveLength(2);
  return told;
}

/** Spans of those requests that the backend took. */
function taken(): ReturnType<typeof spansOf> {
  return spansOf(backend.requests.filter(({ headers }) => headers['x-key'] === 'right'));
}

describe('with a key that was wrong', () => {
  test('what was refused goes with the key that stands in the config file now', async () => {
    const told = await refuseTwoTurns();
    sendTo(backend.url, 'right');
    const { code, stdout, stderr } = await run('mine');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('2 requests put back');
    expect(stdout).toContain('All are sent.');
    expectSameSpans(taken(), exportedSpans(told.transcript));
    await settled(world);
    expect(filesIn(world, 'refused')).toEqual([]);
  });

  test('and still is: it lies aside again with the reason, and that is told', async () => {
    await refuseTwoTurns();
    const { code, stdout } = await run('--json');
    expect(code).toBe(1);
    const told = retrySchema.parse(JSON.parse(stdout));
    expect(told).toMatchObject({
      status: 'retried',
      worker: 'woken',
      problem: null,
      destinations: [
        { name: 'mine', settings: 'current', requests: 2, waiting: 0, refused: 2, refusedWhy: 'HTTP 401' },
      ],
    });
    await settled(world);
    expect(refused()).toHaveLength(2);
    expect(filesIn(world, 'refused').filter((name) => name.endsWith('.json'))).toHaveLength(2);
  });

  test('while a worker sends something else, and while a second retry runs', async () => {
    const told = await refuseTwoTurns();
    sendTo(backend.url, 'right');
    await turn(told, 'Three');
    const runs = await Promise.all([run(), run()]);
    for (const { stderr } of runs) expect(stderr).toBe('');
    await settled(world);
    await until(() => refused().length === 0 && waiting(world).length === 0);
    expectSameSpans(taken(), exportedSpans(told.transcript));
  });

  test('in a pause it waits, and goes after it', async () => {
    await refuseTwoTurns();
    sendTo(backend.url, 'right');
    writeFileSync(join(world.dir, 'paused'), '');
    const { code, stdout } = await run();
    expect(code).toBe(1);
    expect(stdout).toContain('2 requests still waiting');
    expect(stdout).toContain('Export is paused');
    expect(waiting(world)).toHaveLength(2);
    expect(taken()).toEqual([]);
  });

  test('by its id, where the configuration names it no more', async () => {
    const told = await refuseTwoTurns();
    const other = await startBackend();
    try {
      sendTo(other.url, 'right');
      backend.answer({ status: 200 });
      const [id = ''] = readdirSync(join(world.dir, 'refused'));
      const { code, stdout } = await run(id);
      expect(code).toBe(0);
      expect(stdout).toContain('The configuration does not name it any more');
      expect(spansOf(backend.requests.slice(-2))).toHaveLength(exportedSpans(told.transcript).length);
      expect(other.requests).toEqual([]);
    } finally {
      await other.stop();
    }
  });
});

test('nothing was refused: nothing to do', async () => {
  sendTo(backend.url, 'right');
  const { code, stdout } = await run();
  expect([code, stdout]).toEqual([0, 'Nothing is set aside as refused: nothing to do.\n']);
  expect((await run('mine')).code).toBe(0);
});

test('a name that nothing has gets the usage and 2', async () => {
  await refuseTwoTurns();
  const { code, stderr } = await run('theirs');
  expect(code).toBe(2);
  expect(stderr).toContain('no destination is called "theirs": there is mine');
  expect(refused()).toHaveLength(2);
});
