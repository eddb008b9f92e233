// A user's machine with a healthy installation: a home, a client that says its version, hooks registered, script and worker in
// place, and a backend on loopback that takes everything. A test plants one fault and asks the doctor.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { allChecks } from '../../../src/doctor/all-checks.ts';
import { openContext, type DoctorRequest } from '../../../src/doctor/context.ts';
import { reportSchema, type Report } from '../../../src/doctor/report.ts';
import { runChecks } from '../../../src/doctor/run-checks.ts';
import {
  carryOutInstall,
  placeForGood,
  planInstall,
  type InstallRequest,
} from '../../../src/install/install.ts';
import { openInstallation } from '../../../src/state/installation.ts';
import { turnspan, type Outcome } from '../../cli/run-turnspan.ts';
import { makeMachine, write, type Machine } from '../../install/support/machine.ts';
import { startBackend, type LoopbackBackend } from '../../support/loopback-backend.ts';
import { built } from './built.ts';

export interface Patient extends Machine {
  readonly backend: LoopbackBackend;
  /** A project's folder, which is the current one. */
  readonly project: string;
  readonly managedFolder: string;
  /** Where the client of this machine is. */
  readonly claude: string;
  readonly request: InstallRequest;
}

export type Environment = Readonly<Record<string, string>>;

const PATH = '/usr/local/bin:/usr/bin:/bin';

export async function makePatient(): Promise<Patient> {
  const machine = makeMachine();
  const backend = await startBackend();
  backends.push(backend);
  const request: InstallRequest = {
    places: machine.places,
    settings: machine.settings,
    node: process.execPath,
    oldest: '2.1.329',
  };
  const patient = {
    ...machine,
    backend,
    project: join(machine.home, 'project'),
    managedFolder: join(machine.home, 'managed'),
    claude: join(machine.home, '.local/bin/claude'),
    request,
  };
  mkdirSync(patient.project);
  mkdirSync(patient.managedFolder);
  says(patient, '2.1.329');
  openInstallation(machine.places.state, Date.now());
  placeForGood(request, built(), PATH);
  register(request);
  sendTo(patient, backend.url);
  return patient;
}

const backends: LoopbackBackend[] = [];
afterEach(async () => {
  for (const backend of backends.splice(0)) await backend.stop();
});

/** Makes the client say another version. */
export function says({ claude }: Pick<Patient, 'claude'>, version: string): void {
  write(claude, `#!/bin/sh\necho "${version} (Claude Code)"\n`, 0o755);
}

export function register(request: InstallRequest): void {
  const plan = planInstall(request);
  if (plan.status === 'refused' || carryOutInstall(plan, Date.now()).status === 'refused') {
    throw new Error('the hooks could not be registered');
  }
}

/** Writes the user's config file: one destination, `mine`. */
export function sendTo({ places }: Machine, endpoint: string, more: object = {}): void {
  write(
    places.config,
    JSON.stringify({ version: 1, destinations: { mine: { endpoint, timeoutMs: 1500, ...more } } }),
    0o600,
  );
}

/** Without a config file: the environment decides. */
export function writeConfig({ places }: Machine, content: unknown, mode = 0o600): void {
  write(places.config, typeof content === 'string' ? content : JSON.stringify(content), mode);
}

/** Asks in this process. Variables that decide where to send are those of this process: none. */
export async function examine(patient: Patient, change: Partial<DoctorRequest> = {}): Promise<Report> {
  const context = await openContext({
    places: patient.places,
    env: { PATH: `${join(patient.home, '.local/bin')}:${PATH}` },
    cwd: patient.project,
    managedFolder: patient.managedFolder,
    // Other tests run beside this one.
    slowHookMs: 5000,
    ...change,
  });
  return reportSchema.parse(await runChecks(allChecks, context, '0.1.0'));
}

/** Runs the built command as a user does, in the project's folder. */
export function run(patient: Patient, args: readonly string[], env: Environment = {}): Promise<Outcome> {
  const own = { PATH: `${join(patient.home, '.local/bin')}:${PATH}`, HOME: patient.home };
  return turnspan(args, { ...own, ...env }, patient.project);
}

/** Names of what was found, but for the time of the hook: other tests run beside this one. */
export function namesIn({ checks }: Report): string[] {
  return checks
    .flatMap(({ findings }) => findings.map(({ name }) => name))
    .filter((name) => name !== 'hook-slow');
}

/** Checks that could not be made. */
export function failedIn({ checks }: Report): string[] {
  return checks.filter(({ status }) => status === 'failed').map(({ name, why }) => `${name}: ${why ?? ''}`);
}

export async function examineByCommand(patient: Patient, env: Environment = {}): Promise<Report> {
  const { stdout } = await run(patient, ['doctor', '--json'], env);
  return reportSchema.parse(JSON.parse(stdout));
}
