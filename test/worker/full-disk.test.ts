// The disk is full at some step of the worker; when there is room again, the next wake-up goes on.
import { afterEach, expect, test } from 'vitest';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { planDisk, stepsOf } from './support/disk.ts';
import type { DiskPlan } from './support/disk-faults.ts';
import { writeExample } from './support/example.ts';
import { expectSameSpans, exportedSpans, spansOf, type Span } from './support/spans.ts';
import { tell } from './support/told.ts';
import {
  expectAtRest,
  leaveTicket,
  makeWorld,
  startClient,
  startWorker,
  tickets,
  type World,
} from './support/world.ts';

const backends: LoopbackBackend[] = [];

afterEach(async () => {
  await Promise.all(backends.splice(0).map((backend) => backend.stop()));
});

test('a disk that is full from any step of the worker on costs nothing', async () => {
  const steps = await stepsOfOneWorker();
  // Between two of its writes the worker finds the same disk.
  await forEachPlan(
    steps.flatMap((_, index) => (index % 3 === 0 ? [{ fullFrom: index + 1 }] : [])),
    expectNothingLost,
  );
}, 180_000);

test('nor does one that was full for a moment, in the middle of a write', async () => {
  const steps = await stepsOfOneWorker();
  await forEachPlan(
    steps.flatMap((what, index) =>
      what.startsWith('writeSync') ? [{ fullFrom: index + 1, fullTo: index + 1 }] : [],
    ),
    expectNothingLost,
  );
}, 180_000);

async function expectNothingLost(plan: DiskPlan): Promise<void> {
  const { world, backend } = await twoSessions();
  planDisk(world, plan);
  await startWorker(world).ended;
  planDisk(world, {});
  expect(await startWorker(world).ended).toBe(0);
  expect(tickets(world)).toEqual([]);
  expectSameSpans(spansOf(backend.requests), (expected ??= exportedSpans(world.project)));
  expectAtRest(world);
}

/** The same for all: times and ids are, and no content is sent. */
let expected: Span[] | undefined;
const BEGAN_AT = Date.now() - 10 * 60_000;

/** The example and another session of its project, whole on disk, with a ticket each in the inbox. */
async function twoSessions(): Promise<{ world: World; backend: LoopbackBackend }> {
  const world = makeWorld();
  const backend = await startBackend();
  backends.push(backend);
  const client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
  const { story, ...other } = tell(world.project, { startsAt: BEGAN_AT });
  story.prompt('Shall we?');
  story.answer('Yes.');
  story.endOfTurn();
  other.write();
  for (const transcript of [await writeExample(world), other.transcript]) {
    await leaveTicket(world, { event: 'SessionEnd', transcript, client });
  }
  return { world, backend };
}

async function stepsOfOneWorker(): Promise<string[]> {
  const { world } = await twoSessions();
  planDisk(world, { trace: true });
  expect(await startWorker(world).ended).toBe(0);
  return stepsOf(world).map(({ what }) => what);
}

/** Three at a time. */
async function forEachPlan(
  plans: readonly DiskPlan[],
  run: (plan: DiskPlan) => Promise<void>,
): Promise<void> {
  const waiting = [...plans];
  const lane = async (): Promise<void> => {
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) await run(plan);
  };
  expect(waiting.length).toBeGreaterThan(5);
  await Promise.all([lane(), lane(), lane()]);
}
