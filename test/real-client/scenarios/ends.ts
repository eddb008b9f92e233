// Clients that are interrupted or killed in mid-turn.
import { setTimeout as sleep } from 'node:timers/promises';
import { nextWakeUp } from '../play.ts';
import { turn, type ExpectedTurn, type Scenario } from '../scenario.ts';
import { play, say, use } from '../support/model-script.ts';
import { isSince, needsNextWakeUp } from '../versions.ts';

const long = 'A long answer that streams slowly and will be interrupted before it is through. '.repeat(4);

export const interruptedStream: Scenario = {
  name: 'sigint-while-streaming',
  mode: 'headless',
  script: play({ main: [say('First answer.'), { ...say(long), pieceMs: 250 }] }),
  drive: async (scene) => {
    const client = scene.headless();
    await client.ask('One');
    client.send('Tell me slowly');
    await scene.model.received(2);
    await sleep(1500);
    client.signal('SIGINT');
    await client.ended;
  },
  expects: (version) => ({ turns: [turn(1), ...interruptedTurn(version)] }),
};

/** Before 2.1.329 nothing was written of an interrupt under `-p`; before 2.1.100 not even the prompt, so there is no turn to tell. */
function interruptedTurn(version: string): ExpectedTurn[] {
  if (isSince(version, '2.1.329')) return [turn(1, 'interrupted')];
  return isSince(version, '2.1.100') ? [turn(1, 'lost')] : [];
}

const waits = 'for i in $(seq 40); do sleep 0.3; done; echo waited';

export const killedInTool: Scenario = {
  name: 'sigkill-in-a-tool-then-continue',
  mode: 'headless',
  short: true,
  script: play({
    main: [
      say('First answer.'),
      say('I run it.', use('Bash', { command: waits, description: 'Wait' }, 'waits')),
      say('Answer after the kill.'),
    ],
  }),
  drive: async (scene) => {
    const client = scene.headless();
    await client.ask('One');
    const { requests } = scene.model;
    client.send('Run it');
    await client.next((line) => line.type === 'assistant' && JSON.stringify(line).includes('tool_use'));
    await sleep(2500);
    await client.stop();
    if (requests.length < 2) throw new Error('it was killed before it asked');
    const again = scene.headless(['--continue']);
    await again.ask('Go on');
    await again.finish();
    await nextWakeUp(scene);
  },
  expects: (version) => ({
    turns: [turn(1), turn(1, 'lost'), turn(1), ...(needsNextWakeUp(version) ? [turn(1)] : [])],
    outcomes: { waits: 'unfinished' },
    nativeIsCut: true,
  }),
};
