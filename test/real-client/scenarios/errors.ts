// Requests that fail: tried again with success, and given up.
import { askAll } from '../play.ts';
import { turn, type Scenario } from '../scenario.ts';
import { bash, overloaded, play, refused, say } from '../support/model-script.ts';

export const retries: Scenario = {
  name: 'overload-with-retries',
  mode: 'headless',
  short: true,
  script: play({
    main: [
      say('First.', bash('cat money.js')),
      overloaded,
      overloaded,
      say('It floors.'),
      say('Second answer.'),
    ],
  }),
  drive: async (scene) => {
    await askAll(scene, ['One', 'Two']);
  },
  expects: { turns: [turn(2), turn(1)] },
};

export const apiError: Scenario = {
  name: 'final-api-error',
  mode: 'headless',
  script: ({ purpose, said }) => {
    if (purpose !== 'turn') return undefined;
    if (said.includes('Three')) return say('Third answer.');
    return said.includes('Two') ? refused('messages: something is wrong with them') : say('First answer.');
  },
  drive: async (scene) => {
    await askAll(scene, ['One', 'Two', 'Three']);
  },
  expects: { turns: [turn(1), turn(0, 'failed'), turn(1)] },
};
