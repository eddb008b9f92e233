// Our entries in the settings: is there one for each event, once, and does it lead to a script that is there?
import { dirname } from 'node:path';
import { eventsFor } from '../../install/events.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { isPluginEnabled } from '../plugin.ts';
import { readScript } from '../registered-hooks.ts';
import { shellPath, shownList, shownPath } from '../shown.ts';

export const hooksCheck = defineCheck({
  name: 'hooks',
  holds: "Turnspan's hooks are registered, each once, and their script is there",
  findings: {
    'hooks-missing': 'No settings file that counts here has hooks of Turnspan, and no plugin brings them.',
    'hooks-incomplete': 'An event has no hook of Turnspan. Without `Stop` nothing is sent when a turn ends.',
    'hooks-twice':
      'An event has two hooks of Turnspan, in one file or in two. Each turn is still sent once; each event costs a process more.',
    'hooks-outdated': 'The hooks run another version than the `turnspan` that was asked.',
    'hook-script-missing': 'The script that a hook runs is gone. The hook is silent, and nothing is sent.',
    'hook-script-damaged': 'The script that a hook runs cannot be read, or is not what `install` wrote.',
  },
  run: ({ hooks, settings, oldest, places: { home, program } }) => {
    if (hooks.length === 0) {
      if (isPluginEnabled(settings)) return [];
      return [
        {
          name: 'hooks-missing',
          level: 'error',
          title: "No settings file has Turnspan's hooks: Claude Code does not know of it",
          remedy: 'turnspan install',
        },
      ];
    }
    const findings: Finding<
      'hooks-incomplete' | 'hooks-twice' | 'hooks-outdated' | 'hook-script-missing' | 'hook-script-damaged'
    >[] = [];
    const events = hooks.map(({ event }) => event);
    const missing = eventsFor(oldest)
      .map(({ name }) => name)
      .filter((name) => !events.includes(name));
    if (missing.length > 0) {
      findings.push({
        name: 'hooks-incomplete',
        level: missing.includes('Stop') ? 'error' : 'warning',
        title: `There is no hook of Turnspan for ${shownList(missing)}`,
        remedy: 'turnspan install',
      });
    }
    const twice = [...new Set(events.filter((name, index) => events.indexOf(name) !== index))];
    if (twice.length > 0) {
      const files = [...new Set(hooks.map(({ file }) => shownPath(file.path, home)))];
      findings.push({
        name: 'hooks-twice',
        level: 'warning',
        title: `${shownList(twice)} ${twice.length === 1 ? 'has' : 'have'} more than one hook of Turnspan (${shownList(files)})`,
        detail: 'Each turn is still sent once; each event costs a process more.',
        remedy:
          files.length === 1
            ? 'turnspan install'
            : 'Uninstall in all places but one: turnspan uninstall --scope user, project or local',
      });
    }
    for (const script of new Set(hooks.map((hook) => hook.script))) {
      const installed = readScript(script);
      if (installed.status === 'missing') {
        findings.push({
          name: 'hook-script-missing',
          level: 'error',
          title: `${shownPath(script, home)}, which the hooks run, is not there`,
          remedy: 'turnspan install',
        });
      } else if (installed.status === 'bad') {
        findings.push({
          name: 'hook-script-damaged',
          level: 'error',
          title: `${shownPath(script, home)}, which the hooks run, ${installed.why}`,
          remedy: `rm ${shellPath(script, home)} && turnspan install`,
        });
      }
      if (dirname(script) !== program) {
        findings.push({
          name: 'hooks-outdated',
          level: 'warning',
          title: `The hooks run what is in ${shownPath(dirname(script), home)}; this is what is in ${shownPath(program, home)}`,
          remedy: 'turnspan install',
        });
      }
    }
    return findings;
  },
});
