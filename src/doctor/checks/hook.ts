// The hook itself: run a few times as Claude Code runs it, with a folder of its own to leave tickets in.
// Always: the tickets go to a temporary folder inside the installation's (the same disk), which is removed; no worker starts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFinished, listTicketFiles } from '../../inbox/tickets-folder.ts';
import { hookCommand } from '../../install/render-hook.ts';
import { identifySelf } from '../../platform/processes.ts';
import { errorCode } from '../../platform/reason.ts';
import { defineCheck } from '../check.ts';
import { pluginScripts } from '../plugin.ts';
import { readScript } from '../registered-hooks.ts';
import { shownPath } from '../shown.ts';

const RUNS = 5;

export const hookCheck = defineCheck({
  name: 'hook',
  holds: 'The hook leaves a ticket, says nothing, and takes milliseconds',
  findings: {
    'hook-slow': 'The hook takes more than 50 ms (the median of five runs): Claude Code waits for it.',
    'hook-leaves-no-ticket': 'The hook ran and left nothing to work on.',
    'hook-not-silent':
      'The hook printed something, or ended with another code than 0: Claude Code may show that, or block.',
  },
  run: ({ hooks, settings, places, slowHookMs }) => {
    const { home, state } = places;
    const scripts = [...hooks.map((hook) => hook.script), ...pluginScripts(settings, places)];
    const script = scripts.find((path) => path.endsWith('.sh'));
    const installed = script === undefined ? undefined : readScript(script);
    const folder = existsSync(state) ? temporaryFolder(state) : undefined;
    if (script === undefined || installed?.status !== 'read' || folder === undefined) return [];
    try {
      const runs = timeHook(installed.text, folder);
      const name = shownPath(script, home);
      if (runs.some(({ silent }) => !silent)) {
        return [
          {
            name: 'hook-not-silent',
            level: 'error',
            title: `${name} prints something, or ends with another code than 0`,
            remedy: 'turnspan install',
          },
        ];
      }
      if (listTicketFiles(folder).filter(isFinished).length < RUNS) {
        return [
          {
            name: 'hook-leaves-no-ticket',
            level: 'error',
            title: `${name} ran and left no ticket`,
            remedy: 'turnspan install',
          },
        ];
      }
      const median = runs.map(({ ms }) => ms).sort((one, other) => one - other)[RUNS >> 1] ?? 0;
      if (median <= slowHookMs) return [];
      return [
        {
          name: 'hook-slow',
          level: 'warning',
          title: `The hook takes ${Math.round(median)} ms, and Claude Code waits for it at every event`,
          detail:
            'It needs 2 to 5 ms on an idle machine: a busy machine, a slow disk or home folder on a network, or a scanner holds it up.',
          remedy:
            'Look again when the machine is idle; put XDG_STATE_HOME on a local disk, then: turnspan install',
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

/** Undefined where the folder takes nothing: the check of the state says so. */
function temporaryFolder(state: string): string | undefined {
  try {
    const folder = mkdtempSync(join(state, '.tmp-doctor-'));
    mkdirSync(join(folder, 'inbox'));
    return folder;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}

interface Run {
  readonly ms: number;
  readonly silent: boolean;
}

function timeHook(text: string, folder: string): Run[] {
  const script = join(folder, 'hook.sh');
  const worker = join(folder, 'worker.cjs');
  // A function: `$&` in a path means nothing.
  const moved = text
    .replace(line('dir'), () => `turnspan_dir=${quoted(folder)}`)
    .replace(line('worker'), () => `turnspan_worker=${quoted(worker)}`);
  writeFileSync(script, moved, { mode: 0o600 });
  // What would be started where there is no /proc to find this process by.
  writeFileSync(worker, '');
  const { pid, startTime = '0' } = identifySelf();
  writeFileSync(join(folder, 'worker.alive'), `${pid} ${startTime}\n`);
  return Array.from({ length: RUNS }, () => {
    const began = performance.now();
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', hookCommand(script)], {
      env: {},
      cwd: folder,
      input: '{"hook_event_name":"Stop"}',
      timeout: 10_000,
    });
    return { ms: performance.now() - began, silent: status === 0 && stdout.length + stderr.length === 0 };
  });
}

function line(name: string): RegExp {
  return new RegExp(`^turnspan_${name}='(?:[^']|'\\\\'')*'$`, 'm');
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
