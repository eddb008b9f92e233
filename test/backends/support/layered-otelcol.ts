// The real Collector with several configurations of this repository laid over each other, as the files of `collector/gateway/` are
// used; each ended with the test that started it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach } from 'vitest';
import { temporaryFolder } from '../../support/folders.ts';
import { configured, otelcolPlace, programFor, startOtelcol, type Otelcol } from './otelcol.ts';

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
  const place = await otelcolPlace(temporaryFolder());
  const startIt = () => startOtelcol(place, variables, files);
  let running = await startIt();
  const otelcol: LayeredOtelcol = {
    ...running,
    output: () => running.output(),
    stop: () => running.stop(),
    kill: () => running.kill(),
    startAgain: async () => {
      running = await startIt();
    },
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
