// Every way in which a turn ends, and what it is called then (design.md, "Turn close" and "Status").
import { describe, expect, test } from 'vitest';

import { noFacts, type SessionFacts } from '../../src/session/session-facts.ts';
import { newStory, type Story, type StoryOptions } from '../support/transcripts.ts';
import { ofKind, outline, over, tell } from './outline.ts';

interface Case {
  readonly title: string;
  readonly story: (story: Story) => SessionFacts | undefined;
  readonly options?: StoryOptions;
  readonly outline: readonly string[];
}

const answered = ['  generation end_turn'];
const feedback = 'Stop hook feedback: run the linter first';

const closes: Case[] = [
  {
    title: 'turn_duration after an answer closes the turn',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      story.turnDuration();
      return noFacts;
    },
    outline: ['turn 1 completed', ...answered],
  },
  {
    title: 'a stop_hook_summary after an answer closes the turn',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      story.stopSummary();
      return noFacts;
    },
    outline: ['turn 1 completed', ...answered],
  },
  {
    title: 'a turn with an answer and no mark stays open, however long',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      return { ...noFacts, quietAfterStop: true };
    },
    outline: ['turn 1 open'],
  },
  {
    title: 'marks before the first line of the model close nothing',
    story: (story) => {
      story.prompt('Fix the test');
      story.endOfTurn();
      return noFacts;
    },
    outline: ['turn 1 open'],
  },
  {
    title: 'an interrupt line closes the turn as interrupted',
    story: (story) => {
      story.prompt('Fix the test');
      story.response({ stopReason: null }).text('I will');
      story.interrupt();
      return noFacts;
    },
    outline: ['turn 1 interrupted', '  generation unended usage-incomplete'],
  },
  {
    title: 'Esc in a Stop hook of the user leaves an answer and no summary: interrupted',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      story.interrupt();
      return noFacts;
    },
    outline: ['turn 1 interrupted', ...answered],
  },
  {
    title: '"No" to a permission question denies the tool and interrupts the turn',
    story: (story) => {
      story.prompt('Clean up');
      const tool = story.response().tool('Bash', { command: 'rm -r build' });
      story.result(tool, "The user doesn't want to proceed with this tool use.", {
        isError: true,
        toolDenialKind: 'user-rejected',
      });
      story.interrupt(true);
      return noFacts;
    },
    outline: ['turn 1 interrupted', '  tool Bash denied', '  generation tool_use'],
  },
  {
    title: 'a StopFailure ticket closes the turn as failed once the error line is there',
    story: (story) => {
      const { promptId } = story.prompt('Fix the test');
      story.apiError('overloaded', 529);
      return { ...noFacts, failedPrompts: new Set([promptId]) };
    },
    outline: ['turn 1 failed error=overloaded'],
  },
  {
    title: 'a StopFailure ticket closes nothing while the error line is not there yet',
    story: (story) => {
      const { promptId } = story.prompt('Fix the test');
      return { ...noFacts, failedPrompts: new Set([promptId]) };
    },
    outline: ['turn 1 open'],
  },
  {
    title: 'a StopFailure ticket of another prompt closes nothing',
    story: (story) => {
      story.prompt('Fix the test');
      story.apiError('overloaded', 529);
      return { ...noFacts, failedPrompts: new Set(['another']) };
    },
    outline: ['turn 1 open'],
  },
  {
    title: 'an API error without a ticket: the next prompt closes the turn as failed',
    story: (story) => {
      story.prompt('Fix the test');
      story.apiError('rate_limit', 429);
      story.prompt('Again');
      return noFacts;
    },
    outline: ['turn 1 failed error=rate_limit', 'turn 2 open'],
  },
  {
    title: 'an API error that the client itself got over fails nothing',
    story: (story) => {
      story.prompt('Fix the test');
      story.apiError('prompt_too_long', 400);
      story.compaction('auto');
      story.answer('Fixed.');
      story.endOfTurn();
      return noFacts;
    },
    outline: ['turn 1 completed', '  compaction auto', ...answered],
  },
  {
    title: 'the next prompt closes an answered turn as completed',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      story.prompt('And the other one');
      return noFacts;
    },
    outline: ['turn 1 completed', ...answered, 'turn 2 open'],
  },
  {
    title:
      'the next prompt of the same client closes a turn without an answer as interrupted (Esc while retrying)',
    story: (story) => {
      story.prompt('Fix the test');
      story.retry(1);
      story.retry(2);
      story.prompt('Again');
      return noFacts;
    },
    outline: ['turn 1 interrupted', 'turn 2 open'],
  },
  {
    title: 'SessionEnd closes an answered turn as completed (-p writes no mark)',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      return over;
    },
    outline: ['turn 1 completed', ...answered],
  },
  {
    title: 'a client that is gone in the middle of a tool loses the turn',
    story: (story) => {
      story.prompt('Fix the test');
      story.response().tool('Bash', { command: 'npm test' });
      return over;
    },
    outline: ['turn 1 lost end-inferred', '  generation tool_use', '  tool Bash unfinished end-inferred'],
  },
  {
    title: 'a client that is gone before the first answer loses the turn',
    story: (story) => {
      story.prompt('Fix the test');
      return over;
    },
    outline: ['turn 1 lost end-inferred'],
  },
  {
    title: 'a file that ends after an API error is failed, not lost',
    story: (story) => {
      story.prompt('Fix the test');
      story.apiError('overloaded', 529);
      return over;
    },
    outline: ['turn 1 failed error=overloaded'],
  },
  {
    title: 'a file that ends after a result without an answer is lost',
    story: (story) => {
      story.prompt('Fix the test');
      const tool = story.response().tool('Bash');
      story.result(tool, 'ok');
      return over;
    },
    outline: ['turn 1 lost end-inferred', '  tool Bash succeeded', '  generation tool_use'],
  },
];

