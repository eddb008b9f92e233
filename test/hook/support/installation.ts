// An installation in a temporary folder, with the hook in place and a stand-in for Node that writes down how it was called.
import { buildSync } from 'esbuild';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStat } from '../../../src/hook/process-stat.ts';
import {
  hookCommand,
  placeHook,
  placeHookSettings,
  type HookPlace,
} from '../../../src/install/render-hook.ts';

export const TEMPLATE = readFileSync(join(import.meta.dirname, '../../../src/hook/hook.sh'), 'utf8');

/** Writes what the system says of it into `woken/`, one folder a call, the last file last. Needs nothing but its PATH. */
const NODE_STAND_IN = `#!/bin/sh
to=$3/woken/$$
mkdir "$to"
cat /proc/$$/environ >"$to/environ"
cat /proc/$$/stat >"$to/stat"
ls -l /proc/$$/fd | cat >"$to/streams"
pwd >"$to/folder"
for word; do printf '%s\\0' "$word"; done >"$to/arguments"
mv "$to" "$3/woken/whole-$$"
while [ -e "$3/linger" ]; do sleep 0.05; done
: >"$3/ended"
`;

export interface Installation extends HookPlace {
  readonly root: string;
  readonly inbox: string;
  readonly script: string;
  /** What Claude Code runs. */
  readonly entry: string;
  /** The bundle of the Node twin. */
  readonly twin: string;
}

/** A folder whose name holds what shells trip over: spaces, quotes, `$`, a newline, `=`. */
export function makeInstallation(change: Partial<HookPlace> = {}): Installation {
  const root = mkdtempSync(join(tmpdir(), 'turnspan-hook-'));
  const dir = join(root, `it's "a" $HOME=\`x\`\nfolder *`);
  const inbox = join(dir, 'inbox');
  mkdirSync(inbox, { recursive: true });
  mkdirSync(join(dir, 'woken'));
  const node = join(dir, 'node');
  writeFileSync(node, NODE_STAND_IN);
  chmodSync(node, 0o755);
  const place = {
    dir,
    node,
    worker: join(dir, 'worker $(id).cjs'),
    path: '/usr/local/bin:/usr/bin:/bin',
    home: join(root, 'home'),
    ...change,
  };
  const script = join(dir, 'hook.sh');
  placeHook(script, TEMPLATE, place);
  const twin = join(dir, 'hook.cjs');
  writeFileSync(twin, twinBundle());
  placeHookSettings(join(dir, 'hook.json'), place);
  return { ...place, root, inbox, script, entry: hookCommand(script), twin };
}

/** The stand-in for Node may still be writing. */
export function removeInstallation({ root }: Installation): void {
  rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 10 });
}

/** `install` always adds the system's folders to the path. Where a test is about a command that is missing, they go. */
export function withoutSystemFolders({ script, dir }: Installation): void {
  for (const file of [script, join(dir, 'hook.json')]) {
    writeFileSync(file, readFileSync(file, 'utf8').replace(':/usr/bin:/bin', ''));
  }
}

/** Where a test is about tickets: this process passes for the worker, and none is started. */
export function passForWorker({ dir }: Installation): void {
  writeFileSync(join(dir, 'worker.alive'), `${process.pid} ${processStat(String(process.pid))?.startTime}\n`);
}

/** The bytes of the only ticket. */
export function onlyTicket({ inbox }: Installation): { name: string; bytes: Buffer } {
  const names = readdirSync(inbox);
  if (names.length !== 1) throw new Error(`expected one ticket, found ${names.length}`);
  return { name: names[0]!, bytes: readFileSync(join(inbox, names[0]!)) };
}

export interface Woken {
  readonly pid: number;
  readonly environ: string[];
  readonly arguments: string[];
  readonly folder: string;
  readonly streams: string;
  /** Fields of /proc/PID/stat from the third on. */
  readonly stat: string[];
}

/** How the stand-in was called so far. */
export function woken({ dir }: Installation): Woken[] {
  return readdirSync(join(dir, 'woken'))
    .filter((name) => name.startsWith('whole-'))
    .map((name) => {
      const read = (file: string): string => readFileSync(join(dir, 'woken', name, file), 'utf8');
      return {
        pid: Number(name.slice('whole-'.length)),
        environ: read('environ').split('\0').slice(0, -1),
        arguments: read('arguments').split('\0').slice(0, -1),
        folder: read('folder').trim(),
        streams: read('streams'),
        stat: read('stat')
          .slice(read('stat').lastIndexOf(')') + 2)
          .split(' '),
      };
    });
}

/** Waits until `condition` holds; the test's own time limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

export async function untilWoken(installation: Installation, times = 1): Promise<Woken[]> {
  await until(() => woken(installation).length >= times);
  if (!existsSync(join(installation.dir, 'linger')))
    await until(() => existsSync(join(installation.dir, 'ended')));
  return woken(installation);
}

let bundle: Uint8Array | undefined;

function twinBundle(): Uint8Array {
  bundle ??= buildSync({
    entryPoints: [join(import.meta.dirname, '../../../src/hook/hook.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname' },
  }).outputFiles[0]!.contents;
  return bundle;
}
