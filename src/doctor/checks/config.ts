// The user's config file: can it be read, is it understood, is it the one that the worker reads, and are its secrets private?
import { existsSync, statSync } from 'node:fs';
import { readSmallText } from '../../config/small-file.ts';
import { userConfigFileOf } from '../../config/user-config-place.ts';
import { readUserConfig } from '../../config/user-config.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { isRecord } from '../settings-files.ts';
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
  },
  run: ({ places: { home, state, config } }) => {
    const path = userConfigFileOf(state, home);
    const name = shownPath(path, home);
    const findings: Finding<
      'config-unreadable' | 'config-invalid' | 'config-elsewhere' | 'config-open-to-others'
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
    if (process.platform !== 'win32' && holdsSecret(text ?? '') && (statSync(path).mode & 0o077) !== 0) {
      findings.push({
        name: 'config-open-to-others',
        level: 'warning',
        title: `${name} holds a secret, and other users of this machine can read it`,
        remedy: `chmod 600 ${shellPath(path, home)}`,
      });
    }
    return findings;
  },
});

/** Values of headers and parameters that stand there in clear, or a password or a query in an endpoint. */
function holdsSecret(text: string): boolean {
  const file = parse(text);
  const destinations = isRecord(file) ? file['destinations'] : undefined;
  return Object.values(isRecord(destinations) ? destinations : {}).some((one) => {
    if (!isRecord(one)) return false;
    const { headers, parameters, endpoint } = one;
    const clear = [headers, parameters].flatMap((group) => (isRecord(group) ? Object.values(group) : []));
    if (clear.some((value) => typeof value === 'string')) return true;
    return typeof endpoint === 'string' && URL.canParse(endpoint) && /[@?]/.test(endpoint);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
