// `turnspan install` and `uninstall` on a client's stage, as a user runs them: the built command with the stage's home.
// Out: when Turnspan is at rest, and what its log said. Always: a worker that does not come to rest is ended by its id.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ClientStage } from './support/client-stage.ts';
import type { InstalledClient } from './support/clients.ts';

export interface Installation {
  /** Resolves when no worker runs and nothing is left to be read or sent; rejects after `timeoutMs`. */
  rest(timeoutMs?: number): Promise<void>;
  /** The same, whatever waits to be sent. */
  worked(timeoutMs?: number): Promise<void>;
  /** The worker's log; it holds no content. */
  log(): string;
  /** All that lies in Turnspan's own folder, as text. */
  kept(): string;
  uninstall(): Promise<void>;
  /** Ends a worker that still runs. */
  stop(): void;
}

/** Where the bundles are: dist/, or a copy of it that nobody builds anew. */
export function programFolder(): string {
  return process.env['TURNSPAN_PROGRAM'] ?? join(import.meta.dirname, '../../dist');
}

/** Installs for the stage's user. Without an endpoint, `OTEL_*` of the client decides. */
export async function installOn(
  stage: ClientStage,
  client: InstalledClient,
  endpoint?: string,
): Promise<Installation> {
  const run = commandOn(stage, client);
  await run(['install', '--yes', ...(endpoint === undefined ? [] : ['--endpoint', endpoint])]);
  const dir = join(stage.home, '.local/state/turnspan');
  const count = (folder: string, end = '') =>
    filesBelow(join(dir, folder)).filter((name) => name.endsWith(end)).length;
  const hasWorked = () => !existsSync(join(dir, 'worker.alive')) && count('inbox') === 0;
  const log = () => textOf(join(dir, 'worker.log'));
  const until = async (isSo: () => boolean, timeoutMs: number) => {
    const end = Date.now() + timeoutMs;
    // Several times in a row: a ticket may lie there while its worker is about to start.
    for (let quiet = 0; quiet < 3; quiet = isSo() ? quiet + 1 : 0) {
      if (Date.now() > end) throw new Error(`Turnspan does not come to rest\n${log()}`);
      await sleep(50);
    }
  };
  return {
    rest: (timeoutMs = 30_000) => until(() => hasWorked() && count('outbox', '.otlp') === 0, timeoutMs),
    worked: (timeoutMs = 30_000) => until(hasWorked, timeoutMs),
    log,
    kept: () => filesBelow(dir).map(textOf).join('\n'),
    uninstall: () => run(['uninstall', '--yes']),
    stop: () => {
      const pid = Number(/^\d+/.exec(textOf(join(dir, 'worker.alive')))?.[0] ?? NaN);
      if (!Number.isNaN(pid)) kill(pid);
    },
  };
}

/** Runs the command with nothing on its search path but this client and the system's tools. */
function commandOn(stage: ClientStage, client: InstalledClient) {
  const bin = join(stage.root, 'bin');
  mkdirSync(bin);
  // Old clients are scripts that look for `node`; the folder of the real one may hold another client.
  symlinkSync(process.execPath, join(bin, 'node'));
  const env = {
    PATH: [dirname(client.executable), bin, '/usr/bin', '/bin'].join(':'),
    HOME: stage.home,
    CLAUDE_CONFIG_DIR: stage.config,
  };
  const program = join(programFolder(), 'turnspan.cjs');
  return async (args: readonly string[]) => {
    await promisify(execFile)(process.execPath, [program, ...args], { env, cwd: stage.work });
  };
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just left.
  }
}
