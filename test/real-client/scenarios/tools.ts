// Turns and the tools that they use, without agents.
import { askAll } from '../play.ts';
import { turn, type Scenario } from '../scenario.ts';
import { bash, play, say, think, use, type Block } from '../support/model-script.ts';

const run = (command: string, key: string): Block =>
  use('Bash', { command, description: 'Run a command' }, key);

export const plainTurns: Scenario = {
  name: 'plain-turns',
  mode: 'headless',
  short: true,
  script: play({ main: [say(think('Hm.'), 'First answer.'), say('Second answer.')] }),
  drive: async (scene) => {
    await askAll(scene, ['One', 'Two']);
  },
  expects: { turns: [turn(1), turn(1)] },
};

export const parallelTools: Scenario = {
  name: 'parallel-and-failing-tools',
  mode: 'headless',
  short: true,
  script: play({
    main: [
      say(
        'I look.',
        bash('sleep 0.4; cat money.js'),
        use('Read', { file_path: 'cart.js' }),
        run('sleep 0.2; exit 3', 'fails'),
      ),
      say('Now I write.', use('Write', { file_path: 'new.js', content: 'exports.x = 1;\n' })),
      say('Done.', bash('node -e "1"')),
      say('All done.'),
    ],
  }),
  drive: async (scene) => {
    await askAll(scene, ['Look and write']);
  },
  expects: { turns: [turn(4)], outcomes: { fails: 'failed' } },
};

export const bigOutput: Scenario = {
  name: 'output-of-200-kb',
  mode: 'headless',
  script: play({ main: [say('A lot.', bash('seq 1 40000')), say('That was a lot.')] }),
  drive: async (scene) => {
    await askAll(scene, ['Print a lot']);
  },
  expects: { turns: [turn(2)] },
};

const steps = Array.from({ length: 39 }, (_, step) => say(`Step ${step}.`, bash(`echo ${step}`)));

export const fortySteps: Scenario = {
  name: 'forty-steps',
  mode: 'headless',
  script: play({ main: [...steps, say('All forty.')] }),
  drive: async (scene) => {
    await askAll(scene, ['Take forty steps']);
  },
  expects: { turns: [turn(40)] },
};

export const deniedTool: Scenario = {
  name: 'denied-tools',
  mode: 'headless',
  settings: { permissions: { deny: ['Bash(rm:*)'] } },
  script: play({
    main: [
      say(
        'I remove.',
        run('rm money.js', 'rule'),
        use('WebFetch', { url: 'https://example.com', prompt: 'What?' }, 'nobody'),
      ),
      say('I could not.'),
    ],
  }),
  drive: async (scene) => {
    await scene.once('Remove it');
  },
  expects: { turns: [turn(2)], outcomes: { rule: 'denied', nobody: 'denied' } },
};
