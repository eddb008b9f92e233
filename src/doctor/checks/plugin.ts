// Turnspan as a plugin and in the settings at once?
import { defineCheck } from '../check.ts';
import { isPluginEnabled } from '../plugin.ts';
import { shownList, shownPath } from '../shown.ts';

export const pluginCheck = defineCheck({
  name: 'plugin',
  holds: 'Turnspan is installed in one way',
  findings: {
    'plugin-and-settings':
      'Turnspan is enabled as a plugin, and its hooks stand in a settings file too. Each turn is still sent once; each event costs a process more.',
  },
  run: ({ settings, hooks, places: { home } }) => {
    if (hooks.length === 0 || !isPluginEnabled(settings)) return [];
    const files = [...new Set(hooks.map(({ file }) => shownPath(file.path, home)))];
    return [
      {
        name: 'plugin-and-settings',
        level: 'warning',
        title: `Turnspan is enabled as a plugin, and its hooks stand in ${shownList(files)} too`,
        detail: 'Each turn is still sent once; each event costs a process more.',
        remedy: 'turnspan uninstall, or disable the plugin with /plugin in Claude Code',
      },
    ];
  },
});
