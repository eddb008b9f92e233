// The transcript is behind the hook: even a turn's prompt may not be there when its Stop hook has run.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { expectSameSpans, exportedSpans, spansOf } from './support/spans.ts';
import { tell } from './support/told.ts';
import { callHook, makeWorld, settled, startClient, tickets, until, workersOf } from './support/world.ts';

let backend: LoopbackBackend;

beforeEach(async () => {
  backend = await startBackend();
});
afterEach(async () => {
  await backend.stop();
});

test('a Stop hook that comes before the prompt is in the file: the worker waits, at the first turn and at the next', async () => {
  const world = makeWorld();
  const client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
  const { story, transcript, write } = tell(world.project, { startsAt: Date.now() - 500 });
  for (const turns of [1, 2]) {
    const { promptId } = story.prompt('Shall we?');
    await callHook(world, {
      event: 'UserPromptSubmit',
      transcript,
      client,
      payload: { prompt_id: promptId },
    });
    await callHook(world, { event: 'Stop', transcript, client, payload: { prompt_id: promptId } });
    await until(() => tickets(world).length === 0);
    await sleep(300);
    story.answer('Yes.');
    story.endOfTurn();
    write();
    await settled(world);
    const roots = spansOf(backend.requests).filter(({ name }) => name === 'invoke_agent claude-code');
    expect(roots).toHaveLength(turns);
  }
  expectSameSpans(spansOf(backend.requests), exportedSpans(transcript));
  expect(workersOf(world)).toEqual([]);
});

test('a Stop hook whose turn was told already is not waited for', async () => {
  const world = makeWorld();
  const client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
  const { story, transcript, write } = tell(world.project, { startsAt: Date.now() - 500 });
  const { promptId } = story.prompt('Shall we?');
  story.answer('Yes.');
  story.endOfTurn();
  write();
  const stop = { event: 'Stop', transcript, client, payload: { prompt_id: promptId } };
  await callHook(world, stop);
  await settled(world);
  await callHook(world, stop);
  await settled(world);
  expectSameSpans(spansOf(backend.requests), exportedSpans(transcript));
  expect(workersOf(world)).toEqual([]);
});

test('before 2.1.196 a Stop hook names no prompt: the summary that it brings about is waited for', async () => {
  const world = makeWorld();
  const client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
  const { story, transcript, write } = tell(world.project, { startsAt: Date.now(), version: '2.1.100' });
  for (const turns of [1, 2]) {
    await callHook(world, { event: 'Stop', transcript, client });
    await until(() => tickets(world).length === 0);
    const noted = Date.now();
    await sleep(300);
    story.prompt('Shall we?');
    story.answer('Yes.');
    const { writes } = story;
    story.wait(noted - timeOf(writes.at(-1)?.text ?? '') - 1000);
    story.endOfTurn();
    write();
    await settled(world);
    const roots = spansOf(backend.requests).filter(({ name }) => name === 'invoke_agent claude-code');
    expect(roots).toHaveLength(turns);
  }
  expect(workersOf(world)).toEqual([]);
});

function timeOf(line: string): number {
  return Date.parse(/"timestamp":"([^"]+)"/.exec(line)?.[1] ?? '');
}
