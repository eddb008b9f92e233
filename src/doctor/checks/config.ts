// The user's config file: can it be read, is it understood, is it the one that the worker reads, and is it private?
import { existsSync } from 'node:fs';
import { exposures, type Exposure } from '../../config/exposure.ts';
import { readSmallText } from '../../config/small-file.ts';
import { userConfigFileOf } from '../../config/user-config-place.ts';
import { readUserConfig } from '../../config/user-config.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { shellPath, shownPath } from '../shown.ts';

export const configCheck = defineCheck({
  name: 'config',
  holds: "Turnspan's config file is valid, or there is none",
  findings: {
    'config-unreadable':
      'The config file cannot be read. Until it can, nothing is read further and nothing is sent.',
    'config-invalid':
      'The config file is not valid. Until it is, nothing is read further and nothing is sent.',
    'config-elsewhere': 'The worker reads another config file than this shell names.',
    'config-open-to-others': 'The config file holds a secret, and other users of this machine can read it.',
    'config-writable-by-others':
      'Other users of this machine can change the config file, or replace it in its folder, and so choose where data goes.',
  },
  run: ({ places: { home, state, config } }) => {
    const path = userConfigFileOf(state, home);
    const name = shownPath(path, home);
    const findings: Finding<
      | 'config-unreadable'
      | 'config-invalid'
      | 'config-elsewhere'
      | 'config-open-to-others'
      | 'config-writable-by-others'
    >[] = [];
    const text = readSmallText(path);
    const read = readUserConfig(path);
    if (text === undefined) {
      findings.push({
        name: 'config-unreadable',
        level: 'error',
        title: `${name} cannot be read`,
        remedy: `Make it a file that you can read: ls -l ${shellPath(path, home)}`,
      });
    } else if (read.status === 'bad') {
      findings.push({
        name: 'config-invalid',
        level: 'error',
        title: `${name}: ${read.why}`,
        remedy: `Repair ${name}, or remove it: rm ${shellPath(path, home)}`,
      });
    }
    if (path !== config && existsSync(config)) {
      findings.push({
        name: 'config-elsewhere',
        level: 'warning',
        title: `The worker reads ${name}, and not ${shownPath(config, home)}`,
        detail: 'XDG_CONFIG_HOME differs between this shell and the one that installed.',
        remedy: 'turnspan install',
      });
    }
    for (const { what, path: open, problem, mode } of exposures(path)) {
      findings.push({
        name: NAMES[what],
        level: 'warning',
        title: `${name} ${problem}`,
        remedy: `chmod ${mode} ${shellPath(open, home)}`,
      });
    }
    return findings;
  },
});

const NAMES = {
  readable: 'config-open-to-others',
  writable: 'config-writable-by-others',
  'folder-writable': 'config-writable-by-others',
} as const satisfies Readonly<Record<Exposure['what'], string>>;
