// Metrics and events beside traces, where they are asked for; each fails apart from the others. And the console, which is a file.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MetricPoint } from '../../collector/model.ts';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { spansOfLines } from '../support/otlp-lines.ts';
import { eventsOf, pointsOf, risen } from './support/signals.ts';
import { expectSameSpans, exportedSpans, spansOf } from './support/spans.ts';
import { tell, type ToldStory } from './support/told.ts';
import { callHook, logged, makeWorld, settled, startClient, waiting, type World } from './support/world.ts';

let backend: LoopbackBackend;
let world: World;
beforeEach(async () => {
  backend = await startBackend();
  world = makeWorld();
});
afterEach(async () => {
  await backend.stop();
});

test('metrics and logs that nobody asks for are not sent', async () => {
  const { transcript } = await oneTurn({
    OTEL_EXPORTER_OTLP_ENDPOINT: backend.url,
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${backend.url}/metrics`,
  });
  expectSameSpans(spansOf(backend.requests), exportedSpans(transcript));
  expect(backend.requests.map(({ path }) => path)).toEqual(['/v1/traces']);
  expect(existsSync(join(world.dir, 'metrics'))).toBe(false);
});

describe.each(['cumulative', 'delta'])('%s metrics, and events', (temporality) => {
  const ALL = {
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: temporality,
  };

  test('say what the turns say, over several workers', async () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: backend.url, ...ALL };
    const told = await oneTurn(environment);
    await oneTurn(environment, told);
    await oneTurn(environment, told);
    const spans = spansOf(backend.requests.filter(({ path }) => path === '/v1/traces'));
    expectSameSpans(spans, exportedSpans(told.transcript));
    const chats = spans.filter(({ name }) => name.startsWith('chat '));
    const tokens = (name: string): number =>
      chats.reduce((sum, { attributes }) => sum + Number(attributes[`gen_ai.usage.${name}_tokens`]), 0);

    const points = pointsOf(backend.requests);
    expect(risen(points, 'turnspan.turns', temporality)).toBe(3);
    expect(risen(points, 'turnspan.generations', temporality)).toBe(chats.length);
    expect(risen(points, 'turnspan.tool.calls', temporality)).toBe(3);
    expect(risen(points, 'turnspan.tokens', temporality)).toBe(tokens('input') + tokens('output'));

    const events = eventsOf(backend.requests);
    const named = (name: string) => events.filter(({ eventName }) => eventName === name);
    expect(named('turnspan.generation').map(({ spanId }) => spanId)).toEqual(chats.map(({ id }) => id));
    expect(named('turnspan.prompt')).toHaveLength(3);
    expect(named('turnspan.tool.result')).toHaveLength(3);
    expect(new Set(events.map(({ attributes }) => attributes['turnspan.event.id'])).size).toBe(events.length);
    expect(waiting(world)).toEqual([]);
  });

  test('count once what a lost answer lets come again, and lose nothing while the backend is down', async () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: backend.url, ...ALL };
    backend.answer({ status: 503, headers: { 'retry-after': '1' } });
    const told = await oneTurn(environment);
    const refused = backend.requests.length;
    backend.answer({ status: 200 });
    await sleep(1100);
    await oneTurn(environment, told);
    const points = pointsOf(backend.requests.slice(refused));
    expect(risen(points, 'turnspan.turns', temporality)).toBe(2);
    expect(waiting(world)).toEqual([]);
  });

  test('a backend that has never heard of metrics gets the rest', async () => {
    backend.answer(({ path }) => ({ status: path === '/v1/metrics' ? 404 : 200 }));
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: backend.url, ...ALL };
    const told = await oneTurn(environment);
    await oneTurn(environment, told);
    const paths = backend.requests.map(({ path }) => path);
    expect(paths.filter((path) => path === '/v1/metrics')).toHaveLength(1);
    expectSameSpans(
      spansOf(backend.requests.filter(({ path }) => path === '/v1/traces')),
      exportedSpans(told.transcript),
    );
    expect(eventsOf(backend.requests).length).toBeGreaterThan(6);
    expect(logged(world, 'delivery.signal_off')).toHaveLength(1);
    expect(waiting(world)).toEqual([]);
  });
});

test.each(['cumulative', 'delta'])(
  '%s metrics of a session go to the destinations that its folder may use, and count in no other',
  async (temporality) => {
    const other = await startBackend();
    try {
      const signals = ['metrics'];
      const destinations = {
        one: { endpoint: backend.url, signals, temporality },
        two: { endpoint: other.url, signals, temporality },
      };
      const rule = { '~/shop': { destinations: ['one'] } };
      configure({ destinations, folders: rule });
      const told = await oneTurn({});
      expect(other.requests).toEqual([]);
      configure({ destinations });
      await oneTurn({}, told);
      expect(risen(pointsOf(backend.requests), 'turnspan.turns', temporality)).toBe(2);
      expect(risen(pointsOf(other.requests), 'turnspan.turns', temporality)).toBe(1);
    } finally {
      await other.stop();
    }
  },
);

test.each(['cumulative', 'delta'])(
  '%s metrics say what waits for another destination, and what it did not take, each loss once',
  async (temporality) => {
    const other = await startBackend();
    try {
      const traces = { endpoint: other.url, signals: ['traces'] };
      configure({
        destinations: { metrics: { endpoint: backend.url, signals: ['metrics'], temporality }, traces },
      });
      const of = (name: string): LatestPoints => latest(pointsOf(backend.requests), name);
      other.answer({ status: 400 });
      const told = await oneTurn({});
      other.answer({ status: 503, headers: { 'retry-after': '3600' } });
      await oneTurn({}, told);
      await oneTurn({}, told);
      expect(of('turnspan.exporter.outbox')).toEqual({
        '["metrics","metrics"]': 0,
        '["traces","traces"]': 1,
      });
      expect(of('turnspan.exporter.lag')['["traces","traces"]']).toBeGreaterThan(0);
      expect(risen(pointsOf(backend.requests), 'turnspan.exporter.refused', temporality)).toBe(1);
      expect(of('turnspan.exporter.refused')).toEqual({ '["traces","traces"]': 1 });
    } finally {
      await other.stop();
    }
  },
);

test('a destination of the config file gets the signals that it names, and the kinds of events that are wanted', async () => {
  configure({ destinations: { mine: { endpoint: backend.url, signals: ['logs'] } }, events: ['prompt'] });
  await oneTurn({});
  expect(backend.requests.map(({ path }) => path)).toEqual(['/v1/logs']);
  expect(eventsOf(backend.requests).map(({ eventName }) => eventName)).toEqual(['turnspan.prompt']);
});

test('the console is a file of the installation, beside OTLP', async () => {
  const { transcript } = await oneTurn({
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

/** By destination and signal. */
type LatestPoints = Readonly<Record<string, number | null>>;

function latest(points: readonly MetricPoint[], name: string): LatestPoints {
  const own = points.filter((point) => point.name === name);
  return Object.fromEntries(
    own.map(({ attributes, value }) => [
      JSON.stringify([attributes['turnspan.destination'], attributes['turnspan.signal']]),
      value,
    ]),
  );
}

interface Told {
  readonly transcript: string;
  readonly story: ToldStory['story'];
  readonly write: () => void;
}

function configure(config: object): void {
  mkdirSync(join(world.home, '.config/turnspan'), { recursive: true });
  writeFileSync(join(world.home, '.config/turnspan/config.json'), JSON.stringify(config));
}

/** A turn with a tool call, of a new session or of one that goes on. */
async function oneTurn(environment: Record<string, string>, before?: Told): Promise<Told> {
  const told = before ?? tell(world.project);
  const { story, transcript, write } = told;
  story.prompt('Shall we?');
  const call = story.response().tool('Bash', { command: 'ls' });
  story.result(call, 'money.js');
  story.answer('Yes.');
  story.endOfTurn();
  write();
  await callHook(world, { event: 'Stop', transcript, client: startClient(environment) });
  await settled(world);
  return told;
}
