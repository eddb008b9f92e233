// A backlog of two thousand turns, and the Collector and Jaeger killed in the middle of it: nothing is missing, nothing is
// there twice, counted by span id through Jaeger's query API.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { SESSION_ID, shortTurn, turnWithTools } from '../../bench/recorded-turn.ts';
import { exportedSpans } from '../worker/support/spans.ts';
import { callHook, makeWorld, startClient, waiting, type World } from '../worker/support/world.ts';
import { startTraceChain, type Member } from './support/chain.ts';
import { eventually } from './support/eventually.ts';
import { spansOfService } from './support/jaeger.ts';
import type { Otelcol } from './support/otelcol.ts';
import { describeWith } from './support/programs.ts';
import { expectSameInJaeger } from './support/same-in-jaeger.ts';

const TURNS = 2000;
const MINUTES = 60_000;
const WAIT_MS = 240_000;

describeWith(['otelcol', 'jaeger'], 'killed in the middle', () => {
  test('of a backlog of 2,000 turns each span arrives once', { timeout: 900_000 }, async () => {
    const { otelcol, jaeger } = await startTraceChain();
    const world = makeWorld({ installedAt: 0 });
    const transcript = writeBacklog(world);
    const expected = exportedSpans(transcript);
    expect(expected.length).toBeGreaterThan(2 * TURNS);
    const times = expected.map(({ startedAt }) => Number(startedAt / 1_000_000n));
    const window = [Math.min(...times) - MINUTES, Math.max(...times) + MINUTES] as const;
    const inJaeger = () => spansOfService(jaeger.now().url, 'claude-code', window);
    const client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: otelcol.now().http });
    const wake = () => callHook(world, { event: 'Stop', transcript, client });

    // What the Collector takes waits in its queue, on disk.
    await jaeger.stop();
    for (let kill = 0; kill < 2; kill += 1) {
      await wake();
      await counted(otelcol, 'receiver_accepted', expected.length / 5);
      await otelcol.kill();
      expect(waiting(world).length, 'it was killed in the middle').toBeGreaterThan(0);
      await otelcol.startAgain();
    }
    await wake();

    await jaeger.startAgain();
    for (let kill = 1; kill <= 2; kill += 1) {
      await counted(otelcol, 'exporter_sent', (kill * expected.length) / 5);
      await jaeger.kill();
      await jaeger.startAgain();
    }
    await eventually(
      'nothing waits for the Collector',
      async () => {
        await wake();
        return waiting(world).length === 0 || undefined;
      },
      WAIT_MS,
    );
    // What it has sent in all is not in one count: it was killed twice.
    await eventually(
      'all spans are in Jaeger',
      async () => (await inJaeger()).length >= expected.length || undefined,
      WAIT_MS,
    );
    expectSameInJaeger(await inJaeger(), expected);
  });
});

/** A turn with tools, then three short ones, and so on; each a minute after the one before. */
function writeBacklog({ project }: World): string {
  const transcript = join(project, `${SESSION_ID}.jsonl`);
  mkdirSync(dirname(transcript), { recursive: true });
  const [long, short] = [turnWithTools(), shortTurn()];
  const turns = Array.from({ length: TURNS }, (_, number) =>
    number % 4 === 0 ? long(number) : short(number),
  );
  writeFileSync(transcript, turns.join(''));
  return transcript;
}

/** Waits until the Collector that runs now has counted so many spans. */
async function counted(otelcol: Member<Otelcol>, what: string, count: number): Promise<void> {
  const pattern = new RegExp(`^otelcol_${what}_spans\\S* (\\S+)$`, 'gm');
  await eventually(
    `${what} ${count} spans`,
    async () => {
      const text = await (await fetch(otelcol.now().telemetry)).text();
      const sum = [...text.matchAll(pattern)].reduce((all, [, value]) => all + Number(value), 0);
      return sum >= count || undefined;
    },
    WAIT_MS,
  );
}
