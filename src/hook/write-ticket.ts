// In: the environment and standard input of a hook. Out: a ticket in inbox/, byte for byte as hook.sh writes it:
// `NAME=value\0` for each variable, `\0`, the input, `\0TURNSPAN_END\0`.
// Always: a ticket replaces no other, and counts from the moment its end mark is written. What could not be written whole
// is removed; what a killed hook leaves has no end mark, and the worker clears it.
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { findClient } from './find-client.ts';
import { processStat } from './process-stat.ts';
import { TICKET_VARIABLES } from './variables.ts';

const STANDARD_INPUT = 0;

/** Leaves a ticket in `inbox`. Throws what the file system throws (ENOENT, ENOSPC, EROFS, …), and then there is none. */
export function writeTicket(inbox: string, env: NodeJS.ProcessEnv): void {
  const { path, file } = openNew(inbox);
  try {
    fill(file, env);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/** A name that is there already is refused: process ids repeat, and after a new start of the machine so do start times. */
function openNew(inbox: string): { path: string; file: number } {
  const born = processStat('self')?.startTime ?? '0';
  for (let count = 0; ; count += 1) {
    const path = join(inbox, `${process.pid}-${born}-${count}`);
    try {
      return { path, file: openSync(path, 'wx', 0o600) };
    } catch (error) {
      if (!hasCode(error, 'EEXIST') || count === 99) throw error;
    }
  }
}

/** Closes `file` in any case: Windows removes no file that is open. */
function fill(file: number, env: NodeJS.ProcessEnv): void {
  try {
    writeWhole(file, ticketHead(env));
    copyInput(file);
    writeWhole(file, Buffer.from('\0TURNSPAN_END\0'));
  } finally {
    closeSync(file);
  }
}

function ticketHead(env: NodeJS.ProcessEnv): Buffer {
  const client = findClient(env['CLAUDE_PID'], process.ppid);
  const entries = [
    'TURNSPAN_TICKET=1',
    ...(client === undefined ? [] : [`TURNSPAN_CLIENT=${client}`]),
    ...TICKET_VARIABLES.flatMap((name) => (env[name] === undefined ? [] : [`${name}=${env[name]}`])),
  ];
  return Buffer.from(entries.map((entry) => `${entry}\0`).join('') + '\0');
}

/** In pieces: the input may be far larger than a hook should hold. */
function copyInput(file: number): void {
  const piece = Buffer.allocUnsafe(64 * 1024);
  for (let length = readInput(piece); length > 0; length = readInput(piece)) {
    writeWhole(file, piece.subarray(0, length));
  }
}

function readInput(piece: Buffer): number {
  for (;;) {
    try {
      return readSync(STANDARD_INPUT, piece);
    } catch (error) {
      // Windows says EOF where a pipe was closed; a pipe that does not block says EAGAIN while it is empty.
      if (hasCode(error, 'EOF')) return 0;
      if (!hasCode(error, 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
