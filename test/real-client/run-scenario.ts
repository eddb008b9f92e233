// Plays one scenario with one client and judges what came of it.
// In: a scenario, an installed client. Out: the evidence and its faults. Always: a stage, a model server and a backend of its own;
// everything that was started is stopped, the stage is removed, and the user's settings are as they were before `install`.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Evidence, Fault } from './evidence.ts';
import { installOn, type Installation } from './installation.ts';
import { judge } from './judge.ts';
import { startPlay } from './play.ts';
import type { Expected, Scenario } from './scenario.ts';
import { setStage, type ClientStage } from './support/client-stage.ts';
import type { InstalledClient } from './support/clients.ts';
import { startModelServer } from './support/model-server.ts';
import { startReceiver } from './telemetry-receiver.ts';
import { knows, nativeVariables } from './versions.ts';
import { outlineOf, readWritten } from './written.ts';

export interface Outcome {
  readonly evidence: Evidence;
  readonly faults: readonly Fault[];
  /** The worker's log, and the lines of the transcripts without what they say, for a person who looks for the reason. */
  readonly log: string;
}

/** Rejects when the scenario could not be played to its end. */
export async function runScenario(scenario: Scenario, client: InstalledClient): Promise<Outcome> {
  const { version } = client;
  const model = await startModelServer(scenario.script);
  const receiver = await startReceiver();
  const native = scenario.native !== false && knows(version, 'nativeTraces');
  const byEnvironment = scenario.endpoint === 'environment';
  const env = { ...(native ? nativeVariables(receiver.url) : {}), ...(byEnvironment ? { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_METRICS_EXPORTER: 'otlp' } : {}), ...scenario.env }; // prettier-ignore
  const stage = setStage({
    baseUrl: model.url,
    settings: { ...quickHook, ...scenario.settings },
    files: { ...shop, ...scenario.files },
    env,
  });
  let installation: Installation | undefined;
  try {
    const settings = join(stage.config, 'settings.json');
    const before = readFileSync(settings, 'utf8');
    installation = await installOn(stage, client, byEnvironment ? undefined : receiver.url);
    if (!byEnvironment) askForMetrics(stage);
    const { rest, worked, log } = installation;
    const playing = startPlay(client, stage, { model, receiver, rest, worked });
    try {
      await inTime(scenario.drive(playing));
    } catch (error) {
      throw new Error(`${String(error)}\n${log()}`, { cause: error });
    } finally {
      await playing.stop();
    }
    await rest();
    await model.stop();
    const kept = installation.kept();
    await installation.uninstall();
    keep(`${version}-${scenario.name}`, stage, {
      exchanges: model.exchanges,
      spans: receiver.spans(),
      points: receiver.points(),
      native: receiver.nativeSpans(),
      nativeLogs: receiver.nativeLogs(),
      nativePoints: receiver.nativePoints(),
      log: log(),
    });
    const evidence: Evidence = {
      expected: expectedOf(scenario, version),
      exchanges: model.exchanges.toSorted((one, other) => one.number - other.number),
      written: readWritten(stage.config),
      spans: receiver.spans(),
      points: receiver.points(),
      kept,
      native: {
        spans: receiver.nativeSpans(),
        logs: receiver.nativeLogs(),
        points: receiver.nativePoints(),
      },
    };
    const faults = [
      ...judge(evidence, { merged: native }),
      ...(readFileSync(settings, 'utf8') === before
        ? []
        : [{ rule: 'settings as they were', what: 'after uninstall' }]),
    ];
    return { evidence, faults, log: [log(), ...outlineOf(stage.config)].join('\n') };
  } finally {
    // Where something went wrong a worker may still be at it, and would write into what is removed.
    await installation?.worked(5000).catch(() => {});
    installation?.stop();
    await model.stop();
    await receiver.stop();
    stage.remove();
  }
}

/** A drive that waits for what never comes is given up, so that its clients are stopped. */
async function inTime(drive: Promise<void>, ms = 90_000): Promise<void> {
  const enough = new AbortController();
  const tooLong = sleep(ms, undefined, { signal: enough.signal }).then(() => {
    throw new Error(`the scenario is not over after ${ms / 1000} s`);
  });
  try {
    await Promise.race([drive, tooLong]);
  } finally {
    enough.abort();
    tooLong.catch(() => {});
    // What it waited for may still reject when its clients are stopped.
    drive.catch(() => {});
  }
}

/** For a person who looks for the reason of a fault: `TURNSPAN_REAL_KEEP` names a folder for what is else removed. */
function keep(name: string, { config, home }: ClientStage, seen: object): void {
  const folder = process.env['TURNSPAN_REAL_KEEP'];
  if (folder === undefined) return;
  cpSync(join(config, 'projects'), join(folder, name, 'projects'), { recursive: true });
  cpSync(join(home, '.local/state'), join(folder, name, 'state'), { recursive: true });
  const text = JSON.stringify(
    seen,
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    1,
  );
  writeFileSync(join(folder, name, 'seen.json'), text);
}

function expectedOf({ expects }: Scenario, version: string): Expected {
  return typeof expects === 'function' ? expects(version) : expects;
}

/** As a user does it who wants them beside the traces: in the config file that `install --endpoint` wrote. */
function askForMetrics({ home }: ClientStage): void {
  const path = join(home, '.config/turnspan/config.json');
  const file = configShape.parse(JSON.parse(readFileSync(path, 'utf8')));
  for (const destination of Object.values(file.destinations)) destination['signals'] = ['traces', 'metrics'];
  writeFileSync(path, JSON.stringify(file));
}

const configShape = z.looseObject({ destinations: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** A hook of the user's own beside ours, to be left alone; and the cheapest there is, to compare with. */
const quickHook = { hooks: { Stop: [{ hooks: [{ type: 'command', command: ':' }] }] } };

const shop = {
  'money.js': 'exports.cents = (x) => Math.floor(x * 100);\n',
  'cart.js':
    "const { cents } = require('./money.js');\nexports.total = (xs) => xs.map(cents).reduce((a, b) => a + b, 0);\n",
};
