import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { planDisk, stepsOf } from './support/disk.ts';
import { expectSameSpans, exportedSpans, spansOf } from './support/spans.ts';
import { tell, type ToldStory } from './support/told.ts';
import {
  callHook,
  hookOrder,
  expectAtRest,
  leaveTicket,
  makeWorld,
  settled,
  startClient,
  startWorker,
  tickets,
  type World,
} from './support/world.ts';

let backend: LoopbackBackend;

beforeEach(async () => {
  backend = await startBackend();
});
afterEach(async () => {
  await backend.stop();
});

test('two sessions of one project, written at once, are both sent whole', async () => {
  const world = makeWorld();
  const client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
  const stories = [0, 1].map((number) => tell(world.project, sessionOf(number)));
  for (let turn = 0; turn < 4; turn++) {
    await Promise.all(
      stories.map(async ({ story, transcript, write }) => {
        story.prompt(`Prompt ${turn}`);
        await callHook(world, { event: 'UserPromptSubmit', transcript, client });
        write();
        const call = story.response().tool('Bash');
        write();
        story.result(call, 'done');
        story.answer('Yes.');
        write();
        await callHook(world, { event: 'Stop', transcript, client });
        story.endOfTurn();
        write();
      }),
    );
  }
  for (const { transcript } of stories) await callHook(world, { event: 'SessionEnd', transcript, client });
  await settled(world);
  expectSameSpans(spansOf(backend.requests), exportedSpans(world.project));
  expectAtRest(world);
});

test('200 tickets from 20 hooks at a time have one worker at a time, and each ticket is taken', async () => {
  const world = makeWorld();
  planDisk(world, { trace: true });
  const client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
  const stories = Array.from({ length: 20 }, (_, number) => {
    const told = tell(world.project, sessionOf(number));
    told.story.prompt('Shall we?');
    told.story.answer('Yes.');
    told.story.endOfTurn();
    told.write();
    return told;
  });
  await Promise.all(
    stories.map(async ({ transcript }) => {
      for (let call = 0; call < 9; call++)
        await callHook(world, { event: 'SubagentStop', transcript, client });
      await callHook(world, { event: 'SessionEnd', transcript, client });
    }),
  );
  await settled(world);

  expectSameSpans(spansOf(backend.requests), exportedSpans(world.project));
  expectAtRest(world);
  expectOneAtATime(world);
});

test('a ticket that comes while the worker leaves is taken, whatever it is just doing', async () => {
  const client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
  const begin = async (): Promise<{ world: World; late: ToldStory }> => {
    const world = makeWorld();
    const [first, late] = [tell(world.project, sessionOf(0)), tell(world.project, sessionOf(1))];
    for (const { story, write } of [first, late]) {
      story.prompt('Shall we?');
      story.answer('Yes.');
      story.endOfTurn();
      write();
    }
    await leaveTicket(world, { event: 'SessionEnd', transcript: first.transcript, client });
    return { world, late };
  };
  const { world: undisturbed } = await begin();
  planDisk(undisturbed, { trace: true });
  expect(await startWorker(undisturbed).ended).toBe(0);
  const steps = stepsOf(undisturbed).map(({ what }) => what);
  const leaves = steps.findIndex((what) => what.startsWith('unlinkSync') && what.endsWith('worker.alive'));
  expect(leaves).toBeGreaterThan(0);

  for (let at = leaves + 1; at <= steps.length; at++) {
    const { world, late } = await begin();
    const order = hookOrder(world, { event: 'SessionEnd', transcript: late.transcript, client });
    const done = join(world.root, 'late');
    await client.process.runAtSignal(order, done);
    planDisk(world, {
      pause: { at, command: `kill -USR2 ${client.pid}; until [ -e '${done}' ]; do sleep 0.01; done` },
    });
    const before = backend.requests.length;
    expect(await startWorker(world).ended).toBe(0);
    await expect.poll(() => tickets(world), { timeout: 5000, message: steps[at - 1]! }).toEqual([]);
    await settled(world);
    expect(spansOf(backend.requests.slice(before))).toHaveLength(4);
    expectAtRest(world);
  }
});

function sessionOf(number: number): { sessionId: string; idsFrom: number } {
  return { sessionId: `0d0e0f00-0000-4000-8000-0000000000${number + 10}`, idsFrom: 100 * number };
}

/** From placing its hint to taking it away, a worker is alone. */
function expectOneAtATime(world: World): void {
  const shifts = stepsOf(world)
    .filter(
      ({ what }) => what.endsWith(join(world.dir, 'worker.alive')) && /^(renameSync|unlinkSync) /.test(what),
    )
    .sort((one, other) => Number(one.time - other.time));
  expect(shifts.length).toBeGreaterThan(0);
  let atWork: string | undefined;
  for (const { pid, what } of shifts) {
    const begins = what.startsWith('renameSync');
    expect(atWork).toBe(begins ? undefined : pid);
    atWork = begins ? pid : undefined;
  }
}
