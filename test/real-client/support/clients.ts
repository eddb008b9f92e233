// In: a version of Claude Code. Out: the path of its executable, or why that version is not to be had.
// Fetched with npm into a cache folder outside the checkout, once: a version lies there whole or not at all, because it
// is installed beside its place and renamed into it. Any number of processes may ask at the same time.
// Nothing of it is in the repository, and no install script of a package runs but the client's own `install.cjs`.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A client that can be started, or the reason why there is none. */
export type Client =
  | { readonly kind: 'client'; readonly version: string; readonly executable: string }
  | { readonly kind: 'unavailable'; readonly version: string; readonly because: string };

/** A client that is there. */
export type InstalledClient = Extract<Client, { kind: 'client' }>;

const packageName = '@anthropic-ai/claude-code';

/** Where clients are kept: `TURNSPAN_CACHE`, else the user's cache folder. */
export function clientCache(): string {
  const own = process.env['TURNSPAN_CACHE'];
  return own ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'turnspan-test');
}

/** `@anthropic-ai/claude-code@VERSION`, fetched if it is not there yet (20 to 380 MB, up to a minute). */
export function fetchClient(version: string, cache = clientCache()): Promise<Client> {
  const folder = join(cache, 'claude-code', version);
  const running = fetching.get(folder) ?? fetchInto(folder, version);
  fetching.set(folder, running);
  return running;
}

/** Asked for in this process, by folder: one download, however many tests want it. */
const fetching = new Map<string, Promise<Client>>();

async function fetchInto(folder: string, version: string): Promise<Client> {
  const failure = existsSync(executableIn(folder)) ? undefined : await install(folder, version);
  return failure === undefined
    ? { kind: 'client', version, executable: executableIn(folder) }
    : { kind: 'unavailable', version, because: failure };
}

function executableIn(folder: string): string {
  return join(folder, 'node_modules', '.bin', 'claude');
}

/** Gives the reason when it did not work; the folder is then as it was. */
async function install(folder: string, version: string): Promise<string | undefined> {
  await mkdir(join(folder, '..'), { recursive: true });
  const building = await mkdtemp(`${folder}.`);
  const at = { cwd: building, env: process.env };
  // What was fetched gets a home of its own, so that it sees nothing of the user's own Claude Code.
  const apart = { cwd: building, env: { PATH: process.env['PATH'], HOME: building } };
  try {
    await writeFile(join(building, 'package.json'), '{"private":true}');
    const options = ['--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', ['install', ...options, `${packageName}@${version}`], at);
    const postinstall = join(building, 'node_modules', packageName, 'install.cjs');
    // Newer clients are native: this script puts the binary in place.
    if (existsSync(postinstall)) await run(process.execPath, [postinstall], apart);
    const { stdout } = await run(executableIn(building), ['--version'], apart);
    if (!stdout.startsWith(version)) return `it calls itself ${stdout.trim()}`;
    await moveTo(folder, building);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Somebody else may have been faster; theirs is as good. */
async function moveTo(folder: string, building: string): Promise<void> {
  try {
    await rename(building, folder);
  } catch (error) {
    if (!existsSync(executableIn(folder))) throw error;
  }
}

function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ stdout: string }> {
  return promisify(execFile)(command, args, { ...options, timeout: 300_000, encoding: 'utf8' });
}

/** npm says in one line of many what is wrong; the others are advice. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  const code = /^npm error code (\S+)/m.exec(text)?.[1];
  const told = /^npm error \S+ (\S+ \S+ \S+.*)/m.exec(text)?.[1];
  return code === undefined
    ? text.slice(0, 500) || String(error)
    : `npm: ${code}, ${told ?? 'no more is known'}`;
}
