// Metrics and events of a worker that is killed at any of its steps: after the next one, the backend has each once.
import { afterAll, expect, test } from 'vitest';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { planDisk, stepsOf } from './support/disk.ts';
import { eventsOf, pointsOf, risen } from './support/signals.ts';
import { withoutRepeats } from './support/spans.ts';
import { tell } from './support/told.ts';
import { leaveTicket, makeWorld, startClient, startWorker, waiting, type World } from './support/world.ts';

const backends: LoopbackBackend[] = [];
afterAll(async () => {
  await Promise.all(backends.map((backend) => backend.stop()));
});

test.each(['cumulative', 'delta'])(
  'killed at any step: %s metrics and events are the truth',
  async (temporality) => {
    let killAt = 0;
    let survived = false;
    const lane = async (): Promise<void> => {
      while (!survived) {
        const step = ++killAt;
        const { world, backend } = await oneTurn(temporality);
        planDisk(world, { killAt: step, trace: true });
        if ((await startWorker(world).ended) === 0) survived = true;
        planDisk(world, {});
        expect(await startWorker(world).ended).toBe(0);
        const what = `killed at step ${step}: ${stepsOf(world)[step - 1]?.what ?? ''}`;
        expect(waiting(world), what).toEqual([]);
        const requests = withoutRepeats(backend.requests);
        const points = pointsOf(requests);
        for (const [name, truth] of [
          ['turnspan.turns', 1],
          ['turnspan.generations', 2],
          ['turnspan.tool.calls', 1],
        ] as const)
          expect(risen(points, name, temporality), `${what}, ${name}`).toBe(truth);
        const events = eventsOf(requests);
        const ids = events.map(({ attributes }) => attributes['turnspan.event.id']);
        expect(new Set(ids).size, what).toBe(ids.length);
        expect(ids, what).toHaveLength(6);
        expect(events.find(({ eventName }) => eventName === 'session.end')?.attributes, what).toMatchObject({
          'turnspan.session.turns': 1,
          'turnspan.session.generations': 2,
          'turnspan.session.tool_calls': 1,
        });
      }
    };
    await Promise.all([lane(), lane(), lane()]);
    expect(killAt).toBeGreaterThan(40);
  },
  180_000,
);

async function oneTurn(temporality: string): Promise<{ world: World; backend: LoopbackBackend }> {
  const backend = await startBackend();
  backends.push(backend);
  const world = makeWorld();
  const { story, transcript, write } = tell(world.project);
  const client = startClient({
    OTEL_EXPORTER_OTLP_ENDPOINT: backend.url,
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: temporality,
  });
  story.prompt('Shall we?');
  const call = story.response().tool('Bash', { command: 'ls' });
  story.result(call, 'money.js');
  // A worker that sees half of the turn sends what is complete of it, and its lines are read again.
  if (temporality === 'cumulative') {
    write();
    await leaveTicket(world, { event: 'SessionStart', transcript, client });
    expect(await startWorker(world).ended).toBe(0);
  }
  story.answer('Yes.');
  story.endOfTurn();
  write();
  await leaveTicket(world, { event: 'SessionEnd', transcript, client });
  return { world, backend };
}
