// Claude Code's settings files: does the client load them?
import { readHooks } from '../../install/hooks-in-settings.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { shellPath, shownPath } from '../shown.ts';

type Name = 'settings-unreadable' | 'settings-not-json' | 'settings-with-comments' | 'settings-hooks-shape';

export const settingsCheck = defineCheck({
  name: 'settings',
  holds: "Claude Code's settings files can be read, and are JSON",
  findings: {
    'settings-unreadable': 'A settings file cannot be read, so Claude Code loads nothing of it.',
    'settings-not-json':
      'A settings file is not valid JSON, so Claude Code loads nothing of it, no hook either.',
    'settings-with-comments':
      'A settings file has comments or trailing commas: editors take that, Claude Code does not, and loads nothing of it.',
    'settings-hooks-shape': 'The `hooks` of a settings file have a form that Claude Code does not know.',
  },
  run: ({ settings, places: { home } }) =>
    settings.flatMap(({ path, text, unreadable }): Finding<Name>[] => {
      const file = shownPath(path, home);
      if (unreadable !== undefined) {
        return [
          {
            name: 'settings-unreadable',
            level: 'error',
            title: `${file} ${unreadable}`,
            remedy: `Let Claude Code read it: ls -l ${shellPath(path, home)}`,
          },
        ];
      }
      if (text.trim() === '') return [];
      const hooks = readHooks(text);
      const strict = isStrict(text);
      if (hooks.status === 'bad') {
        const { what, line, column } = hooks.problem;
        return [
          {
            name: strict ? 'settings-hooks-shape' : 'settings-not-json',
            level: 'error',
            title: `${file}:${line}:${column}: ${what}`,
            remedy: `Repair ${file} at line ${line}, column ${column}`,
          },
        ];
      }
      if (strict) return [];
      return [
        {
          name: 'settings-with-comments',
          level: 'error',
          title: `${file} has comments or trailing commas, and Claude Code loads no settings file that has`,
          remedy: `Take them out of ${file}`,
        },
      ];
    }),
});

function isStrict(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
