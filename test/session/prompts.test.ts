// What begins a turn and what does not: prompts, commands, what the client puts in, notifications.
import { describe, expect, test } from 'vitest';

import { noFacts } from '../../src/session/session-facts.ts';
import { newStory, type Story } from '../support/transcripts.ts';
import { ofKind, outline, over, tell } from './outline.ts';

function answeredTurn(story: Story): void {
  story.prompt('Fix the test');
  story.answer('Fixed.');
  story.endOfTurn();
}

const command = (name: string): string =>
  `<command-name>/${name}</command-name>\n<command-message>${name}</command-message>\n<command-args></command-args>`;

describe('commands', () => {
  test('that the client answers itself begin no turn', () => {
    const story = newStory();
    story.injected('<local-command-caveat>The user ran this command.</local-command-caveat>');
    story.prompt(command('help'));
    story.prompt('<local-command-stdout>Commands: …</local-command-stdout>');
    answeredTurn(story);
    expect(outline(tell(story))).toEqual(['turn 1 completed', '  generation end_turn']);
  });

  test.each(['Unknown skill: clear', 'Unknown slash command: clear'])(
    'that the client does not have (%s) begin none, unless the model answers those words',
    (words) => {
      const story = newStory();
      story.prompt(words);
      answeredTurn(story);
      story.prompt(words);
      story.answer('What shall I clear?');
      story.endOfTurn();
      expect(outline(tell(story))).toEqual([
        ...['turn 1 completed', '  generation end_turn'],
        ...['turn 2 completed', '  generation end_turn'],
      ]);
    },
  );

  test('that the model answers begin one at the command, with the body of the skill as its prompt', () => {
    const story = newStory();
    const { uuid } = story.prompt(
      '<command-message>tidy</command-message>\n<command-name>/tidy</command-name>',
    );
    story.injected('Tidy up the folder.');
    story.answer('Tidied.');
    story.endOfTurn();
    const told = tell(story);
    expect(outline(told)).toEqual(['turn 1 completed', '  generation end_turn']);
    const [turn] = ofKind(told, 'turn');
    expect(turn?.scope.turnId).toBe(uuid);
    expect(turn?.turn.input).toHaveLength(2);
  });

  test('that the model answers keep the request that came before its first line', () => {
    const story = newStory();
    story.prompt(command('tidy'));
    story.answer('Tidied.');
    story.endOfTurn();
    expect(ofKind(tell(story), 'generation')[0]?.generation.startInferred).toBe(false);
  });

  test('with ! are answered: two lines of one prompt id are one turn', () => {
    const story = newStory();
    answeredTurn(story);
    const { uuid, promptId } = story.prompt('<bash-input>ls</bash-input>');
    story.prompt('<bash-stdout>README.md</bash-stdout><bash-stderr></bash-stderr>', { promptId });
    story.answer('One file.');
    story.endOfTurn();
    const told = tell(story);
    expect(outline(told)).toEqual([
      'turn 1 completed',
      '  generation end_turn',
      'turn 2 completed',
      '  generation end_turn',
    ]);
    expect(ofKind(told, 'turn')[1]?.scope.turnId).toBe(uuid);
  });

  test('with ! that nobody answered (an older client) begin none', () => {
    const story = newStory({ version: '2.1.100' });
    story.prompt('<bash-input>ls</bash-input>');
    story.prompt('<bash-stdout>README.md</bash-stdout>');
    expect(outline(tell(story))).toEqual([]);
  });

  test('while a turn runs change nothing of it', () => {
    const story = newStory();
    story.prompt('Fix the test');
    story.line({ type: 'user', message: { role: 'user', content: command('status') }, promptId: 'other' });
    story.answer('Fixed.');
    story.endOfTurn();
    expect(outline(tell(story))).toEqual(['turn 1 completed', '  generation end_turn']);
  });
});

describe('what was typed while a turn runs', () => {
  test('and was absorbed begins no turn and goes into the next request', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const tool = story.response().tool('Bash');
    story.attachment({ type: 'queued_command', prompt: 'use node 20', origin: { kind: 'human' } });
    story.result(tool, 'ok');
    story.answer('Fixed with node 20.');
    story.endOfTurn();
    const told = tell(story);
    expect(outline(told)).toEqual([
      'turn 1 completed absorbed=1',
      '  tool Bash succeeded',
      '  generation tool_use',
      '  generation end_turn',
    ]);
    expect(JSON.stringify(ofKind(told, 'generation')[1]?.generation.input)).toContain('use node 20');
    expect(ofKind(told, 'turn')[0]?.turn.absorbed).toMatchObject([
      { origin: 'human', blocks: [{ text: 'use node 20' }] },
    ]);
  });

  test('and came when the turn was over begins one, if the model answers it', () => {
    const story = newStory();
    answeredTurn(story);
    story.attachment({ type: 'queued_command', prompt: 'now the other one', origin: { kind: 'human' } });
    expect(outline(tell(story))).toEqual(['turn 1 completed', '  generation end_turn']);
    story.answer('Fixed, too.');
    story.endOfTurn();
    const told = tell(story);
    expect(outline(told)).toEqual([
      'turn 1 completed',
      '  generation end_turn',
      'turn 2 completed',
      '  generation end_turn',
    ]);
    expect(ofKind(told, 'turn')[1]?.turn).toMatchObject({ origin: 'human', previous: { number: 1 } });
  });

  test('and has the prompt id of the running turn begins none', () => {
    const story = newStory();
    const { promptId } = story.prompt('Fix the test');
    story.prompt('use node 20', { promptId });
    story.answer('Fixed.');
    story.endOfTurn();
    expect(outline(tell(story))).toEqual(['turn 1 completed', '  generation end_turn']);
  });
});

