import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { replay } from './support/replay.ts';
import { expectSameSpans, exportedSpans, spansOf, withoutRepeats, type Span } from './support/spans.ts';
import { planDisk, stepsOf } from './support/disk.ts';
import { seededRandom } from './support/random.ts';
import { expectAtRest, makeWorld, settled, startWorker, workersOf, type World } from './support/world.ts';

let backend: LoopbackBackend | undefined;

afterEach(async () => {
  await backend?.stop();
});

test('the example, played through hook and worker, arrives as the spans of its export, each once', async () => {
  const world = makeWorld();
  planDisk(world, { trace: true });
  backend = await startBackend();
  const { transcript, played } = replay(
    world,
    { OTEL_EXPORTER_OTLP_ENDPOINT: backend.url, TURNSPAN_CONTENT: 'full' },
    150,
  );
  await played;
  await settled(world);

  const sent = spansOf(backend.requests);
  expectSameSpans(sent, exportedSpans(transcript, 'full'));
  expect(backend.requests.every(({ path }) => path === '/v1/traces')).toBe(true);
  expectRootsLast(sent);
  expectAtRest(world);
  const outside = writtenPaths(world).filter((path) => !path.startsWith(`${world.dir}/`));
  expect(outside).toEqual([]);
  expect(readdirSync(world.home)).toEqual(['.claude']);
});

test('workers killed at random moments while the example is played lose and double nothing', async () => {
  const random = seededRandom();
  const world = makeWorld();
  backend = await startBackend();
  const { transcript, played } = replay(world, { OTEL_EXPORTER_OTLP_ENDPOINT: backend.url }, 50);
  let playing = true;
  let kills = 0;
  const killer = async (): Promise<void> => {
    while (playing) {
      await sleep(random() * 250);
      for (const pid of workersOf(world)) if (kill(pid)) kills++;
    }
  };
  const killing = killer();
  await played;
  playing = false;
  await killing;
  // The next wake-up, whoever's it is.
  expect(await startWorker(world).ended).toBe(0);
  await settled(world);

  expect(kills).toBeGreaterThan(5);
  const once = withoutRepeats(backend.requests);
  expectSameSpans(spansOf(once), exportedSpans(transcript));
  expectAtRest(world);
});

/** A root leaves after all of its trace, but for what comes later: agents in the background with what hangs under them, and what happened after its end (`/compact`). */
function expectRootsLast(sent: readonly Span[]): void {
  const byId = new Map(sent.map((span) => [span.id, span]));
  const isInBackground = (span: Span | undefined): boolean =>
    span !== undefined &&
    (span.attributes['turnspan.agent.background'] === true || isInBackground(byId.get(span.parentId ?? '')));
  const roots = sent.filter(({ parentId }) => parentId === null);
  expect(roots.length).toBeGreaterThan(0);
  for (const root of roots) {
    const late = sent
      .slice(sent.indexOf(root) + 1)
      .filter((span) => span.traceId === root.traceId && span.startedAt < root.endedAt)
      .filter((span) => !isInBackground(span));
    expect(late.map(({ name }) => name)).toEqual([]);
  }
}

/** Paths that the workers wrote, made or removed. */
function writtenPaths(world: World): string[] {
  return stepsOf(world)
    .flatMap(({ what }) => what.slice(what.indexOf(' ') + 1).split(' > '))
    .filter((path) => path !== 'the file');
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
