// Turnspan as a plugin: also in the settings at once, or without a Node to put its program in place with?
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { atLeast } from '../../install/version-order.ts';
import { listIfThere } from '../../platform/list-folder.ts';
import { readEnvironment } from '../../platform/processes.ts';
import { defineCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import { nodeVersion, OLDEST_NODE } from '../node.ts';
import { isPluginEnabled } from '../plugin.ts';
import { pluginNode } from '../plugin-node.ts';
import { shownList, shownPath } from '../shown.ts';

type Name = 'plugin-and-settings' | 'plugin-without-node';

export const pluginCheck = defineCheck({
  name: 'plugin',
  holds: 'Turnspan is installed in one way; as a plugin, it finds a Node',
  findings: {
    'plugin-and-settings':
      'Turnspan is enabled as a plugin, and its hooks stand in a settings file too. Each turn is still sent once; each event costs a process more.',
    'plugin-without-node':
      'Turnspan is enabled as a plugin, but where it looks there is no Node of 20.6 or newer to put its program in place with. It says nothing, and nothing is sent.',
  },
  run: (context) => {
    const { settings, hooks, places } = context;
    if (!isPluginEnabled(settings)) return [];
    const findings: Finding<Name>[] = [];
    if (hooks.length > 0) {
      const files = [...new Set(hooks.map(({ file }) => shownPath(file.path, places.home)))];
      findings.push({
        name: 'plugin-and-settings',
        level: 'warning',
        title: `Turnspan is enabled as a plugin, and its hooks stand in ${shownList(files)} too`,
        detail: 'Each turn is still sent once; each event costs a process more.',
        remedy: 'turnspan uninstall, or disable the plugin with /plugin in Claude Code',
      });
    }
    // What is in place knows its Node: the check of the program looks at that.
    const isPlaced = listIfThere(places.data).some((version) =>
      existsSync(join(places.data, version, 'hook.sh')),
    );
    const why = isPlaced ? undefined : whyNoNode(context);
    if (why !== undefined) {
      findings.push({
        name: 'plugin-without-node',
        level: 'error',
        title: `Turnspan is enabled as a plugin, but ${why}`,
        detail:
          'It looks in the search path that Claude Code was started with, and in the usual folders; a Node that only a shell function knows (nvm) it does not find.',
        remedy: 'Install Node 20.6 or newer, or run once where `node` is found: turnspan install --print',
      });
    }
    return findings;
  },
});

/** Goes on after "but". */
function whyNoNode({ client, env, places, usualFolders }: DoctorContext): string | undefined {
  const started =
    client?.alive === true ? readEnvironment(client.pid, ['PATH'], client.startTime) : undefined;
  const node = pluginNode(started?.get('PATH') ?? env['PATH'] ?? '', places.home, usualFolders);
  if (node === undefined) return 'finds no Node to put its program in place with';
  const version = nodeVersion(node);
  if (version !== undefined && atLeast(version, OLDEST_NODE)) return undefined;
  const found = version === undefined ? 'does not say its version' : `is Node ${version}`;
  return `${shownPath(node, places.home)}, with which it would put its program in place, ${found}: it needs 20.6`;
}
