// Two installations in a temporary folder: in one a worker seems alive (its hint names this process), in the other none is.
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
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeProgram } from '../../src/install/program.ts';
import { hookCommand } from '../../src/install/render-hook.ts';
import { readProcess } from '../../src/platform/processes.ts';

export interface BenchFolder {
  /** The entry's command where a worker is alive, and where none is. */
  readonly entries: { readonly alive: string; readonly asleep: string };
  /** The twin's bundle, where a worker is alive. */
  readonly twin: string;
  /** A hook that only loads the OpenTelemetry SDK. */
  readonly sdkHook: string;
  readonly transcripts: { readonly small: string; readonly large: string };
  /** Ends the worker that the last hook woke, and takes the tickets away. */
  clear(): void;
  remove(): void;
}

const DIST = import.meta.dirname;

export function makeBenchFolder(): BenchFolder {
  const root = mkdtempSync(join(tmpdir(), 'turnspan-bench-'));
  const [alive, asleep] = [join(root, 'alive'), join(root, 'asleep')];
  for (const dir of [alive, asleep]) installIn(root, dir);
  writeFileSync(join(alive, 'worker.alive'), `${process.pid} ${readProcess(process.pid)?.startTime ?? ''}\n`);
  return {
    entries: { alive: hookCommand(join(alive, 'hook.sh')), asleep: hookCommand(join(asleep, 'hook.sh')) },
    twin: join(alive, 'hook.cjs'),
    sdkHook: writeSdkHook(root),
    transcripts: { small: writeTranscript(root, 1024), large: writeTranscript(root, 100 * 1024 * 1024) },
    clear: () => {
      stopWorker(join(asleep, 'started'));
      for (const dir of [alive, asleep]) {
        for (const name of readdirSync(join(dir, 'inbox'))) rmSync(join(dir, 'inbox', name), { force: true });
      }
      rmSync(join(asleep, 'worker.alive'), { force: true });
    },
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function installIn(root: string, dir: string): void {
  mkdirSync(join(dir, 'inbox'), { recursive: true });
  // Tells which process the worker is, so that it can be stopped, and becomes the real one.
  const node = join(dir, 'node');
  writeFileSync(
    node,
    `#!/bin/sh\necho $$ >'${dir}/started.new'\nmv '${dir}/started.new' '${dir}/started'\nexec '${process.execPath}' "$@"\n`,
  );
  chmodSync(node, 0o755);
  placeProgram(DIST, dir, { dir, node, path: process.env['PATH'] ?? '', home: root });
}

function writeSdkHook(root: string): string {
  const { resolve } = createRequire(join(DIST, '../package.json'));
  const packages = [
    '@opentelemetry/api',
    '@opentelemetry/sdk-trace-node',
    '@opentelemetry/exporter-trace-otlp-proto',
  ];
  const hook = join(root, 'sdk-hook.cjs');
  const loads = packages.map((name) => `require(${JSON.stringify(resolve(name))});\n`).join('');
  writeFileSync(hook, `${loads}require('node:fs').readFileSync(0);\n`);
  return hook;
}

function writeTranscript(root: string, bytes: number): string {
  const line = `${JSON.stringify({ type: 'summary', summary: 'x'.repeat(460), leafUuid: 'none' })}\n`;
  const path = join(root, `${bytes}.jsonl`);
  writeFileSync(path, line.repeat(Math.ceil(bytes / line.length)));
  return path;
}

/** Waits for the worker to show itself, and kills it. Nothing here is timed. */
function stopWorker(started: string): void {
  while (!existsSync(started)) pause();
  const pid = Number(readFileSync(started, 'utf8'));
  rmSync(started);
  process.kill(pid, 'SIGKILL');
  while (readProcess(pid)?.zombie === false) pause();
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}
