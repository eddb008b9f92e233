// In: Ada's machine with Turnspan installed. Out: the recorded session as she would have had it, read and sent.
// Always: it is played while Turnspan is paused, so that it is read in one piece; its times are those of now.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const TWO_HOURS_MS = 2 * 3_600_000;
const PATIENCE_MS = 60_000;

/** Plays it, and waits until the worker has ended and `isDone` is true of what `turnspan status` tells. */
export async function playSession(machine, isDone) {
  const { home } = machine;
  // The session began minutes ago: what is older than the installation is not traced.
  const installation = join(home, '.local/state/turnspan/installation.json');
  const { createdAt, ...rest } = JSON.parse(readFileSync(installation, 'utf8'));
  writeFileSync(installation, JSON.stringify({ ...rest, createdAt: createdAt - TWO_HOURS_MS }));

  const settings = JSON.parse(readFileSync(join(home, '.claude/settings.json'), 'utf8'));
  const hook = settings.hooks.Stop[0].hooks[0].command;
  const project = join(home, '.claude/projects/-home-ada-shop');
  const where = ['--recording', resolve('examples/session'), '--project', project, '--hook', hook];
  turnspan(machine, 'pause');
  run(machine, process.execPath, resolve('dist/client.cjs'), ...where, '--speed', '100000');
  turnspan(machine, 'resume');

  const end = Date.now() + PATIENCE_MS;
  const isSettled = () => {
    const status = JSON.parse(turnspan(machine, 'status', '--json'));
    return status.worker === null && status.tickets === 0 && isDone(status);
  };
  while (!isSettled()) {
    if (Date.now() > end) throw new Error('the worker did not finish with the session');
    await sleep(100);
  }
}

/** Runs the command as Ada does; gives what it says. */
export function turnspan(machine, ...args) {
  return run(machine, join(machine.home, '.local/bin/turnspan'), ...args);
}

function run({ shop, env }, file, ...args) {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: shop, env, encoding: 'utf8' });
  // 1: there is something to look at.
  if (status !== 0 && status !== 1)
    throw new Error(`${file} ${args.join(' ')} ended with ${status}\n${stderr}`);
  return stdout;
}
