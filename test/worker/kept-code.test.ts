// What V8 made of the worker's program is kept for the next wake-up, and used only where it is whole and of this very program.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { exportedSpans, expectSameSpans, spansOf } from './support/spans.ts';
import { tell } from './support/told.ts';
import { callHook, logged, makeWorld, settled, startClient, type World } from './support/world.ts';

let backend: LoopbackBackend;
let world: World;
beforeEach(async () => {
  backend = await startBackend();
  world = makeWorld();
});
afterEach(async () => {
  await backend.stop();
});

test('is kept by a worker that has worked, for its user alone, and stays as it is', async () => {
  const { oneTurn, hook } = session();
  await hook('SessionStart');
  expect(existsSync(kept())).toBe(false);
  await oneTurn();
  expect(statSync(kept()).mode & 0o777).toBe(0o600);
  const before = readFileSync(kept());
  expect(before.length).toBeGreaterThan(100_000);
  await oneTurn();
  expect(readFileSync(kept()).equals(before)).toBe(true);
});

test.each([
  [
    'is damaged in the middle',
    (code: Buffer) =>
      Buffer.concat([code.subarray(0, 5000), Buffer.from([code[5000]! ^ 1]), code.subarray(5001)]),
  ],
  ['is cut off', (code: Buffer) => code.subarray(0, code.length >> 1)],
  ['is empty', () => Buffer.alloc(0)],
] as const)('that %s is not used, and made again', async (_, damage) => {
  const { oneTurn, transcript } = session();
  await oneTurn();
  writeFileSync(kept(), damage(readFileSync(kept())));
  const damaged = readFileSync(kept());
  await oneTurn();
  expectSameSpans(spansOf(backend.requests), exportedSpans(transcript));
  expect(readFileSync(kept()).equals(damaged)).toBe(false);
});

test('of another program is not used', async () => {
  const { oneTurn } = session();
  await oneTurn();
  const program = join(world.root, 'program/worker-program.cjs');
  const length = statSync(program).size;
  // As long as before, because V8 itself looks at no more than that.
  const text = readFileSync(program, 'utf8').replaceAll('"worker-leaves"', '"worker-Leaves"');
  writeFileSync(program, text);
  expect(statSync(program).size).toBe(length);
  await oneTurn();
  expect(logged(world, 'worker-Leaves')).not.toEqual([]);
});

test('that cannot be kept holds nothing up', async () => {
  const { oneTurn, transcript } = session();
  // A folder in its place.
  mkdirSync(join(kept(), 'inside'), { recursive: true });
  await oneTurn();
  expectSameSpans(spansOf(backend.requests), exportedSpans(transcript));
});

function kept(): string {
  return join(world.dir, 'worker.code');
}

function session(): {
  readonly transcript: string;
  readonly oneTurn: () => Promise<void>;
  readonly hook: (event: string) => Promise<void>;
} {
  const client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
  const { story, transcript, write } = tell(world.project);
  const hook = async (event: string): Promise<void> => {
    await callHook(world, { event, transcript, client });
    await settled(world);
  };
  const oneTurn = async (): Promise<void> => {
    story.prompt('Shall we?');
    story.answer('Yes.');
    story.endOfTurn();
    write();
    await hook('Stop');
  };
  return { transcript, oneTurn, hook };
}
