// A worker is killed at every step and at random moments; the next one finds everything as it must be.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { planDisk, stepsOf } from './support/disk.ts';
import { writeExample, type Part } from './support/example.ts';
import { seededRandom } from './support/random.ts';
import { expectSameSpans, exportedSpans, spansOf, withoutRepeats, type Span } from './support/spans.ts';
import { tell } from './support/told.ts';
import {
  expectAtRest,
  leaveTicket,
  makeWorld,
  startClient,
  startWorker,
  type Client,
  type World,
} from './support/world.ts';

const backends: LoopbackBackend[] = [];

afterEach(async () => {
  await Promise.all(backends.splice(0).map((backend) => backend.stop()));
});

test('a worker killed at any of its steps leaves every span to the next one, and none twice', async () => {
  const steps = await stepsOfOneWorker(() => finishedExample('SessionEnd'));
  // Each of the commit's steps is among them.
  for (const step of [
    /openSync .*\/staging\//,
    /renameSync .*\/staging\/\.tmp-\S+ > /,
    /openSync .*\/ledger\//,
    /renameSync .*\/staging\/.* > .*\/outbox\//,
    /renameSync .*\/sessions\//,
    /unlinkSync .*\/inbox\//,
    /unlinkSync .*\/watch\//,
    AFTER_THE_ANSWER,
    /unlinkSync .*worker\.alive$/,
    /linkSync .*\/lock\//,
  ]) {
    expect(steps.filter((line) => step.test(line))).not.toEqual([]);
  }
  let repeated = 0;
  let survived = false;
  let next = 1;
  const lane = async (): Promise<void> => {
    while (!survived) {
      const killAt = next++;
      const { world, backend, transcript } = await finishedExample('SessionEnd');
      planDisk(world, { killAt, trace: true });
      const end = await startWorker(world).ended;
      if (end === 0) survived = true;
      else expect(end).toBe('SIGKILL');
      planDisk(world, {});
      expect(await startWorker(world).ended).toBe(0);
      const lastStep = stepsOf(world)[killAt - 1]?.what ?? '';
      const again = expectWhole(world, backend, transcript, `killed at step ${killAt}`);
      // The backend's answer was here, the deletion was not: the one moment at which a request goes out once more.
      expect(again, lastStep).toBe(AFTER_THE_ANSWER.test(lastStep) ? 1 : 0);
      repeated += again;
    }
  };
  await Promise.all([lane(), lane(), lane()]);
  expect(next).toBeGreaterThan(steps.length);
  expect(repeated).toBe(1);
}, 180_000);

test('nor does one that is killed while the session is only half written, in the middle of a turn', async () => {
  const halfWritten = async (): Promise<Scene> => {
    const { world, backend, client } = await scene();
    const transcript = await writeExample(world, HALF);
    await leaveTicket(world, { event: 'SubagentStop', transcript, client });
    return { world, backend, client, transcript };
  };
  const steps = await stepsOfOneWorker(halfWritten);
  const waiting = steps.flatMap((_, index) => (index % 2 === 0 ? [index + 1] : []));
  const lane = async (): Promise<void> => {
    for (let killAt = waiting.shift(); killAt !== undefined; killAt = waiting.shift()) {
      const { world, backend, client, transcript } = await halfWritten();
      planDisk(world, { killAt });
      await startWorker(world).ended;
      planDisk(world, {});
      await writeExample(world, REST);
      await leaveTicket(world, { event: 'SessionEnd', transcript, client });
      expect(await startWorker(world).ended).toBe(0);
      expectWhole(world, backend, transcript, `killed at step ${killAt}`);
    }
  };
  await Promise.all([lane(), lane(), lane()]);
}, 180_000);

