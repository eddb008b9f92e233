// A user's machine in a temporary folder: Turnspan installed, Claude Code's folder of one project, and the processes
// of both. Always: what runs is the built bundles as processes of their own; everything that was started is ended
// with the test, before its folders go.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect } from 'vitest';
import { placeProgram } from '../../../src/install/program.ts';
import { hookCommand } from '../../../src/install/render-hook.ts';
import { openInstallation } from '../../../src/state/installation.ts';
import { startClientProcess } from '../../support/client-process.ts';
import type { ClientProcess, HookOrder, HookRun } from '../../support/client-process.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { bundleDiskFaults } from './disk.ts';

/** The built bundles. */
export const BUNDLES = resolve(import.meta.dirname, '../../../dist');

type Variables = Readonly<Record<string, string>>;

export interface World {
  /** Holds all that follows. */
  readonly root: string;
  /** The installation's folder. */
  readonly dir: string;
  readonly home: string;
  /** Claude Code's folder of the project: its transcripts. */
  readonly project: string;
  /** The hook's entry in settings.json. */
  readonly hook: string;
  /** How the worker is called, but for its `--dir`. */
  readonly workerCommand: readonly [string, ...string[]];
}

export interface WorldOptions {
  /** When Turnspan was installed, milliseconds since the epoch. An hour ago unless given. */
  readonly installedAt?: number;
  /** The name of the project's folder. */
  readonly project?: string;
}

/** Installs Turnspan in a new folder. */
export function makeWorld({
  installedAt = Date.now() - HOUR,
  project = '-home-ada-shop',
}: WorldOptions = {}): World {
  const root = temporaryFolder();
  const dir = join(root, 'turnspan');
  const home = join(root, 'home');
  const folder = join(home, '.claude/projects', project);
  for (const path of [dir, folder]) mkdirSync(path, { recursive: true, mode: 0o700 });
  openInstallation(dir, installedAt);
  const preload = join(root, 'disk-faults.cjs');
  writeFileSync(preload, bundleDiskFaults());
  // The hook starts one program: a Node that loads the disk's faults before the worker.
  const node = join(root, 'node');
  writeFileSync(node, `#!/bin/sh\nexec '${process.execPath}' --require '${preload}' "$@"\n`, { mode: 0o755 });
  const path = process.env['PATH'] ?? '/usr/bin:/bin';
  const { script, worker } = placeProgram(BUNDLES, join(root, 'program'), { dir, home, node, path });
  const world: World = {
    root,
    dir,
    home,
    project: folder,
    hook: hookCommand(script),
    workerCommand: [process.execPath, '--require', preload, worker],
  };
  worlds.add(world);
  return world;
}

const HOUR = 3_600_000;

/** A process that stands for Claude Code: it has its environment, its hooks are its children, and it can be killed. */
export interface Client {
  readonly pid: number;
  /** What it was started with. */
  readonly environment: Variables;
  readonly process: ClientProcess;
  kill(): Promise<void>;
}

export function startClient(environment: Variables): Client {
  const standIn = startClientProcess({ PATH: '/usr/bin:/bin', ...environment });
  const client: Client = { pid: standIn.pid, environment, process: standIn, kill: () => standIn.stop() };
  clients.add(client);
  return client;
}

export interface HookCall {
  readonly event: string;
  readonly transcript: string;
  readonly client?: Client;
  /** More of the payload. */
  readonly payload?: Readonly<Record<string, unknown>>;
  /** What a project's settings put into the hook's environment. */
  readonly environment?: Variables;
}

/** Runs the hook as Claude Code does, and waits for it. Where no client is named, this process is it. */
export async function callHook(world: World, call: HookCall): Promise<void> {
  const order = hookOrder(world, call);
  const { code, said } = await (call.client ? call.client.process.run(order) : runHere(order));
  if (code !== 0 || said !== '') throw new Error(`the hook ended with ${String(code)} and said: ${said}`);
}

