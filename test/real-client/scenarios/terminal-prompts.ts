// What a person types that is no plain prompt: a message while a tool runs, `!` commands, and commands that change the session.
import { allowTools, atTerminal, waitsFor } from '../at-terminal.ts';
import { turn, type Scenario } from '../scenario.ts';
import { bash, play, say } from '../support/model-script.ts';

const terminal = { mode: 'terminal', settings: allowTools } as const;

export const absorbed: Scenario = {
  ...terminal,
  name: 'message-while-a-tool-runs',
  script: play({ main: [say('I wait.', waitsFor('go')), say('Done, and noted.'), say('Last answer.')] }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('Please wait a little', 'I wait.');
    await user.enter('And mind the cart too');
    await user.see('Queued');
    user.give('go');
    await user.see('Done, and noted.');
    await user.arrived(1, 'its end');
    await user.ask('Thank you', 'Last answer.');
    await user.arrived(2, 'its end');
    await user.exit();
  },
  expects: { turns: [turn(2), turn(1)], absorbed: 1 },
};

export const bang: Scenario = {
  ...terminal,
  name: 'bang-command',
  script: play({ main: [say('First answer.'), say('I see two files.'), say('Third answer.')] }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('One', 'First answer.');
    await user.arrived(1, 'its end');
    await user.type('!');
    await user.see('! for shell mode');
    await user.ask('ls *.js', 'I see two files.');
    await user.arrived(2, 'its end');
    await user.ask('Three', 'Third answer.');
    await user.arrived(3, 'its end');
    await user.exit();
  },
  expects: { turns: [turn(1), turn(1), turn(1)] },
};

export const rewound: Scenario = {
  ...terminal,
  name: 'rewind-and-on',
  script: play({
    main: [say('First answer.'), say('Second answer.'), say('Third answer.'), say('Another answer.')],
  }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('One', 'First answer.');
    await user.arrived(1, 'its end');
    await user.ask('Two', 'Second answer.');
    await user.arrived(2, 'its end');
    await user.ask('Three', 'Third answer.');
    await user.arrived(3, 'its end');
    await user.enter('/rewind');
    await user.see('❯ (current)');
    await user.press('Up');
    await user.see('❯ Three');
    await user.press('Up');
    await user.see('❯ Two');
    await user.press('Enter');
    await user.see('❯ 1. Restore conversation');
    await user.press('Enter');
    // The prompt is back in the input line.
    await user.see((screen) => !screen.includes('Restore') && !screen.includes('Third answer.'));
    await user.press('C-u');
    await user.ask('Two, but better', 'Another answer.');
    await user.arrived(4, 'its end');
    await user.exit();
  },
  expects: { turns: [turn(1), turn(1), turn(1), turn(1)] },
};

export const branched: Scenario = {
  ...terminal,
  name: 'branch',
  script: play({
    main: [
      say('First answer.'),
      say('Look.', bash('cat money.js')),
      say('Second answer.'),
      say('Answer in the branch.'),
    ],
  }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('One', 'First answer.');
    await user.arrived(1, 'its end');
    await user.ask('Two', 'Second answer.');
    await user.arrived(2, 'its end');
    await user.enter('/branch');
    await user.see('Branched session');
    await user.ask('Three', 'Answer in the branch.');
    await user.arrived(3, 'its end');
    await user.exit();
  },
  expects: { turns: [turn(1), turn(2), turn(1, 'completed', { forkedFrom: 2 })] },
};

export const clearedInTerminal: Scenario = {
  ...terminal,
  name: 'clear-in-the-terminal',
  script: play({ main: [say('First answer.'), say('Second answer.')] }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('One', 'First answer.');
    await user.arrived(1, 'its end');
    await user.enter('/clear');
    await user.see((screen) => !screen.includes('First answer.'));
    await user.ask('Two', 'Second answer.');
    await user.arrived(2, 'its end');
    await user.exit();
  },
  expects: { turns: [turn(1), turn(1)] },
};
