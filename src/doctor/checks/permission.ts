// Settings that forbid hooks.
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { shownList, shownPath } from '../shown.ts';

export const permissionCheck = defineCheck({
  name: 'permission',
  holds: 'No setting forbids hooks',
  findings: {
    'hooks-disabled':
      '`disableAllHooks` is true in a settings file: Claude Code runs no hooks, or only the administrator’s.',
    'hooks-managed-only':
      "`allowManagedHooksOnly` is true in the administrator's settings: hooks of users do not run.",
  },
  run: ({ settings, hooks, places: { home } }) => {
    const findings: Finding<'hooks-disabled' | 'hooks-managed-only'>[] = [];
    // Of the administrator's own hooks nobody else can switch off any (2.1.49).
    const managed = hooks.length > 0 && hooks.every(({ file }) => file.scope === 'managed');
    const disabling = settings.filter(
      ({ scope, value }) => value['disableAllHooks'] === true && (!managed || scope === 'managed'),
    );
    if (disabling.length > 0) {
      const files = shownList(disabling.map(({ path }) => shownPath(path, home)));
      findings.push({
        name: 'hooks-disabled',
        level: 'error',
        title: `"disableAllHooks" is true in ${files}: Claude Code runs no hooks`,
        remedy: `Take "disableAllHooks" out of ${files}`,
      });
    }
    const only = settings.find(
      ({ scope, value }) => scope === 'managed' && value['allowManagedHooksOnly'] === true,
    );
    if (only !== undefined && !managed) {
      findings.push({
        name: 'hooks-managed-only',
        level: 'error',
        title: `"allowManagedHooksOnly" is true in ${shownPath(only.path, home)}: your own hooks do not run`,
        remedy: "Ask your administrator to put Turnspan's hooks there: turnspan install --print",
      });
    }
    return findings;
  },
});
