// Where the worker's process begins: what hook.sh starts. In: `--dir DIR`. Out: worker-program.cjs runs, with the code that V8 made of
// it the last time: compiling is a third of a wake-up.
// Always: the kept code is of this very program and this very Node, and whole, or it is not used (a digest over all three stands before
// it, and V8 looks too). Without it, or where it cannot be kept, the program runs all the same.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire, wrap } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { writeWhole } from './platform/atomic-file.ts';

/** What worker-main.ts exports. */
interface Program {
  /** Did it do all that a worker does, so that its code is worth keeping? */
  readonly hasWorked: () => boolean;
}

/** Of SHA-256. */
const DIGEST_BYTES = 32;

const file = join(import.meta.dirname, 'worker-program.cjs');
const source = readFileSync(file, 'utf8');
const kept = keptCodeFile(process.argv);
const known = kept === undefined ? undefined : keptCode(kept);
const script = new Script(wrap(source), { filename: file, ...(known && { cachedData: known }) });
const program = run();
if (kept !== undefined && (known === undefined || script.cachedDataRejected === true)) {
  process.on('exit', () => {
    if (program.hasWorked()) keep(kept, script.createCachedData());
  });
}

function run(): Program {
  // The cast: it is what the wrapper around a CommonJS module is, and what that module exports.
  const body = script.runInThisContext() as (...scope: readonly unknown[]) => void;
  const module = { exports: {} };
  body.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
  return module.exports as Program;
}

/** Beside the installation's state, as the folder of the program need not be ours to write. */
function keptCodeFile(args: readonly string[]): string | undefined {
  const dir = args[args.indexOf('--dir') + 1];
  return args.includes('--dir') && dir !== undefined ? join(dir, 'worker.code') : undefined;
}

function keptCode(path: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    const code = bytes.subarray(DIGEST_BYTES);
    return digestOf(code).equals(bytes.subarray(0, DIGEST_BYTES)) ? code : undefined;
  } catch {
    return undefined;
  }
}

function keep(path: string, code: Buffer): void {
  try {
    writeWhole(path, Buffer.concat([digestOf(code), code]));
  } catch {
    // A full disk, say: the next worker tries again.
  }
}

function digestOf(code: Buffer): Buffer {
  const { version, arch } = process;
  return createHash('sha256').update(`${version} ${arch}\n`).update(source).update(code).digest();
}
