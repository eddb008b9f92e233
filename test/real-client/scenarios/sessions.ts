// Sessions that are continued, forked, compacted and cleared; and one that nobody told Turnspan a backend for.
import { askAll, nextWakeUp } from '../play.ts';
import { turn, type Scenario } from '../scenario.ts';
import { agent, bash, play, say } from '../support/model-script.ts';
import { needsNextWakeUp } from '../versions.ts';

export const environmentOnly: Scenario = {
  name: 'endpoint-of-the-environment',
  mode: 'headless',
  short: true,
  endpoint: 'environment',
  native: false,
  script: play({ main: [say('Looking.', bash('cat money.js')), say('It floors.')] }),
  // One process, one turn, a worker that was never started before: the client is gone in a moment.
  drive: async (scene) => {
    await scene.once('Look');
  },
  expects: { turns: [turn(2)] },
};

export const forked: Scenario = {
  name: 'resume-and-fork',
  mode: 'headless',
  short: true,
  script: play({
    main: [
      say('First answer.', bash('cat money.js')),
      say('It floors.'),
      say('Asking.', agent('clerk', { run_in_background: false })),
      say('Second answer.'),
      say('Answer of the fork.'),
    ],
    clerk: [say('Looking.', bash('cat money.js')), say('It floors.')],
  }),
  drive: async (scene) => {
    const session = await askAll(scene, ['One', 'Two']);
    await askAll(scene, ['Three, in the fork'], ['--resume', session, '--fork-session']);
  },
  expects: { turns: [turn(2), turn(2), turn(1)] },
};

export const continued: Scenario = {
  name: 'continue',
  mode: 'headless',
  script: play({ main: [say('First answer.'), say('Second answer.', bash('echo on')), say('Done.')] }),
  drive: async (scene) => {
    await askAll(scene, ['One']);
    await askAll(scene, ['Two'], ['--continue']);
    await nextWakeUp(scene);
  },
  expects: (version) => ({ turns: [turn(1), turn(2), ...(needsNextWakeUp(version) ? [turn(1)] : [])] }),
};

export const compacted: Scenario = {
  name: 'compact',
  mode: 'headless',
  script: play({
    main: [
      say('First answer.', bash('cat money.js')),
      say('It floors.'),
      say('Second answer.'),
      say('Third answer.'),
    ],
  }),
  drive: async (scene) => {
    await askAll(scene, ['One', 'Two', '/compact', 'Three']);
  },
  expects: { turns: [turn(2), turn(1), turn(1)], compactions: 1 },
};

export const cleared: Scenario = {
  name: 'clear',
  mode: 'headless',
  script: play({ main: [say('First answer.'), say('Second answer.')] }),
  drive: async (scene) => {
    await askAll(scene, ['One', '/clear', 'Two']);
  },
  expects: { turns: [turn(1), turn(1)] },
};

export const backendBack: Scenario = {
  name: 'backend-refuses-for-a-turn',
  mode: 'headless',
  native: false,
  script: play({
    main: [say('First answer.', bash('cat money.js')), say('It floors.'), say('Second answer.')],
  }),
  drive: async (scene) => {
    await scene.receiver.backend.refuse();
    await askAll(scene, ['One']);
    await scene.worked();
    await scene.receiver.backend.listen();
    await askAll(scene, ['Two']);
  },
  expects: { turns: [turn(2), turn(1)] },
};
