// The installation's folder: is it there, can it be written, is it private, is there room?
import { existsSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../platform/reason.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { shellPath, shownPath } from '../shown.ts';

export const stateCheck = defineCheck({
  name: 'state',
  holds: "The installation's folder is there, private, and can be written",
  findings: {
    'state-missing': 'The folder that holds what is remembered and what waits is not there.',
    'state-not-writable':
      'Nothing can be written into the folder, or into its inbox: hooks leave no tickets.',
    'state-open-to-others':
      'Other users of this machine can look into the folder, which may hold content and keys.',
    'disk-nearly-full': 'Less than 100 MiB are free where the folder lies.',
  },
  run: ({ places: { home, state }, leastFreeBytes }) => {
    const name = shownPath(state, home);
    if (!existsSync(join(state, 'installation.json'))) {
      return [
        {
          name: 'state-missing',
          level: 'error',
          title: `${name} holds no installation`,
          remedy: 'turnspan install',
        },
      ];
    }
    const findings: Finding<'state-not-writable' | 'state-open-to-others' | 'disk-nearly-full'>[] = [];
    for (const folder of [state, join(state, 'inbox')]) {
      const why = whyUnwritable(folder);
      if (why === undefined) continue;
      findings.push({
        name: 'state-not-writable',
        level: 'error',
        title: `${shownPath(folder, home)} cannot be written (${why})`,
        remedy:
          why === 'ENOSPC' || why === 'EDQUOT'
            ? 'Make room on that disk'
            : `Make it a folder that you can write: ls -ld ${shellPath(folder, home)}`,
      });
      break;
    }
    if (process.platform !== 'win32' && (statSync(state).mode & 0o077) !== 0) {
      findings.push({
        name: 'state-open-to-others',
        level: 'warning',
        title: `${name} is open to other users of this machine`,
        remedy: `chmod 700 ${shellPath(state, home)}`,
      });
    }
    const { bavail, bsize } = statfsSync(state);
    if (bavail * bsize < leastFreeBytes) {
      findings.push({
        name: 'disk-nearly-full',
        level: 'error',
        title: `Only ${Math.floor((bavail * bsize) / 1024 / 1024)} MiB are free where ${name} lies`,
        remedy: 'Make room on that disk',
      });
    }
    return findings;
  },
});

function whyUnwritable(folder: string): string | undefined {
  const file = join(folder, `.tmp-doctor-${process.pid}`);
  try {
    writeFileSync(file, 'x', { flag: 'wx', mode: 0o600 });
    return undefined;
  } catch (error) {
    return reasonOf(error);
  } finally {
    try {
      rmSync(file, { force: true });
    } catch {
      // What could not be made is not there.
    }
  }
}
