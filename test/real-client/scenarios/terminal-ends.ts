// How a client in the terminal ends: left, closed and killed, and a final API error that ends a turn only.
import { allowTools, atTerminal, waitsFor } from '../at-terminal.ts';
import { turn, type Scenario } from '../scenario.ts';
import { bash, play, refused, say, use } from '../support/model-script.ts';

const terminal = { mode: 'terminal', settings: allowTools } as const;
const begins = 'touch .begun; for i in $(seq 60); do sleep 0.3; done';
const cut = use('Bash', { command: begins, description: 'Wait' }, 'cut');

export const apiErrorInTerminal: Scenario = {
  ...terminal,
  name: 'final-api-error-in-the-terminal',
  script: ({ purpose, said }) => {
    if (purpose !== 'turn') return undefined;
    if (said.includes('Three')) return say('Third answer.');
    return said.includes('Two') ? refused('messages: something is wrong with them') : say('First answer.');
  },
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('One', 'First answer.');
    await user.arrived(1, 'its end');
    await user.ask('Two', 'API Error');
    await user.arrived(2, 'its end');
    await user.ask('Three', 'Third answer.');
    await user.arrived(3, 'its end');
    await user.exit();
  },
  expects: { turns: [turn(1), turn(0, 'failed'), turn(1)] },
};

export const leftAfterEsc: Scenario = {
  ...terminal,
  name: 'exit-after-esc',
  script: play({ main: [say('Looking.', bash('cat money.js')), say('It floors.'), say('I run it.', cut)] }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('Look', 'It floors.');
    await user.arrived(1, 'its end');
    await user.ask('Run it', 'I run it.');
    await user.hasFile('.begun');
    await user.interrupt();
    await user.exit();
    await user.arrived(2, 'the end of its client');
  },
  expects: { turns: [turn(2), turn(1, 'interrupted')], outcomes: { cut: 'denied' } },
};

export const closedInTool: Scenario = {
  ...terminal,
  name: 'terminal-closed-in-a-tool',
  script: play({ main: [say('First answer.'), say('I run it.', cut)] }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('One', 'First answer.');
    await user.arrived(1, 'its end');
    await user.ask('Run it', 'I run it.');
    await user.hasFile('.begun');
    await user.closeWindow();
    await user.arrived(2, 'the end of its client');
  },
  // The client ends the command before it goes, and writes that down: exit code 137.
  expects: { turns: [turn(1), turn(1, 'lost')], outcomes: { cut: 'failed' }, nativeIsCut: true },
};

export const killedInTerminal: Scenario = {
  ...terminal,
  name: 'sigkill-in-the-terminal',
  script: play({
    main: [say('First answer.'), say('I run it.', cut), say('I wait.', waitsFor('go')), say('New answer.')],
  }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('One', 'First answer.');
    await user.arrived(1, 'its end');
    await user.ask('Run it', 'I run it.');
    await user.hasFile('.begun');
    await user.isWritten('touch .begun');
    await user.kill();
    const again = await atTerminal(client);
    await again.arrived(2, 'the next session');
    await again.ask('Anew', 'I wait.');
    again.give('go');
    await again.see('New answer.');
    await again.arrived(3, 'its end');
    await again.exit();
  },
  expects: {
    turns: [turn(1), turn(1, 'lost'), turn(2)],
    outcomes: { cut: 'unfinished' },
    nativeIsCut: true,
  },
};