const goesOn: Case[] = [
  {
    title: 'a Stop hook that blocks writes feedback: the summary closes nothing',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      story.injected(feedback);
      story.stopSummary({ hookErrors: [feedback] });
      return noFacts;
    },
    outline: ['turn 1 open'],
  },
  {
    title: 'after the feedback the model goes on in the same turn, which its next summary closes',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      story.injected(feedback);
      story.stopSummary({ hookErrors: [feedback] });
      story.answer('Linted too.');
      story.endOfTurn();
      return noFacts;
    },
    outline: ['turn 1 completed', '  generation end_turn', '  generation end_turn'],
  },
  {
    title: 'additionalContext of a Stop hook makes the turn go on without a feedback line',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      story.attachment({
        type: 'hook_additional_context',
        hookEvent: 'Stop',
        content: ['the linter is red'],
      });
      story.stopSummary({ hookAdditionalContext: ['the linter is red'] });
      story.answer('Linted too.');
      story.stopSummary();
      return noFacts;
    },
    outline: ['turn 1 completed', '  generation end_turn', '  generation end_turn'],
  },
  {
    title: 'additionalContext of another hook makes nothing go on',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      story.attachment({ type: 'hook_additional_context', hookEvent: 'PostToolUse', content: ['a note'] });
      story.stopSummary();
      return noFacts;
    },
    outline: ['turn 1 completed', ...answered],
  },
  {
    title: 'a block together with continue:false ends the turn',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      story.injected(feedback);
      story.stopSummary({ hookErrors: [feedback], preventedContinuation: true });
      return noFacts;
    },
    outline: ['turn 1 completed', ...answered],
  },
  {
    title: 'a Stop hook that only failed (hookErrors) does not hold the turn open',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      story.stopSummary({ hookErrors: ['exit code 1'], failedHookErrorIndexes: [0] });
      return noFacts;
    },
    outline: ['turn 1 completed', ...answered],
  },
  {
    title: 'feedback from before the last answer does not hold the turn open',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      story.injected(feedback);
      story.stopSummary({ hookErrors: [feedback] });
      story.answer('Linted too.');
      story.stopSummary();
      story.prompt('Thanks');
      return noFacts;
    },
    outline: ['turn 1 completed', '  generation end_turn', '  generation end_turn', 'turn 2 open'],
  },
];

