// What Turnspan costs a user: a whole session of forty steps with our hooks against the same session without any, from the
// start of the client's process to its end; with a backend that takes, one that refuses, and one that never answers.
// Always: five rounds in one run, taken in turns and after one that does not count, so that a busy moment of the machine
// touches all alike. Each of the four users keeps one stage: people install once, and then work (the first session of an
// installation, whose worker is compiled anew, is the one that does not count).
import { expect, test } from 'vitest';
import { median, ratioOf, takeTurns, timed, type Run } from '../../bench/alternate.ts';
import { startBackend } from '../support/loopback-backend.ts';
import { installOn } from './installation.ts';
import { tell } from './results.ts';
import { isAskedFor } from './runs.ts';
import { fortySteps } from './scenarios/tools.ts';
import { setStage } from './support/client-stage.ts';
import { fetchClient, type InstalledClient } from './support/clients.ts';
import { runHeadless } from './support/headless-client.ts';
import { startModelServer } from './support/model-server.ts';
import { newest } from './versions.ts';

const ROUNDS = 5;
/** At most three in a hundred more. */
const BOUND = 1.03;

const client = await fetchClient(newest);
/** Minutes of measuring are not for the short list. */
const isWanted =
  isAskedFor('session-cost') &&
  ['TURNSPAN_REAL_CLIENT', 'TURNSPAN_REAL_SHORT'].every((name) => process.env[name] === undefined);

test.skipIf(client.kind === 'unavailable' || !isWanted)(
  'a session of forty steps takes at most 3 % longer',
  { timeout: 600_000 },
  async () => {
    if (client.kind === 'unavailable') return;
    const takes = await startBackend();
    const hangs = await startBackend('hang');
    const refuses = await startBackend();
    await refuses.refuse();
    const backends = {
      'that takes': takes.url,
      'that refuses': refuses.url,
      'that never answers': hangs.url,
    };
    const users: User[] = [];
    try {
      for (const url of [undefined, ...Object.values(backends)]) users.push(await userOf(client, url));
      const runs = users.map(({ session }) => session);
      const [without = [], ...others] = await takeTurns(runs, ROUNDS, 1);
      const bare = median(without);
      const ratios = Object.keys(backends).map(
        (name, place) => [name, ratioOf(without, others[place])] as const,
      );
      const notes = ratios.map(
        ([name, ratio]) =>
          `${newest}, forty steps with a backend ${name}: ${((ratio - 1) * 100).toFixed(1)} % longer than ${(bare / 1000).toFixed(2)} s without hooks, median of ${ROUNDS} pairs`,
      );
      const faults = ratios
        .filter(([, ratio]) => !(ratio <= BOUND))
        .map(([name, ratio]) => ({
          rule: 'a session at most 3 % longer',
          what: `${ratio.toFixed(3)} with a backend ${name}`,
        }));
      tell({
        name: 'session-cost',
        version: newest,
        result: faults.length === 0 ? 'ok' : 'faults',
        faults,
        notes,
      });
      expect(faults, notes.join('\n')).toEqual([]);
    } finally {
      for (const user of users) user.leave();
      await takes.stop();
      await hangs.stop();
    }
  },
);

interface User {
  /** One session; gives what the client took. */
  readonly session: Run;
  leave(): void;
}

/** A user with our hooks and a backend at `url`, or without any hook. */
async function userOf(installed: InstalledClient, url: string | undefined): Promise<User> {
  const stage = setStage({ baseUrl: 'http://127.0.0.1:9' });
  const installation = url === undefined ? undefined : await installOn(stage, installed, url);
  return {
    session: async () => {
      // A new one each time: it knows by its count of requests what to say next.
      const model = await startModelServer(fortySteps.script);
      try {
        const today = { ...stage, env: { ...stage.env, ANTHROPIC_BASE_URL: model.url } };
        const time = await timed(() => runHeadless(installed, today, 'Take forty steps'));
        if (model.requests.length < 40) throw new Error('the session was cut short');
        return time;
      } finally {
        // One that waits for a backend is not waited for; it is ended, by its id.
        await installation?.worked(2_000).catch(() => {});
        installation?.stop();
        await model.stop();
      }
    },
    leave: () => {
      stage.remove();
    },
  };
}
