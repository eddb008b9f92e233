// A child of numbered-lock.test.ts: contends for a lock and checks that it is alone while it has it.
// Arguments: the lock's folder, a file that must never be there twice, and how often to take the lock (0: take it
// once and keep it). Says `ready`, waits for a line, then says `held`, `violation` or `done`.
import { once } from 'node:events';
import { linkSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock } from '../../src/platform/numbered-lock.ts';
import { identifySelf, liveness } from '../../src/platform/processes.ts';
import type { Lock } from '../../src/platform/numbered-lock.ts';
import type { ProcessIdentity } from '../../src/platform/processes.ts';

const [, , folder = '', inside = '', rounds = '0'] = process.argv;

async function contend(): Promise<void> {
  say('ready');
  await once(process.stdin, 'data');
  process.stdin.unref();
  if (rounds === '0') {
    await acquire();
    say('held');
    await sleep(10 ** 8);
  }
  for (let round = 0; round < Number(rounds); round++) {
    const lock = await acquire();
    enter();
    await sleep(Math.random() * 3);
    rmSync(inside);
    if (!lock.beat()) say('violation');
    lock.release();
  }
  say('done');
}

async function acquire(): Promise<Lock> {
  for (;;) {
    const attempt = acquireLock(folder);
    if (attempt.status === 'acquired') return attempt.lock;
    await sleep(Math.random() * 4);
  }
}

/** Makes the file that says who is inside, whole from the start. One that was killed inside has left it behind. */
function enter(): void {
  const mine = `${inside}-${process.pid}`;
  writeFileSync(mine, JSON.stringify(identifySelf()));
  try {
    linkSync(mine, inside);
  } catch {
    const other = JSON.parse(readFileSync(inside, 'utf8')) as ProcessIdentity; // Written three lines above.
    if (liveness(other) === 'alive') say('violation');
    rmSync(inside);
    enter();
  }
}

function say(word: string): void {
  writeSync(1, `${word}\n`);
}

void contend();
