// The way behind the bridge, of real programs: the Collector, and behind it Jaeger and Prometheus. Each can be stopped,
// killed and started again in its place; all are ended with the test.
import { afterEach } from 'vitest';
import { temporaryFolder } from '../../support/folders.ts';
import { jaegerPlace, startJaeger, type Jaeger } from './jaeger.ts';
import { otelcolPlace, startOtelcol, type Otelcol } from './otelcol.ts';
import { prometheusPlace, startPrometheus, type Prometheus } from './prometheus.ts';

/** A program that can come back where it was. */
export interface Member<Program> {
  /** The one that runs, or ran last. */
  readonly now: () => Program;
  readonly stop: () => Promise<void>;
  readonly kill: () => Promise<void>;
  readonly startAgain: () => Promise<void>;
}

/** What traces pass through. */
export interface TraceChain {
  readonly otelcol: Member<Otelcol>;
  readonly jaeger: Member<Jaeger>;
}

export interface Chain extends TraceChain {
  readonly prometheus: Member<Prometheus>;
}

/** What each test has started, in that order. */
const started: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.stop();
});

/** All three. `more`: variables of the Collector's configuration. */
export async function startChain(more: Variables = {}): Promise<Chain> {
  const place = await prometheusPlace(temporaryFolder());
  const prometheus = await member(() => startPrometheus(place));
  const metrics = { COLLECTOR_METRICS_TO: '[otlp_http/prometheus]', PROMETHEUS_URL: prometheus.now().url };
  return { prometheus, ...(await startTraceChain({ ...metrics, ...more })) };
}

type Variables = Readonly<Record<string, string>>;

/** The Collector, and Jaeger behind it; what is no trace is forgotten. */
export async function startTraceChain(more: Variables = {}): Promise<TraceChain> {
  const folder = temporaryFolder();
  const jaegerAt = await jaegerPlace(folder);
  const otelcolAt = await otelcolPlace(folder);
  const jaeger = await member(() => startJaeger(jaegerAt));
  const variables = {
    JAEGER_ENDPOINT: jaeger.now().otlpGrpc,
    COLLECTOR_METRICS_TO: '[debug]',
    COLLECTOR_LOGS_TO: '[debug]',
    ...more,
  };
  return { jaeger, otelcol: await member(() => startOtelcol(otelcolAt, variables)) };
}

async function member<Program extends { stop: () => Promise<void>; kill: () => Promise<void> }>(
  startIt: () => Promise<Program>,
): Promise<Member<Program>> {
  let now = await startIt();
  const own: Member<Program> = {
    now: () => now,
    stop: () => now.stop(),
    kill: () => now.kill(),
    startAgain: async () => {
      now = await startIt();
    },
  };
  started.push(own);
  return own;
}