/** What the client is asked to run. */
export function hookOrder({ hook, home }: World, call: HookCall): HookOrder {
  const { event, transcript, client, payload, environment } = call;
  const input = { hook_event_name: event, transcript_path: transcript, cwd: join(home, 'shop'), ...payload };
  return {
    command: hook,
    input: JSON.stringify(input),
    env: {
      PATH: '/usr/bin:/bin',
      HOME: home,
      CLAUDE_PROJECT_DIR: join(home, 'shop'),
      ...client?.environment,
      ...(client === undefined ? {} : { CLAUDE_PID: String(client.pid) }),
      ...environment,
    },
  };
}

async function runHere({ command, input, env }: HookOrder): Promise<HookRun> {
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'pipe', 'pipe'], env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += String(part)));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

/** Runs the hook while it believes that a worker is alive, so that it wakes none. */
export async function leaveTicket(world: World, call: HookCall): Promise<void> {
  const hint = join(world.dir, 'worker.alive');
  writeFileSync(hint, `${process.pid} ${startTimeOf(process.pid)}\n`);
  await callHook(world, call);
  rmSync(hint);
}

/** A worker that the test started itself. */
export interface Worker {
  kill(): void;
  /** The exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

/** Starts a worker as the hook does: with nothing but PATH and HOME. */
export function startWorker({ workerCommand, dir, home }: World): Worker {
  const [command, ...args] = workerCommand;
  const child = spawn(command, [...args, '--dir', dir], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: '/usr/bin:/bin', HOME: home },
  });
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) => (code ?? signal) as number | string);
  return { kill: () => child.kill('SIGKILL'), ended };
}

/** The processes of all workers of this world that run now. */
export function workersOf({ dir }: World): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const words = readIfThere(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
      return words.includes('--dir') && words.includes(dir) && !/^\S+ \(.*\) Z/.test(statOf(pid));
    });
}

/** Waits until every ticket is taken and no worker runs. */
export async function settled(world: World): Promise<void> {
  await until(() => tickets(world).length === 0 && !hintHolds(world) && workersOf(world).length === 0);
}

/** Cheaper than looking at all processes. */
function hintHolds({ dir }: World): boolean {
  const pid = readIfThere(join(dir, 'worker.alive'))?.split(' ')[0];
  return pid !== undefined && existsSync(`/proc/${pid}`);
}

/** Names of the tickets that wait. */
export function tickets({ dir }: World): string[] {
  return readdirSync(join(dir, 'inbox'));
}

/** Waits for something; the test's own time limit is the end of it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

/** Lines of the worker's log that tell of `event`. */
export function logged({ dir }: World, event: string): string[] {
  const text = readIfThere(join(dir, 'worker.log')) ?? '';
  return text.split('\n').filter((line) => line.includes(` ${event}`));
}

/** Names of the files below a folder of the installation; none where there is no folder. What a killed writer left half-written does not count: it goes after a minute. */
export function filesIn({ dir }: World, folder: string): string[] {
  const path = join(dir, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('.tmp-'));
}

/** Names of the requests that wait for a backend. */
export function waiting(world: World): string[] {
  return filesIn(world, 'outbox').filter((name) => name.endsWith('.otlp'));
}

/** Nothing waits, nobody is there, and all was sent. */
export function expectAtRest(world: World): void {
  expect(tickets(world)).toEqual([]);
  expect(workersOf(world)).toEqual([]);
  expect(existsSync(join(world.dir, 'worker.alive'))).toBe(false);
  const newest = Math.max(...filesIn(world, 'lock').map(Number));
  expect(readFileSync(join(world.dir, 'lock', String(newest)), 'utf8')).toContain('free');
  expect(filesIn(world, 'staging')).toEqual([]);
  expect(filesIn(world, 'watch')).toEqual([]);
  expect(waiting(world)).toEqual([]);
}

function startTimeOf(pid: number): string {
  return statOf(pid).split(') ').at(-1)?.split(' ')[19] ?? '';
}

function statOf(pid: number): string {
  return readIfThere(`/proc/${pid}/stat`) ?? '';
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const worlds = new Set<World>();
const clients = new Set<Client>();

afterEach(async () => {
  await Promise.all([...clients].map((client) => client.kill()));
  clients.clear();
  for (const world of worlds) {
    for (let running = workersOf(world); running.length > 0; running = workersOf(world)) {
      for (const pid of running) killIfThere(pid);
      await sleep(5);
    }
  }
  worlds.clear();
});

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
