// Every way in which the hook is run: the installed entry under each shell, the script by its path, the Node twin.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll } from 'vitest';
import type { Installation } from './installation.ts';

export interface Runner {
  readonly name: string;
  /** False where the shell is not installed: its cases are reported as skipped. */
  readonly present: boolean;
  /** The shell by its full path, and its options. */
  readonly shell: readonly string[];
  readonly command: (installation: Installation) => string;
}

export interface Run {
  readonly code: number | null;
  readonly output: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  /** The whole environment of the hook. */
  readonly env?: NodeJS.ProcessEnv;
  /** Shell commands before the entry, in the same shell. */
  readonly before?: string;
  /** A program around the shell. */
  readonly under?: readonly string[];
}

const entry = (installation: Installation): string => installation.entry;

export const SHELLS: readonly Runner[] = [
  runner('dash as sh', ['dash'], 'sh'),
  runner('bash as sh', ['bash'], 'sh'),
  // Debian's bash would read ~/.bashrc here: Node's pipes are sockets, and it takes that for a remote shell.
  runner('bash', ['bash', '--norc']),
  runner('busybox sh', ['busybox', 'sh']),
  runner('zsh as sh', ['zsh'], 'sh'),
  runner('zsh', ['zsh']),
];

export const TWIN: Runner = {
  ...runner('the Node twin', ['sh']),
  command: ({ twin }) => `exec ${quote(process.execPath)} ${quote(twin)}`,
};

export const ALL: readonly Runner[] = [
  ...SHELLS,
  { ...runner('sh, by its path', ['sh']), command: ({ script }) => quote(script) },
  TWIN,
];

/** For `describe.each`: a title and its runner. */
export function titled(runners: readonly Runner[]): [string, Runner][] {
  return runners.map((each) => [each.name, each]);
}

export function runHook(runner: Runner, installation: Installation, options: RunOptions = {}): Promise<Run> {
  const { input = '{}', env = { PATH: '/usr/bin:/bin' }, before = ':', under = [] } = options;
  const [file, ...args] = [...under, ...runner.shell, '-c', `${before}\n${runner.command(installation)}`];
  const child = spawn(file, args, { env });
  // A hook that never reads its input closes the pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // `close` comes when nobody holds the hook's streams any more: what the hook left running must not.
    child.on('close', (code) => {
      resolve({ code, output: Buffer.concat(chunks).toString() });
    });
  });
}

export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whether this machine lets us make a mount namespace of our own. */
export const canMount = succeeds('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);

/** `as` is the name that the shell is called by: called `sh`, shells behave as POSIX wants. */
function runner(name: string, [program = '', ...options]: string[], as = program): Runner {
  const shell = [callable(program, as), ...options];
  return { name, shell, present: succeeds(shell[0]!, [...options, '-c', ':']), command: entry };
}

function callable(program: string, as: string): string {
  const path = (process.env['PATH'] ?? '').split(':').find((folder) => existsSync(join(folder, program)));
  if (path === undefined) return program;
  if (as === program) return join(path, program);
  const folder = mkdtempSync(join(tmpdir(), 'turnspan-shell-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  symlinkSync(join(path, program), join(folder, as));
  return join(folder, as);
}

function succeeds(file: string, args: string[]): boolean {
  try {
    execFileSync(file, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
