// Permission questions in the terminal: answered after a wait, refused, and left open.
import { atTerminal, waitsFor } from '../at-terminal.ts';
import { turn, type Scenario } from '../scenario.ts';
import { play, say, use } from '../support/model-script.ts';

const settings = { permissions: { allow: ['Bash'], ask: ['Bash(touch:*)'] } };
const question = 'Do you want to proceed';
const touch = (key: string) => use('Bash', { command: `touch ${key}.txt`, description: 'Touch a file' }, key);

export const permissionGranted: Scenario = {
  name: 'permission-granted-after-a-wait',
  mode: 'terminal',
  short: true,
  settings,
  script: play({ main: [say('I write.', touch('granted')), say('Written.')] }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.enter('Write it');
    await user.see(question);
    await user.wait(2500);
    await user.press('Enter');
    await user.see('Written.');
    await user.arrived(1, 'its end');
    await user.exit();
  },
  expects: { turns: [turn(2)] },
};

export const permissionRefused: Scenario = {
  name: 'permission-refused',
  mode: 'terminal',
  settings,
  script: play({
    main: [say('I write.', touch('refused')), say('I wait.', waitsFor('go')), say('Second answer.')],
  }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.enter('Write it');
    await user.see(question);
    await user.press('Escape');
    await user.see('Interrupted');
    await user.ask('Leave it', 'I wait.');
    await user.arrived(1, 'the next prompt');
    user.give('go');
    await user.see('Second answer.');
    await user.arrived(2, 'its end');
    await user.exit();
  },
  expects: { turns: [turn(1, 'interrupted'), turn(2)], outcomes: { refused: 'denied' } },
};

export const permissionLeftOpen: Scenario = {
  name: 'permission-left-open',
  mode: 'terminal',
  settings,
  script: play({ main: [say('I write.', touch('open'))] }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.enter('Write it');
    await user.see(question);
    await user.closeWindow();
    await user.arrived(1, 'the end of its client');
  },
  expects: { turns: [turn(1, 'lost')], outcomes: { open: 'unfinished' }, nativeIsCut: true },
};
