// Bridge, Collector, Jaeger and Prometheus, all real: what Jaeger and Prometheus say of a session is what its transcript says.
import { expect, test } from 'vitest';
import { replay } from '../worker/support/replay.ts';
import { exportedSpans, type Span } from '../worker/support/spans.ts';
import { makeWorld, settled } from '../worker/support/world.ts';
import { startChain } from './support/chain.ts';
import { eventually } from './support/eventually.ts';
import { services, spansOfService, spansOfTrace, type JaegerSpan } from './support/jaeger.ts';
import { describeWith } from './support/programs.ts';
import { query, total } from './support/prometheus.ts';
import { expectSameInJaeger } from './support/same-in-jaeger.ts';
import { beginSession } from './support/story-session.ts';

const HOUR = 3_600_000;
/** A query for what is there at once: the tests ask in the hour in which they play. */
const lately = (): readonly [number, number] => [Date.now() - HOUR, Date.now() + HOUR];

describeWith(['otelcol', 'jaeger', 'prometheus'], 'through the Collector', () => {
  test('the example session is in Jaeger as the tree that it was, and its metrics in Prometheus', async () => {
    const { otelcol, jaeger, prometheus } = await startChain();
    const world = makeWorld();
    const session = replay(world, { ...ALL, OTEL_EXPORTER_OTLP_ENDPOINT: otelcol.now().http }, 200);
    await session.played;
    await settled(world);
    const expected = exportedSpans(session.transcript);
    const shown = await eventually('all spans are in Jaeger', () => allOf(jaeger.now().url, expected.length));
    expectSameInJaeger(shown, expected);
    expect(await services(jaeger.now().url)).toContain('claude-code');
    // The tree of one trace, as its page shows it.
    const [{ traceId }] = expected as [Span];
    const trace = await spansOfTrace(jaeger.now().url, traceId);
    expectSameInJaeger(
      trace,
      expected.filter((span) => span.traceId === traceId),
    );
    await expectTotals(prometheus.now().url, expected);
  });

  test('totals and trees are right after three workers and a restart of each program', async () => {
    const { otelcol, jaeger, prometheus } = await startChain();
    const world = makeWorld();
    const session = beginSession(world, { ...ALL, OTEL_EXPORTER_OTLP_ENDPOINT: otelcol.now().http });
    await session.turn();
    for (const program of [otelcol, jaeger, prometheus]) {
      await program.stop();
      await program.startAgain();
    }
    await session.turn();
    for (const program of [prometheus, otelcol, jaeger]) {
      await program.stop();
      await program.startAgain();
    }
    await session.turn();
    const expected = exportedSpans(session.transcript);
    const shown = await eventually('all spans are in Jaeger', () => allOf(jaeger.now().url, expected.length));
    expectSameInJaeger(shown, expected);
    await expectTotals(prometheus.now().url, expected);
  });

  test('a Loki and a Prometheus that are not there hold up no trace', async () => {
    const nobody = 'http://127.0.0.1:9';
    const { otelcol, jaeger } = await startChain({
      COLLECTOR_LOGS_TO: '[otlp_http/loki]',
      LOKI_URL: nobody,
      PROMETHEUS_URL: nobody,
    });
    const world = makeWorld();
    const session = beginSession(world, { ...ALL, OTEL_EXPORTER_OTLP_ENDPOINT: otelcol.now().http });
    await session.turn();
    await session.turn();
    const expected = exportedSpans(session.transcript);
    const shown = await eventually('all spans are in Jaeger', () => allOf(jaeger.now().url, expected.length));
    expectSameInJaeger(shown, expected);
  });
});

const ALL = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_LOGS_EXPORTER: 'otlp' };

async function allOf(url: string, count: number): Promise<readonly JaegerSpan[] | undefined> {
  const spans = await spansOfService(url, 'claude-code', lately());
  return spans.length >= count ? spans : undefined;
}

/** What Prometheus adds up is what the spans say. */
async function expectTotals(url: string, spans: readonly Span[]): Promise<void> {
  const chats = spans.filter(({ name }) => name.startsWith('chat '));
  const tools = spans.filter(({ name }) => name.startsWith('execute_tool '));
  const sum = (name: string): number =>
    chats.reduce((all, { attributes }) => all + Number(attributes[name] ?? 0), 0);
  const truth = {
    turnspan_turns_total: spans.filter(({ name }) => name === 'invoke_agent claude-code').length,
    turnspan_generations_total: chats.length,
    turnspan_tokens_total: sum('gen_ai.usage.input_tokens') + sum('gen_ai.usage.output_tokens'),
    turnspan_tool_calls_total: tools.length,
    'turnspan_tool_calls_total{turnspan_tool_outcome="failed"}': tools.filter(({ isError }) => isError)
      .length,
  };
  const seen = async (): Promise<Record<string, number>> => {
    const found: Record<string, number> = {};
    for (const name of Object.keys(truth)) found[name] = total(await query(url, name));
    return found;
  };
  // Points are on their way through the Collector when the spans have arrived.
  await eventually('the last turn in Prometheus', async () => {
    const { turnspan_turns_total: turns } = await seen();
    return turns === truth.turnspan_turns_total || undefined;
  });
  expect(await seen()).toEqual(truth);
  expect(total(await query(url, 'turnspan_cost_USD_total'))).toBeCloseTo(sum('gen_ai.usage.cost'), 9);
}
