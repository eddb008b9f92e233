// The real Collector with several configurations of this repository laid over each other, as the files of `collector/gateway/` are
// used; each ended with the test that started it.
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach } from 'vitest';
import { temporaryFolder } from '../../support/folders.ts';
import type { Otelcol } from './otelcol.ts';
import { freePorts } from './ports.ts';
import { program } from './programs.ts';
import { start } from './running.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');

export const BASE = 'otel-collector-config.yaml';
export const AGENT = 'collector/gateway/agent.yaml';
export const GATEWAY = 'collector/gateway/gateway.yaml';
export const GATEWAY_TLS = 'collector/gateway/tls.yaml';

/** One that can come back where it was. */
export interface LayeredOtelcol extends Otelcol {
  readonly startAgain: () => Promise<void>;
}

const started: Otelcol[] = [];
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.stop();
});

/** Starts one on free ports; the first file is laid under the next. */
export async function startLayered(
  files: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<LayeredOtelcol> {
  const folder = temporaryFolder();
  const [grpc, http, health, telemetry] = await freePorts(4);
  const startIt = () =>
    start({
      command: programFor(files),
      args: configured(files),
      env: {
        COLLECTOR_GRPC_PORT: String(grpc),
        COLLECTOR_HTTP_PORT: String(http),
        COLLECTOR_HEALTH_PORT: String(health),
        COLLECTOR_METRICS_PORT: String(telemetry),
        COLLECTOR_QUEUE: join(folder, 'queue'),
        ...variables,
      },
      cwd: folder,
      readyUrl: `http://127.0.0.1:${health!}/`,
    });
  let running = await startIt();
  const otelcol: LayeredOtelcol = {
    pid: running.pid,
    output: () => running.output(),
    stop: () => running.stop(),
    kill: () => running.kill(),
    startAgain: async () => {
      running = await startIt();
    },
    grpc: `127.0.0.1:${grpc!}`,
    http: `http://127.0.0.1:${http!}`,
    telemetry: `http://127.0.0.1:${telemetry!}/metrics`,
  };
  started.push(otelcol);
  return otelcol;
}

/** What `otelcol validate` says: '' where it accepts the files with these variables. */
export async function refusal(
  files: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    await promisify(execFile)(programFor(files), ['validate', ...configured(files)], {
      env: { HOME: '/nonexistent', ...variables },
    });
    return '';
  } catch (error) {
    // What execFile rejects with when a program ends with an error; one that says nothing has not answered.
    const { stderr } = error as { stderr?: string };
    if (stderr === undefined || stderr === '') throw error;
    return stderr;
  }
}

/** The numbers of a Collector's own telemetry, each name summed over its labels where they contain `labels`. */
export async function ownMetric(otelcol: Otelcol, name: string, labels = ''): Promise<number> {
  const text = await (await fetch(otelcol.telemetry)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && line.includes(labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** What gateways name is in a build of its own. */
function programFor(files: readonly string[]): string {
  return program(files.every((file) => file === BASE) ? 'otelcol' : 'otelcol-gateway');
}

function configured(files: readonly string[]): string[] {
  return files.flatMap((file) => ['--config', join(REPOSITORY, file)]);
}
