// What the script starts: are worker and Node there, and do both serve this installation?
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { atLeast } from '../../install/version-order.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { isProgram, nodeVersion, OLDEST_NODE } from '../node.ts';
import { pluginScripts } from '../plugin.ts';
import { readScript } from '../registered-hooks.ts';
import { shownPath } from '../shown.ts';

export const programCheck = defineCheck({
  name: 'program',
  holds: 'The worker is in place, with a Node that can run it',
  findings: {
    'worker-missing': 'The worker that the script starts is gone: tickets pile up, and nothing is sent.',
    'node-missing':
      'Neither the Node of the installation nor one on its search path is there: no worker starts.',
    'node-moved':
      'The Node of the installation is gone; the script takes the first one on its search path instead.',
    'node-too-old': 'The Node that runs the worker is older than 20.6.',
    'state-elsewhere': 'The hooks leave their tickets in another folder than the one that was checked.',
  },
  run: ({ hooks, settings, places }) => {
    const { home, state } = places;
    const findings: Finding<
      'worker-missing' | 'node-missing' | 'node-moved' | 'node-too-old' | 'state-elsewhere'
    >[] = [];
    for (const script of new Set([...hooks.map((hook) => hook.script), ...pluginScripts(settings, places)])) {
      const installed = readScript(script);
      if (installed.status !== 'read') continue;
      const { worker, node, path, dir } = installed.place;
      if (!existsSync(worker)) {
        findings.push({
          name: 'worker-missing',
          level: 'error',
          title: `${shownPath(worker, home)}, the worker, is not there`,
          remedy: 'turnspan install',
        });
      }
      if (dir !== state) {
        findings.push({
          name: 'state-elsewhere',
          level: 'warning',
          title: `The hooks use ${shownPath(dir, home)}; what was checked is ${shownPath(state, home)}`,
          detail: 'XDG_STATE_HOME differs between this shell and the one that installed.',
          remedy: 'turnspan install, or set XDG_STATE_HOME as it was',
        });
      }
      const found = findNode(node, path);
      if (found === undefined) {
        findings.push({
          name: 'node-missing',
          level: 'error',
          title: `${shownPath(node, home)}, which is to run the worker, is not there, nor any \`node\` on the hook's search path`,
          remedy: 'Install Node 20.6 or newer, then: turnspan install',
        });
        continue;
      }
      const version = nodeVersion(found);
      if (version === undefined || !atLeast(version, OLDEST_NODE)) {
        findings.push({
          name: 'node-too-old',
          level: 'error',
          title: `${shownPath(found, home)} ${version === undefined ? 'does not say its version' : `is Node ${version}`}: the worker needs 20.6`,
          remedy: 'Run `turnspan install` with Node 20.6 or newer',
        });
      } else if (found !== node) {
        findings.push({
          name: 'node-moved',
          level: 'warning',
          title: `${shownPath(node, home)} is gone; ${shownPath(found, home)} runs the worker instead`,
          remedy: 'turnspan install',
        });
      }
    }
    return findings;
  },
});

/** As the script looks for it. */
function findNode(node: string, path: string): string | undefined {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder));
  return [node, ...folders.map((folder) => join(folder, name))].find(isProgram);
}