const lostClients: Case[] = [
  {
    title: 'a resume by another process loses the turn that the first one left in a tool',
    story: (story) => {
      story.prompt('Fix the test');
      story.response().tool('Bash');
      return { ...noFacts, resumedAt: [story.now() + 5000] };
    },
    outline: ['turn 1 lost end-inferred', '  generation tool_use', '  tool Bash unfinished end-inferred'],
  },
  {
    title: 'a resume by another process closes an answered turn as completed',
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      return { ...noFacts, resumedAt: [story.now() + 5000] };
    },
    outline: ['turn 1 completed', ...answered],
  },
  {
    title: 'a resume from before the turn closes nothing',
    story: (story) => {
      const resumedAt = [story.now()];
      story.prompt('Fix the test');
      return { ...noFacts, resumedAt };
    },
    outline: ['turn 1 open'],
  },
  {
    title: 'a prompt after a resume leaves the turn before it lost, not interrupted',
    story: (story) => {
      story.prompt('Fix the test');
      story.response().tool('Bash');
      story.wait(60_000);
      const resumedAt = [story.now()];
      story.prompt('Again');
      return { ...noFacts, resumedAt };
    },
    outline: [
      'turn 1 lost end-inferred',
      '  generation tool_use',
      '  tool Bash unfinished end-inferred',
      'turn 2 open',
    ],
  },
  {
    title: 'results that a resuming client filled in are no results: lost, the tool unfinished',
    story: (story) => {
      story.prompt('Fix the test');
      const tool = story.response().tool('Bash');
      story.wait(3_600_000);
      story.result(tool, '[Tool call interrupted: the session ended before it could finish]', {
        isError: true,
        toolDenialKind: 'interrupted',
      });
      story.line({
        type: 'assistant',
        message: {
          id: 'filler',
          model: '<synthetic>',
          content: [{ type: 'text', text: 'No response requested.' }],
          stop_reason: 'stop_sequence',
        },
      });
      story.prompt('Where were we?');
      story.answer('At the test.');
      story.endOfTurn();
      return noFacts;
    },
    outline: [
      'turn 1 lost end-inferred',
      '  generation tool_use',
      '  tool Bash unfinished end-inferred',
      'turn 2 completed',
      ...answered,
    ],
  },
];

const oldClients: Case[] = [
  {
    title: 'a client without summaries (2.0.49) settles: Stop came and nothing was added for 2 s',
    options: { version: '2.0.49' },
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      return { ...noFacts, quietAfterStop: true };
    },
    outline: ['turn 1 completed', '  generation end_turn start-inferred'],
  },
  {
    title: 'a client without summaries does not settle while a tool runs',
    options: { version: '1.0.128' },
    story: (story) => {
      story.prompt('Fix the test');
      story.response().tool('Bash');
      return { ...noFacts, quietAfterStop: true };
    },
    outline: ['turn 1 open'],
  },
  {
    title: 'a client that writes summaries (2.0.50) is never closed by time',
    options: { version: '2.0.50' },
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      return { ...noFacts, quietAfterStop: true };
    },
    outline: ['turn 1 open'],
  },
  {
    title: 'without a stop_reason (2.1.30) a last text is an answer, its usage incomplete',
    options: { version: '2.1.30' },
    story: (story) => {
      story.prompt('Fix the test');
      story.answer('Fixed.', { stopReason: null });
      return over;
    },
    outline: ['turn 1 completed', '  generation unended start-inferred usage-incomplete'],
  },
];

describe.each([
  { name: 'a turn closes', cases: closes },
  { name: 'a turn goes on after a Stop hook', cases: goesOn },
  { name: 'a client dies', cases: lostClients },
  { name: 'an old client', cases: oldClients },
])('$name:', ({ cases }) => {
  test.each(cases)('$title', ({ story: write, options, outline: expected }) => {
    const story = newStory(options);
    const facts = write(story);
    expect(outline(tell(story, facts))).toEqual(expected);
  });
});

describe('the times of a turn', () => {
  test('begin with the prompt and end with the last recorded line, not with the mark', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const startedAt = story.now();
    story.answer('Fixed.');
    const endedAt = story.now();
    story.wait(30_000);
    story.endOfTurn();
    const [one] = ofKind(tell(story), 'turn');
    expect(one?.turn).toMatchObject({ scope: { startedAt, number: 1 }, endedAt, endInferred: false });
  });

  test('do not reach into the time of a resume that filled in results', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const tool = story.response().tool('Bash');
    const endedAt = story.now();
    story.wait(3_600_000);
    story.result(tool, '[Tool call interrupted: the session ended before …]', {
      toolDenialKind: 'interrupted',
    });
    story.prompt('Again');
    const told = tell(story);
    expect(ofKind(told, 'turn')[0]?.turn.endedAt).toBe(endedAt);
    expect(ofKind(told, 'tool-call')[0]?.toolCall).toMatchObject({ endedAt, endInferred: true });
  });
});
