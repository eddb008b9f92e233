// Hooks of the user's own beside ours, in the terminal. Whatever a Stop hook does, the turn is told once, when it is really over.
import { allowTools, atTerminal, waitsFor } from '../at-terminal.ts';
import { turn, type Scenario } from '../scenario.ts';
import { bash, play, say } from '../support/model-script.ts';

/** A Stop hook for each command. */
const onStop = (...commands: readonly string[]) => ({
  ...allowTools,
  hooks: { Stop: [{ hooks: commands.map((command) => ({ type: 'command', command })) }] },
});
const once = (command: string) => `[ -e .once ] && exit 0; touch .once; ${command}`;
const json = (answer: object) => `printf '%s' '${JSON.stringify(answer)}'`;

/** The turn goes on after its first answer; another one follows it. */
const goesOn: Pick<Scenario, 'mode' | 'script' | 'drive' | 'expects'> = {
  mode: 'terminal',
  script: play({
    main: [
      say('I am done.'),
      say('Testing.', bash('echo tests pass')),
      say('Really done.'),
      say('Second answer.'),
    ],
  }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('Fix it', 'Really done.');
    await user.arrived(1, 'its end');
    await user.ask('Next', 'Second answer.');
    await user.arrived(2, 'its end');
    await user.exit();
  },
  expects: { turns: [turn(3), turn(1)] },
};

export const stopHookBlocks: Scenario = {
  ...goesOn,
  name: 'stop-hook-that-blocks-once',
  short: true,
  settings: onStop(once('echo "Run the tests first" >&2; exit 2')),
};

export const slowStopHookBlocks: Scenario = {
  ...goesOn,
  name: 'stop-hook-that-runs-10-s-and-blocks',
  settings: onStop(once('sleep 10; echo "Run the tests first" >&2; exit 2')),
};

export const stopHookAddsContext: Scenario = {
  ...goesOn,
  name: 'stop-hook-that-returns-context',
  settings: onStop(
    once(json({ hookSpecificOutput: { hookEventName: 'Stop', additionalContext: 'Mind the cart' } })),
  ),
};

/** The turn is over after its first answer, whatever else the hooks say. */
const isOver: Pick<Scenario, 'mode' | 'script' | 'drive' | 'expects'> = {
  mode: 'terminal',
  script: play({ main: [say('I am done.'), say('Second answer.')] }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('Fix it', 'I am done.');
    await user.arrived(1, 'its end');
    await user.ask('Next', 'Second answer.');
    await user.arrived(2, 'its end');
    await user.exit();
  },
  expects: { turns: [turn(1), turn(1)] },
};

export const stopHookStops: Scenario = {
  ...isOver,
  name: 'stop-hook-that-ends-the-turn',
  settings: onStop(json({ continue: false, stopReason: 'enough' })),
};

export const stopHookStopsAndBlocks: Scenario = {
  ...isOver,
  name: 'stop-hook-that-ends-the-turn-beside-one-that-blocks',
  settings: onStop(json({ continue: false, stopReason: 'enough' }), 'echo "Not yet" >&2; exit 2'),
};

export const promptRefused: Scenario = {
  name: 'prompt-that-a-hook-refuses',
  mode: 'terminal',
  // So that a prompt's text would be told if it were a turn's.
  env: { TURNSPAN_CONTENT: 'full' },
  settings: {
    ...allowTools,
    hooks: {
      UserPromptSubmit: [
        {
          hooks: [
            {
              type: 'command',
              command: 'if grep -q confidential; then echo "Not that one" >&2; exit 2; fi',
            },
          ],
        },
      ],
    },
  },
  script: play({ main: [say('First answer.'), say('I wait.', waitsFor('go')), say('Third answer.')] }),
  drive: async (client) => {
    const user = await atTerminal(client);
    await user.ask('First prompt', 'First answer.');
    await user.arrived(1, 'its end');
    await user.enter('It is confidential: the vault stands open');
    await user.see('Not that one');
    await user.press('C-u');
    await user.ask('Third prompt', 'I wait.');
    user.give('go');
    await user.see('Third answer.');
    await user.arrived(2, 'its end');
    await user.exit();
  },
  expects: {
    turns: [turn(1), turn(2)],
    texts: { told: ['First prompt', 'Third prompt'], nowhere: ['the vault stands open'] },
  },
};
