// Esc in the terminal, at every moment of a turn. An interrupted turn has no Stop hook: the next prompt tells of it.
import { allowTools, atTerminal, waitsFor } from '../at-terminal.ts';
import { turn, type Scenario } from '../scenario.ts';
import { bash, play, say, think, use, type Script } from '../support/model-script.ts';

// In paragraphs: older clients show one when it is whole.
const long = 'A long answer that will be interrupted.\n\n'.repeat(8);
const begins = 'touch .begun; for i in $(seq 40); do sleep 0.3; done';
const cut = use('Bash', { command: begins, description: 'Wait' }, 'cut');

export const escWhileStreaming: Scenario = {
  name: 'esc-while-streaming',
  mode: 'terminal',
  short: true,
  settings: allowTools,
  script: play({
    main: [
      { ...say(think('Hm.'), long), pieceMs: 250 },
      say('I wait.', waitsFor('go')),
      say('Second answer.'),
    ],
  }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('Tell me slowly', 'A long answer');
    await user.interrupt();
    await user.ask('Shorter', 'I wait.');
    await user.arrived(1, 'the next prompt');
    user.give('go');
    await user.see('Second answer.');
    await user.arrived(2, 'its end');
    await user.exit();
  },
  expects: { turns: [turn(1, 'interrupted'), turn(2)] },
};

export const escInTool: Scenario = {
  name: 'esc-in-a-tool',
  mode: 'terminal',
  settings: allowTools,
  script: play({
    main: [say('I run it.', cut), say('I wait.', waitsFor('go')), say('Second answer.')],
  }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('Run it', 'I run it.');
    await user.hasFile('.begun');
    await user.interrupt();
    await user.ask('Leave it', 'I wait.');
    await user.arrived(1, 'the next prompt');
    user.give('go');
    await user.see('Second answer.');
    await user.arrived(2, 'its end');
    await user.exit();
  },
  expects: { turns: [turn(1, 'interrupted'), turn(2)], outcomes: { cut: 'denied' } },
};

const failing: Script = ({ purpose, said }) => {
  if (purpose !== 'turn') return undefined;
  return said.includes('Two')
    ? say('Second answer.')
    : { kind: 'error', status: 500, type: 'api_error', message: 'Internal server error' };
};

export const escWhileRetrying: Scenario = {
  name: 'esc-while-retrying',
  mode: 'terminal',
  script: failing,
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.enter('One');
    await client.model.received(3);
    await user.see('retrying');
    await user.press('Escape');
    // The client takes the prompt back into its input line.
    await user.see((screen) => !screen.includes('retrying'));
    await user.press('C-u');
    await user.ask('Two', 'Second answer.');
    // Its prompt line, the only mark, is written behind the hook of the prompt.
    await user.arrived(2, 'the next answer');
    await user.exit();
  },
  expects: { turns: [turn(0, 'interrupted'), turn(1)], seemUnanswered: 1 },
};

export const escInStopHook: Scenario = {
  name: 'esc-in-a-stop-hook',
  mode: 'terminal',
  settings: {
    hooks: {
      Stop: [{ hooks: [{ type: 'command', command: '[ -e .slept ] || { touch .slept; sleep 15; }' }] }],
    },
    ...allowTools,
  },
  script: play({
    main: [
      say('I am done.', bash('cat money.js')),
      say('Really done.'),
      say('I wait.', waitsFor('go')),
      say('Second answer.'),
    ],
  }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('Fix it', 'Really done.');
    await user.hasFile('.slept');
    await user.interrupt();
    await user.ask('Next', 'I wait.');
    await user.arrived(1, 'the next prompt');
    user.give('go');
    await user.see('Second answer.');
    await user.arrived(2, 'its end');
    await user.exit();
  },
  expects: { turns: [turn(2, 'interrupted'), turn(2)] },
};