test('a turn that joined the trace of the client is in it to its last span, whenever a worker was killed', async () => {
  const merged = async (): Promise<MergedScene> => {
    const { world, backend } = await scene();
    const client = startClient({ ...TRACED, OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
    const told = tell(world.project, { startsAt: MERGED_AT });
    const { story } = told;
    const { promptId } = story.prompt('Shall we?');
    const call = story.response().tool('Agent', {});
    const agent = story.agent('a1', 'Review it', { toolUseId: call, background: true });
    story.result(call, 'launched', {
      toolUseResult: { isAsync: true, status: 'async_launched', agentId: 'a1' },
    });
    story.answer('Later.');
    story.endOfTurn();
    told.write();
    const stop = async (prompt: string, digit: string): Promise<void> => {
      await leaveTicket(world, {
        event: 'Stop',
        transcript: told.transcript,
        client,
        payload: { prompt_id: prompt },
        environment: { TRACEPARENT: `00-${digit.repeat(32)}-${digit.repeat(16)}-01` },
      });
    };
    await stop(promptId, '1');
    const finish = async (): Promise<void> => {
      agent.answer('Good.');
      const next = story.notification('a1', { toolUseId: call });
      story.answer('It is.');
      story.endOfTurn();
      told.write();
      await stop(next.promptId, '2');
      await leaveTicket(world, { event: 'SessionEnd', transcript: told.transcript, client });
      expect(await startWorker(world).ended).toBe(0);
      expectAtRest(world);
    };
    return { world, backend, finish };
  };
  const undisturbed = await merged();
  planDisk(undisturbed.world, { trace: true });
  expect(await startWorker(undisturbed.world).ended).toBe(0);
  const steps = stepsOf(undisturbed.world).length;
  await undisturbed.finish();
  const whole = spansOf(undisturbed.backend.requests);
  expect(
    whole
      .map(({ traceId }) => traceId[0])
      .sort()
      .join(''),
  ).toBe('11111122');
  expect(whole.map(({ parentId }) => parentId)).toContain('1'.repeat(16));

  let next = 1;
  const lane = async (): Promise<void> => {
    for (let killAt = next++; killAt <= steps; killAt = next++) {
      const { world, backend, finish } = await merged();
      planDisk(world, { killAt });
      expect(await startWorker(world).ended).toBe('SIGKILL');
      planDisk(world, {});
      await finish();
      expectSameSpans(spansOf(withoutRepeats(backend.requests)), whole);
    }
  };
  await Promise.all([lane(), lane(), lane()]);
}, 180_000);

interface MergedScene extends Pick<Scene, 'world' | 'backend'> {
  /** Tells on until the agent has ended, and lets a worker run. */
  readonly finish: () => Promise<void>;
}

const TRACED = {
  CLAUDE_CODE_ENABLE_TELEMETRY: '1',
  CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
  OTEL_TRACES_EXPORTER: 'otlp',
};

/** One time for all, so that all have the same bytes. */
const MERGED_AT = Date.now();

/** An agent runs in the background, and a turn is open. */
const HALF: Part = [0, 0.62];
const REST: Part = [0.62, 1];

test('a worker killed at random moments again and again, until one gets through, loses and doubles nothing', async () => {
  const random = seededRandom();
  const lane = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      const { world, backend, transcript } = await finishedExample('Stop', 'SubagentStop', 'SessionEnd');
      await killAgainAndAgain(world, random);
      expectWhole(world, backend, transcript, 'killed at random');
    }
  };
  await Promise.all([lane(), lane()]);
}, 180_000);

test('so does one that is killed between the batches of a long session', async () => {
  const random = seededRandom();
  const { world, backend, client } = await scene();
  const { story, transcript, write } = tell(world.project, { startsAt: Date.now() - 50 * 60_000 });
  for (let turn = 0; turn < 350; turn++) {
    story.prompt('Shall we?');
    const call = story.response().tool('Bash');
    story.result(call, 'done');
    story.answer('Yes.');
    story.endOfTurn();
    story.wait(-8000);
  }
  write();
  await leaveTicket(world, { event: 'SessionEnd', transcript, client });
  await killAgainAndAgain(world, random);
  const once = withoutRepeats(backend.requests);
  expect(once.length).toBeGreaterThan(2);
  expectSameSpans(spansOf(once), exportedSpans(transcript));
  expectAtRest(world);
});

const ROUNDS = 5;

/** Until one gets through, which is so in the end, because each is killed a little later. */
async function killAgainAndAgain(world: World, random: () => number): Promise<void> {
  for (let end: number | string = '', latest = 150; end !== 0; latest *= 1.3) {
    const worker = startWorker(world);
    await Promise.race([sleep(random() * latest), worker.ended]);
    worker.kill();
    end = await worker.ended;
  }
}

/** The same for all: the example ends at one time in every world, and no content is sent. */
let expected: Span[] | undefined;

const AFTER_THE_ANSWER = /unlinkSync .*\/outbox\/.*\.otlp$/;

interface Scene {
  readonly world: World;
  readonly backend: LoopbackBackend;
  readonly client: Client;
  readonly transcript: string;
}

async function scene(): Promise<Omit<Scene, 'transcript'>> {
  const world = makeWorld();
  const backend = await startBackend();
  backends.push(backend);
  return { world, backend, client: startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url }) };
}

/** The whole example on disk, and tickets in the inbox. */
async function finishedExample(...events: readonly string[]): Promise<Scene> {
  const { world, backend, client } = await scene();
  const transcript = await writeExample(world);
  for (const event of events) await leaveTicket(world, { event, transcript, client });
  return { world, backend, client, transcript };
}

/** The steps of a worker that nobody kills. */
async function stepsOfOneWorker(begin: () => Promise<Scene>): Promise<string[]> {
  const { world } = await begin();
  planDisk(world, { trace: true });
  expect(await startWorker(world).ended).toBe(0);
  return stepsOf(world).map(({ what }) => what);
}

/** All is sent as it is in the export, and nothing is left to do. Gives how many requests were sent again. */
function expectWhole(world: World, backend: LoopbackBackend, transcript: string, when: string): number {
  const once = withoutRepeats(backend.requests);
  try {
    expectSameSpans(spansOf(once), (expected ??= exportedSpans(transcript)));
    expectAtRest(world);
  } catch (error) {
    throw new Error(`${when}: ${error instanceof Error ? error.message : 'failed'}`, { cause: error });
  }
  return backend.requests.length - once.length;
}
