// The installed clients: do they know each event that we registered?
import { eventsFor } from '../../install/events.ts';
import { defineCheck } from '../check.ts';
import { shownList, shownPath } from '../shown.ts';

export const clientCheck = defineCheck({
  name: 'client',
  holds: 'Claude Code is there, and knows each event that is registered',
  findings: {
    'client-missing': 'No Claude Code was found on the search path or where installers put it.',
    'client-silent': 'A client did not say its version, so only events that all know can be registered.',
    'client-too-old': 'A client has no hooks that tell when a turn ends (before 1.0.38).',
    'event-unknown':
      'A hook stands at an event that a client on this machine does not know. Such a client drops every hook of the file, your own too, without a word.',
  },
  run: ({ clients, oldest, hooks, places: { home } }) => {
    const known = eventsFor(oldest).map(({ name }) => name);
    const unknown = [...new Set(hooks.map(({ event }) => event))].filter((name) => !known.includes(name));
    const silent = clients.filter(({ version }) => version === undefined);
    if (clients.length === 0) {
      return [
        {
          name: 'client-missing',
          level: 'warning',
          title: 'No Claude Code was found to ask for its version',
          remedy: 'Put `claude` on your PATH, then: turnspan install',
        },
      ];
    }
    if (silent.length > 0) {
      return [
        {
          name: 'client-silent',
          level: 'warning',
          title: `${shownList(silent.map(({ path }) => shownPath(path, home)))} did not say its version`,
          remedy: 'Repair or remove that client, then: turnspan install',
        },
      ];
    }
    if (known.length === 0) {
      return [
        {
          name: 'client-too-old',
          level: 'error',
          title: `Claude Code ${oldest} has no hooks that tell when a turn ends`,
          remedy: 'claude update',
        },
      ];
    }
    if (unknown.length === 0) return [];
    return [
      {
        name: 'event-unknown',
        level: 'error',
        title: `Claude Code ${oldest} does not know ${shownList(unknown)}, and drops all hooks of the file`,
        remedy: 'Update that client (claude update), or leave the event out: turnspan install',
      },
    ];
  },
});
