// A background agent in the terminal: its launch's turn ends at once, its notification begins a turn of its own.
import { allowTools, atTerminal, waitsFor } from '../at-terminal.ts';
import { turn, type Scenario } from '../scenario.ts';
import { agent, play, say } from '../support/model-script.ts';

export const backgroundAgentInTerminal: Scenario = {
  name: 'background-agent-in-the-terminal',
  mode: 'terminal',
  short: true,
  settings: allowTools,
  script: play({
    main: [say('I send one.', agent('slow', { run_in_background: true })), say('It runs.'), say('Noted.')],
    slow: [say('slow waits.', waitsFor('go')), say('slow: it floors.')],
  }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('Send one', 'It runs.');
    await user.arrived(1, 'its end');
    user.give('go');
    await user.see('Noted.');
    await user.arrived(2, 'its end', { agents: 1 });
    await user.exit();
  },
  expects: { turns: [turn(2), turn(1, 'completed', { launchedBy: 'slow' })] },
};