describe('a prompt that a client before 2.1.80 writes without a prompt id', () => {
  const old = { version: '2.0.5' };
  const unstopped = { stopReason: null, messageId: 'msg_1' };

  test('between two lines of one response was absorbed: the response goes on, with all its tokens', () => {
    const story = newStory(old);
    story.prompt('Fix the test');
    story.response({ ...unstopped, usage: { output_tokens: 1 } }).text('I see.');
    story.prompt('only the streaming one');
    const tool = story.response({ ...unstopped, usage: { output_tokens: 274 } }).tool('Edit');
    story.result(tool, 'ok');
    story.answer('Fixed.', { stopReason: null });
    const told = tell(story, over);
    expect(outline(told)).toEqual([
      'turn 1 completed absorbed=1',
      '  tool Edit succeeded',
      '  generation unended start-inferred usage-incomplete',
      '  generation unended start-inferred usage-incomplete',
    ]);
    const [first, second] = ofKind(told, 'generation');
    expect(first?.generation.usage?.outputTokens).toBe(274);
    expect(JSON.stringify(second?.generation.input)).toContain('only the streaming one');
  });

  test.each([
    ['that another response answers', (story: Story) => story.answer('Done, too.', { stopReason: null })],
    ['that nothing follows', () => undefined],
  ])('behind one, %s, begins a turn', (_name, goOn) => {
    const story = newStory(old);
    story.prompt('Fix the test');
    story.response(unstopped).text('Fixed.');
    story.prompt('Now the other one');
    goOn(story);
    expect(outline(tell(story, over)).filter((line) => line.startsWith('turn'))).toEqual([
      'turn 1 completed',
      expect.stringMatching(/^turn 2 (completed|lost end-inferred)$/),
    ]);
  });

  test('twice begins two', () => {
    const story = newStory(old);
    story.prompt('Fix the test');
    story.response(unstopped).text('Fixed.');
    story.prompt('Now the other one');
    story.prompt('No, the third');
    story.answer('Fixed the third.', { stopReason: null });
    expect(outline(tell(story, over)).filter((line) => line.startsWith('turn'))).toEqual([
      'turn 1 completed',
      'turn 2 interrupted',
      'turn 3 completed',
    ]);
  });

  test('before the mark that closes the turn begins one', () => {
    const story = newStory({ version: '2.0.64' });
    story.prompt('Fix the test');
    story.response(unstopped).text('Fixed.');
    story.prompt('Now the other one');
    story.stopSummary();
    const told = tell(story);
    expect(outline(told)).toEqual([
      'turn 1 completed',
      '  generation unended start-inferred usage-incomplete',
      'turn 2 open',
    ]);
  });

  test('and a tool result of the turn before it stay apart', () => {
    const story = newStory(old);
    story.prompt('Fix the test');
    const tool = story.response(unstopped).tool('Bash');
    story.prompt('Never mind, the other one');
    story.result(tool, 'ok');
    story.answer('Fixed the other one.', { stopReason: null });
    expect(outline(tell(story, over))).toEqual([
      'turn 1 interrupted',
      '  tool Bash succeeded',
      '  generation unended start-inferred usage-incomplete',
      'turn 2 completed',
      '  generation unended start-inferred usage-incomplete',
    ]);
  });
});

describe('what the client puts in', () => {
  test.each([
    ['a reminder', '<system-reminder>Be brief.</system-reminder>', {}],
    ['a caveat of an old client', 'Caveat: The messages below were generated by the user', {}],
    ['a meta line', 'Continue from where you left off.', { isMeta: true }],
  ])('%s begins no turn', (_name, text, fields) => {
    const story = newStory();
    answeredTurn(story);
    story.prompt(text, fields);
    expect(outline(tell(story))).toEqual(['turn 1 completed', '  generation end_turn']);
  });

  test('and the model answers after the close begins a turn, with it as the prompt', () => {
    const story = newStory();
    answeredTurn(story);
    story.injected('Continue from where you left off.');
    story.answer('Going on.');
    story.prompt('Thanks');
    const told = tell(story);
    expect(outline(told)).toEqual([
      'turn 1 completed',
      '  generation end_turn',
      'turn 2 completed',
      '  generation end_turn',
      'turn 3 open',
    ]);
    expect(ofKind(told, 'turn')[1]?.turn).toMatchObject({
      origin: 'unknown',
      input: [{ blocks: [{ text: 'Continue from where you left off.' }] }],
    });
  });

  test('as an answer of its own ("No response requested.") is no generation', () => {
    const story = newStory();
    answeredTurn(story);
    story.line({
      type: 'assistant',
      message: {
        id: 'x',
        model: '<synthetic>',
        content: [{ type: 'text', text: 'No response requested.' }],
      },
    });
    expect(outline(tell(story))).toEqual(['turn 1 completed', '  generation end_turn']);
  });
});

