// Variables of all signals in the client's environment: today only traces leave. And the console, which is a file.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { spansOfLines } from '../support/otlp-lines.ts';
import { expectSameSpans, exportedSpans, spansOf } from './support/spans.ts';
import { tell } from './support/told.ts';
import { callHook, makeWorld, settled, startClient, waiting, type World } from './support/world.ts';

let backend: LoopbackBackend;
let world: World;
beforeEach(async () => {
  backend = await startBackend();
  world = makeWorld();
});
afterEach(async () => {
  await backend.stop();
});

test('with metrics and logs asked for, only traces are sent', async () => {
  const transcript = await oneTurn({
    OTEL_EXPORTER_OTLP_ENDPOINT: backend.url,
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${backend.url}/metrics`,
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
    OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'grpc',
    OTEL_METRICS_EXPORTER: 'otlp,console',
    OTEL_LOGS_EXPORTER: 'otlp',
  });
  expectSameSpans(spansOf(backend.requests), exportedSpans(transcript));
  expect(backend.requests.map(({ path }) => path)).toEqual(['/v1/traces']);
  expect(waiting(world)).toEqual([]);
  expect(existsSync(join(world.dir, 'console.jsonl'))).toBe(false);
});

test('the console is a file of the installation, beside OTLP', async () => {
  const transcript = await oneTurn({
    OTEL_EXPORTER_OTLP_ENDPOINT: backend.url,
    OTEL_TRACES_EXPORTER: 'otlp,console',
  });
  const expected = exportedSpans(transcript);
  expectSameSpans(spansOf(backend.requests), expected);
  const file = join(world.dir, 'console.jsonl');
  const ids = spansOfLines(readFileSync(file, 'utf8')).map(({ spanId }) => spanId);
  expect(ids.sort()).toEqual(expected.map(({ id }) => id).sort());
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('attribute limits hold for what is sent', async () => {
  await oneTurn({
    OTEL_EXPORTER_OTLP_ENDPOINT: backend.url,
    TURNSPAN_CONTENT: 'full',
    OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '5',
    OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '3',
  });
  const spans = spansOf(backend.requests);
  expect(spans.length).toBeGreaterThan(0);
  for (const { attributes } of spans) {
    expect(Object.keys(attributes)).toHaveLength(3);
    for (const value of Object.values(attributes)) {
      if (typeof value === 'string') expect(value.length).toBeLessThanOrEqual(5);
    }
  }
});

async function oneTurn(environment: Record<string, string>): Promise<string> {
  const { story, transcript, write } = tell(world.project);
  story.prompt('Shall we?');
  const call = story.response().tool('Bash', { command: 'ls' });
  story.result(call, 'money.js');
  story.answer('Yes.');
  story.endOfTurn();
  write();
  await callHook(world, { event: 'Stop', transcript, client: startClient(environment) });
  await settled(world);
  return transcript;
}
