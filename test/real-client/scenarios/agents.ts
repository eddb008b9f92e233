// Subagents: in the foreground, side by side, one within the other, in the background.
import { askAll } from '../play.ts';
import { turn, type Scenario } from '../scenario.ts';
import { agent, bash, play, say, type Reply } from '../support/model-script.ts';

const foreground = { run_in_background: false };
const looks = (name: string): Reply[] => [
  say(`${name} looks.`, bash('cat money.js')),
  say(`${name}: it floors.`),
];

export const oneAgent: Scenario = {
  name: 'foreground-agent',
  mode: 'headless',
  script: play({
    main: [say('I ask.', agent('clerk', foreground)), say('It floors.')],
    clerk: looks('clerk'),
  }),
  drive: async (scene) => {
    await askAll(scene, ['Ask']);
  },
  expects: { turns: [turn(2)] },
};

export const parallelAgents: Scenario = {
  name: 'parallel-agents',
  mode: 'headless',
  short: true,
  script: play({
    main: [
      say('I ask two.', agent('left', foreground), agent('right', foreground)),
      say('Both say it floors.'),
      say('Thanks too.'),
    ],
    left: [say('left waits.', bash('sleep 0.5; cat money.js')), say('left: it floors.')],
    right: looks('right'),
  }),
  drive: async (scene) => {
    await askAll(scene, ['Ask two', 'Thanks']);
  },
  expects: { turns: [turn(2), turn(1)] },
};

export const nestedAgents: Scenario = {
  name: 'nested-agents',
  mode: 'headless',
  // Before, agents are not given the tool that asks agents.
  from: '2.1.220',
  script: play({
    main: [say('I ask.', agent('outer', foreground)), say('All say it floors.')],
    outer: [say('I ask on.', agent('inner', foreground)), say('outer: it floors.')],
    inner: [say('And on.', agent('inmost', foreground)), say('inner: it floors.')],
    inmost: looks('inmost'),
  }),
  drive: async (scene) => {
    await askAll(scene, ['Ask deeply']);
  },
  expects: { turns: [turn(2)] },
};

export const backgroundAgent: Scenario = {
  name: 'background-agent',
  mode: 'headless',
  // Before, a headless client does not take up the notification.
  from: '2.1.220',
  env: { CLAUDE_CODE_PRINT_BG_WAIT_CEILING_MS: '60000' },
  script: play({
    main: [say('I send one.', agent('slow', { run_in_background: true })), say('It runs.'), say('Noted.')],
    slow: [say('slow waits.', bash('sleep 2; cat money.js')), say('slow: it floors.')],
  }),
  drive: async (scene) => {
    const client = scene.headless();
    await client.ask('Send one');
    await client.next(({ type }) => type === 'result');
    await client.finish();
  },
  expects: { turns: [turn(2), turn(1)] },
};

export const equalAgents: Scenario = {
  name: 'agents-with-equal-prompts',
  mode: 'headless',
  script: (request) => {
    if (request.purpose !== 'turn') return undefined;
    if (request.conversation === 'twin') {
      return request.results.length > 0 ? say('Twin: it floors.') : say('Twin looks.', bash('cat money.js'));
    }
    const script = [
      say('I ask two.', agent('twin', foreground), agent('twin', foreground)),
      say('Both floor.'),
    ];
    return script[request.earlier];
  },
  drive: async (scene) => {
    await askAll(scene, ['Ask two equals']);
  },
  expects: { turns: [turn(2)] },
};