describe('compaction', () => {
  test('between turns belongs to the turn before and begins none', () => {
    const story = newStory();
    answeredTurn(story);
    story.compaction('manual');
    story.injected('<local-command-caveat>…</local-command-caveat>');
    story.prompt(command('compact'));
    story.prompt('<local-command-stdout>Compacted</local-command-stdout>');
    answeredTurn(story);
    expect(outline(tell(story))).toEqual([
      'turn 1 completed',
      '  generation end_turn',
      '  compaction manual',
      'turn 2 completed',
      '  generation end_turn',
    ]);
  });

  test('inside a turn is a part of it', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const tool = story.response().tool('Bash');
    story.result(tool, 'ok');
    story.compaction('auto');
    story.answer('Fixed.');
    story.endOfTurn();
    const told = tell(story);
    expect(outline(told)).toEqual([
      'turn 1 completed',
      '  tool Bash succeeded',
      '  compaction auto',
      '  generation tool_use',
      '  generation end_turn',
    ]);
    expect(ofKind(told, 'compaction')[0]?.compaction).toMatchObject({
      tokensBefore: 27512,
      tokensAfter: 1590,
      startInferred: false,
    });
  });
});

describe('a notification', () => {
  test('begins a turn that points to the call that launched the agent', () => {
    const story = newStory();
    story.prompt('Write the page in the background');
    const launch = story.response().tool('Agent', { prompt: 'Write it' });
    const agent = story.agent('a1', 'Write it', { toolUseId: launch, background: true, type: 'writer' });
    story.result(launch, 'launched', { toolUseResult: { isAsync: true, agentId: 'a1' } });
    story.answer('Started.');
    story.endOfTurn();
    agent.answer('Written.');
    story.injected('<system-reminder>tools used</system-reminder>', { turnCompanion: true });
    story.notification('a1', { toolUseId: launch });
    story.answer('The page is there.');
    story.endOfTurn();
    const told = tell(story);
    expect(outline(told)).toEqual([
      'turn 1 completed pending=1',
      '  tool Agent succeeded',
      '    agent writer completed background',
      '      generation end_turn',
      '  generation tool_use',
      '  generation end_turn',
      'turn 2 completed about=turn 1',
      '  generation end_turn',
    ]);
    expect(ofKind(told, 'turn')[1]?.turn).toMatchObject({
      origin: 'task_notification',
      notifiedBy: { toolUseId: launch, turn: { number: 1 } },
    });
  });

  test.each([
    ['completed', 'completed'],
    ['failed', 'failed'],
    ['killed', 'stopped'],
  ])('with status %s leaves the agent %s', (status, outcome) => {
    const story = newStory();
    story.prompt('Write the page in the background');
    const launch = story.response().tool('Agent');
    const agent = story.agent('a1', 'Write it', { toolUseId: launch, background: true });
    story.result(launch, 'launched', { toolUseResult: { status: 'async_launched', agentId: 'a1' } });
    agent.answer('Written.');
    story.notification('a1', { status });
    expect(ofKind(tell(story, noFacts), 'agent-run')[0]?.agentRun.outcome).toBe(outcome);
  });
});

describe('turns', () => {
  test('count from 1 and carry prompt id, version, session and origin', () => {
    const story = newStory();
    const first = story.prompt('One');
    story.answer('1');
    const second = story.prompt('Two', { permissionMode: 'plan' });
    story.answer('2');
    story.endOfTurn();
    const [one, two] = ofKind(tell(story), 'turn');
    expect(one?.scope).toMatchObject({
      turnId: first.uuid,
      promptId: first.promptId,
      number: 1,
      sessionId: story.sessionId,
      clientVersion: '2.1.329',
    });
    expect(two?.turn).toMatchObject({
      scope: { turnId: second.uuid, number: 2 },
      permissionMode: 'plan',
      origin: 'human',
    });
  });

  test('of a file that begins in the middle begin at the first line of the model', () => {
    const story = newStory();
    story.response({ unrecorded: true }).text('…', { uuid: 'first-line' });
    story.endOfTurn();
    const [one] = ofKind(tell(story), 'turn');
    expect(one?.scope.turnId).toBe('first-line');
    expect(one?.turn.origin).toBe('unknown');
  });
});
