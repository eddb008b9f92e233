// Variables of this shell: does the Claude Code that runs know them too?
import { DESTINATION_VARIABLES, OTLP_VARIABLES } from '../../config/variables.ts';
import { defineCheck } from '../check.ts';
import { envOf } from '../settings-files.ts';
import { shownList, shownPath } from '../shown.ts';

export const variablesCheck = defineCheck({
  name: 'variables',
  holds: 'What is set in this shell is set for Claude Code too',
  findings: {
    'variables-not-seen':
      'OTEL_… or TURNSPAN_… variables are set in this shell, but the Claude Code that ran last was started without them, or with other values: what it does is not sent where this shell says.',
    'variables-not-handed-on':
      'OTEL_… variables are set in this shell. Claude Code does not hand them to hooks (since 2.1.128), and on this system the worker cannot read them from Claude Code itself.',
  },
  run: ({ env, client, settings, where, readsClients, places: { home } }) => {
    const user = settings.filter(({ scope }) => scope === 'user' || scope === 'managed');
    const settled = new Set(user.flatMap((file) => [...envOf(file).keys()]));
    // With destinations of its own in the config file, the address in the environment counts for nothing.
    const own = where.destinations.some(({ name }) => name !== 'environment');
    const names = DESTINATION_VARIABLES.filter(
      (name) => (env[name] ?? '') !== '' && !settled.has(name) && !(own && OTLP_VARIABLES.includes(name)),
    );
    const file = shownPath(user[0]?.path ?? '', home);
    const otel = names.filter((name) => name.startsWith('OTEL_'));
    if (!readsClients && otel.length > 0) {
      return [
        {
          name: 'variables-not-handed-on',
          level: 'warning',
          title: `Hooks do not see ${shownList(otel)}`,
          detail:
            'Claude Code does not hand OTEL_… variables to hooks (since 2.1.128), and this system does not show them to the worker.',
          remedy: `Write them into "env" of ${file}, or: turnspan install --endpoint URL`,
        },
      ];
    }
    const unseen = names.filter((name) => client?.variables.get(name) !== env[name]);
    if (client === undefined || unseen.length === 0) return [];
    return [
      {
        name: 'variables-not-seen',
        level: 'warning',
        title: `${shownList(unseen)} of this shell ${unseen.length === 1 ? 'is' : 'are'} not what the Claude Code that ran last (process ${client.pid}) was started with`,
        detail:
          'What counts is the environment in which Claude Code was started: not a shell that was changed later, nor one that a desktop app never saw.',
        remedy: `Start Claude Code anew from this shell, or write them into "env" of ${file}`,
      },
    ];
  },
});
