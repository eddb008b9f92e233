// In: the user's home and search path. Out: the Claude Code clients of this machine and the version that each one says.
// Always: bounded time, whatever a client does; none is asked anything but `--version`. One that does not answer is listed
// without a version. Only absolute folders of the search path count: a project could put a `claude` of its own into others.
import { spawn } from 'node:child_process';
import { accessSync, constants, readdirSync, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { CAUTIOUS_VERSION } from './events.ts';
import { compareVersions, versionIn, type Version } from './version-order.ts';

export interface FoundClient {
  readonly path: string;
  readonly version?: Version;
}

/** All clients that were found, each once, however many names lead to it. */
export async function findClients(
  { home, path }: { readonly home: string; readonly path: string },
  timeoutMs = 5000,
): Promise<FoundClient[]> {
  const places = [...path.split(delimiter).filter((folder) => isAbsolute(folder)), ...usualPlaces(home)];
  const files = places.flatMap((folder) => NAMES.map((name) => join(folder, name))).filter(isProgram);
  const programs = new Map(files.map((file) => [realpathSync(file), file]).reverse() as [string, string][]);
  return Promise.all([...programs.values()].reverse().map((file) => askVersion(file, timeoutMs)));
}

/** What every client of this machine has at least; one that does not say its version is taken for an old one. */
export function oldestVersion(clients: readonly FoundClient[]): Version {
  const [oldest] = clients.map(({ version }) => version ?? CAUTIOUS_VERSION).sort(compareVersions);
  return oldest ?? CAUTIOUS_VERSION;
}

const NAMES = process.platform === 'win32' ? ['claude.exe', 'claude.cmd'] : ['claude'];

/** Where installers put it, for when the search path is bare: the native one, the old local one, and editors' extensions. */
function usualPlaces(home: string): string[] {
  const editors = ['.vscode', '.vscode-insiders', '.vscode-server', '.cursor', '.cursor-server', '.windsurf'];
  const extensions = editors.map((editor) => newestExtension(join(home, editor, 'extensions')));
  return [
    join(home, '.local/bin'),
    join(home, '.claude/local'),
    ...extensions.flatMap((folder) =>
      folder === undefined ? [] : [join(folder, 'resources/native-binary')],
    ),
  ];
}

/** An editor runs the newest; older ones lie about for a while. */
function newestExtension(folder: string): string | undefined {
  const found = listNames(folder).flatMap((name) => {
    const version = name.startsWith(EXTENSION) ? versionIn(name.slice(EXTENSION.length)) : undefined;
    return version === undefined ? [] : [{ name, version }];
  });
  const newest = found.sort((a, b) => compareVersions(b.version, a.version))[0];
  return newest && join(folder, newest.name);
}

const EXTENSION = 'anthropic.claude-code-';

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Most editors are not there.
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function askVersion(path: string, timeoutMs: number): Promise<FoundClient> {
  // A batch file of npm's needs the shell of Windows. NOT RUN ON WINDOWS YET.
  const shell = path.endsWith('.cmd');
  const group = process.platform !== 'win32';
  const child = spawn(shell ? `"${path}"` : path, ['--version'], {
    shell,
    // A group of its own, so that whatever a wrapper started ends with it.
    detached: group,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, DISABLE_AUTOUPDATER: '1' },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    said = `${said}${part}`.slice(0, 4096);
  });
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      const version = versionIn(said);
      resolve(version === undefined ? { path } : { path, version });
    };
    const timer = setTimeout(() => {
      stop(child.pid, group);
      finish();
    }, timeoutMs);
    child.on('error', finish);
    child.on('exit', (code) => {
      if (code !== 0) said = '';
      // What it said before it ended may still be on its way.
      setTimeout(finish, 20);
    });
  });
}

function stop(pid: number | undefined, group: boolean): void {
  if (pid === undefined) return;
  try {
    process.kill(group ? -pid : pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
