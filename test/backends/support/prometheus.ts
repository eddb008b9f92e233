// The real Prometheus with the configuration of this repository, on a free port and a folder of its own; and its query API.
import { join, resolve } from 'node:path';
import { freePorts } from './ports.ts';
import { program } from './programs.ts';
import { start, type Running } from './running.ts';

const CONFIGURATION = resolve(import.meta.dirname, '../../../collector/prometheus.yaml');

export interface Prometheus extends Running {
  readonly url: string;
}

/** Where it listens and keeps its series: the same again after a restart. */
export interface PrometheusPlace {
  readonly folder: string;
  readonly port: number;
}

export async function prometheusPlace(folder: string): Promise<PrometheusPlace> {
  const [port] = await freePorts(1);
  return { folder, port: port! };
}

export async function startPrometheus(
  { folder, port }: PrometheusPlace,
  config = CONFIGURATION,
): Promise<Prometheus> {
  const url = `http://127.0.0.1:${port}`;
  const running = await start({
    command: program('prometheus'),
    args: [
      `--config.file=${config}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      '--web.enable-otlp-receiver',
    ],
    cwd: folder,
    readyUrl: `${url}/-/ready`,
  });
  return { ...running, url };
}

/** One series of an answer. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An instant query at `at` (milliseconds since the epoch); rejects with what Prometheus says is wrong. */
export async function query(url: string, expression: string, at = Date.now()): Promise<readonly Series[]> {
  const parameters = new URLSearchParams({ query: expression, time: String(at / 1000) });
  const response = await fetch(`${url}/api/v1/query?${parameters.toString()}`);
  // Prometheus' own answer.
  const answer = (await response.json()) as {
    status: string;
    error?: string;
    data?: { resultType: string; result: Result[] | [number, string] };
  };
  if (answer.status !== 'success' || answer.data === undefined) {
    throw new Error(`${expression}: ${answer.error ?? response.status}`);
  }
  const { resultType, result } = answer.data;
  if (resultType === 'scalar') return [{ labels: {}, value: Number((result as [number, string])[1]) }];
  return (result as Result[]).map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** The sum over all series of an answer. */
export function total(series: readonly Series[]): number {
  return series.reduce((sum, { value }) => sum + value, 0);
}
