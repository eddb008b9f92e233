// What tool calls did to the work, as somebody else tells it, in the sums of agents and turns: each name once.
import { describe, expect, test } from 'vitest';

import { ofKind, over, sums, tell } from './outline.ts';
import { noMeasures, type Measures } from '../../src/session/measures.ts';
import type { AgentOwner, AgentRun, Completed, ToolCall, ToolWork, Work } from '../../src/session/model.ts';
import { createSession } from '../../src/session/session.ts';
import { createWorkSum, joinWork, noWork } from '../../src/session/work.ts';
import { readFinished } from '../../src/finished-session.ts';
import { silentLog } from '../../src/platform/log.ts';
import { workOf } from '../../src/telemetry/work.ts';
import { parseEntries } from '../../src/transcript/parse-entry.ts';
import { scenarios } from '../golden/scenarios.ts';
import { newStory, type Conversation, type Story } from '../support/transcripts.ts';

const nothing: ToolWork = {
  linesAdded: 0,
  linesRemoved: 0,
  isCommand: false,
  commits: [],
  pullRequests: [],
  isWebSearch: false,
  isWebFetch: false,
  isSkill: false,
};

/** `Change` changes a file by a line; `Publish` makes the pull request that its input names. */
const measures: Measures = {
  ...noMeasures,
  workOf: ({ name, arguments: input }: ToolCall) => {
    const told = input as { readonly name: string }; // made below
    if (name === 'Change') return { ...nothing, fileModified: told.name, linesAdded: 1 };
    return name === 'Publish' ? { ...nothing, pullRequests: [told.name] } : undefined;
  },
};

function call(conversation: Conversation, name: string, input: Readonly<Record<string, unknown>>): void {
  conversation.result(conversation.response().tool(name, input), 'ok');
}

describe('the work', () => {
  test('of an agent is in its own sums and in those above it, a file that both changed once', () => {
    const story = newStory();
    story.prompt('Have it reviewed');
    call(story, 'Change', { name: 'a.js' });
    const launch = story.response().tool('Agent', { description: 'Review' });
    const reviewer = story.agent('a1', 'Review the change', { type: 'reviewer', toolUseId: launch });
    call(reviewer, 'Change', { name: 'a.js' });
    const inner = reviewer.response().tool('Agent', { description: 'Count' });
    const counter = story.agent('a2', 'Count the lines', { type: 'counter', toolUseId: inner });
    call(counter, 'Change', { name: 'b.js' });
    counter.answer('Three.');
    reviewer.result(inner, 'Three.');
    reviewer.answer('All good.');
    story.result(launch, 'All good.');
    story.answer('Done.');
    story.endOfTurn();
    const told = tell(story, over, measures);
    const runs = ofKind(told, 'agent-run').map(({ agentRun }) => [agentRun.type, agentRun.rollUp.work]);
    expect(Object.fromEntries(runs)).toMatchObject({
      counter: { filesModified: ['b.js'], linesAdded: 1 },
      reviewer: { filesModified: ['a.js', 'b.js'], linesAdded: 2 },
    });
    expect(ofKind(told, 'turn')[0]?.turn.rollUp.work).toMatchObject({
      filesModified: ['a.js', 'b.js'],
      linesAdded: 3,
    });
  });

  test('of one turn is not that of the next', () => {
    const story = newStory();
    for (const name of ['a.js', 'b.js']) {
      story.prompt('Change it');
      call(story, 'Change', { name });
      story.answer('Done.');
      story.endOfTurn();
    }
    const turns = ofKind(tell(story, over, measures), 'turn');
    expect(turns.map(({ turn }) => turn.rollUp.work.filesModified)).toEqual([['a.js'], ['b.js']]);
  });

  test('is put down to a plugin where the client does that', () => {
    const story = newStory();
    story.prompt('Review it');
    story.response().text('Looks good.', { attributionPlugin: 'shop-tools', attributionSkill: 'review' });
    story.endOfTurn();
    expect(sums(ofKind(tell(story, over), 'turn')[0]!.turn.rollUp)).toMatchObject({
      plugins: ['shop-tools'],
    });
  });

  test('is none where nobody knows', () => {
    const story = newStory();
    story.prompt('Change it');
    call(story, 'Change', { name: 'a.js' });
    story.answer('Done.');
    story.endOfTurn();
    expect(ofKind(tell(story, over), 'turn')[0]?.turn.rollUp.work).toEqual(noWork);
  });

  test('of two together is the same in any order, but for the order of names', () => {
    const [a, b] = ['a.js', 'b.js'].map((fileModified) => {
      const sum = createWorkSum();
      sum.add({ ...nothing, fileModified, linesAdded: 1, isCommand: true });
      return sum.sum();
    });
    expect(inOrder(joinWork(a!, b!))).toEqual(inOrder(joinWork(b!, a!)));
    expect(joinWork(a!, noWork)).toEqual(a);
  });
});

describe('a line that links to a pull request', () => {
  const url = 'https://github.com/ada/shop/pull/17';
  const link = (story: Story, prUrl = url): void => {
    const timestamp = new Date(story.now()).toISOString();
    story.note({ type: 'pr-link', sessionId: story.sessionId, prNumber: 17, prUrl, timestamp });
  };
  const turn = (story: Story, inside: () => void = () => undefined): void => {
    story.prompt('Publish it');
    inside();
    story.answer('Done.');
    story.endOfTurn();
  };
  const pullRequests = (completed: readonly Completed[]) =>
    ofKind({ completed }, 'turn').map(({ turn: one }) => one.rollUp.work.pullRequests);

  test('counts in the turn in which it stands', () => {
    const story = newStory();
    turn(story);
    turn(story, () => {
      link(story);
    });
    expect(pullRequests(tell(story, over, measures).completed)).toEqual([[], [url]]);
  });

  test('counts once with the tool call that made it, and with an agent that did', () => {
    const story = newStory();
    turn(story, () => {
      call(story, 'Publish', { name: url });
      link(story);
    });
    turn(story, () => {
      const launch = story.response().tool('Agent', { description: 'Publish' });
      const agent = story.agent('a1', 'Publish it', { toolUseId: launch });
      call(agent, 'Publish', { name: `${url}0` });
      link(story, `${url}0`);
      agent.answer('Done.');
      story.result(launch, 'Done.');
    });
    expect(pullRequests(tell(story, over, measures).completed)).toEqual([[url], [`${url}0`]]);
  });

  test('does not count again where it is written again, also for who goes on from what is remembered', () => {
    const story = newStory();
    turn(story, () => {
      call(story, 'Publish', { name: url });
    });
    const until = story.writes.length;
    link(story);
    turn(story, () => {
      link(story);
      link(story, `${url}0`);
    });
    turn(story, () => {
      link(story, `${url}0`);
    });
    const whole = tell(story, over, measures);
    expect(pullRequests(whole.completed)).toEqual([[url], [`${url}0`], []]);

    const memory = tell(
      { ...story, writes: story.writes.slice(0, until) },
      undefined,
      measures,
    ).session.memory();
    const onDisk = JSON.parse(JSON.stringify(memory)) as typeof memory; // as it was
    const later = createSession(story.sessionId, onDisk, undefined, measures);
    for (const { text } of story.writes.slice(until)) {
      for (const entry of parseEntries({ kind: 'line', text: text.trim(), start: 0, end: text.length })) {
        later.add(entry);
      }
    }
    expect(pullRequests(later.take())).toEqual([[`${url}0`], []]);
    expect(later.memory().pullRequests).toEqual(whole.session.memory().pullRequests);
  });

  test('between two turns counts nowhere, nor later', () => {
    const story = newStory();
    link(story);
    turn(story);
    turn(story, () => {
      link(story);
    });
    expect(pullRequests(tell(story, over, measures).completed)).toEqual([[], []]);
  });
});

describe('in each scenario', () => {
  test.each(scenarios)(
    '$name, the work of each turn and agent is that of its tool calls',
    async ({ transcripts }) => {
      for (const transcript of transcripts) {
        const completed: Completed[] = [];
        for await (const some of readFinished(transcript, { log: silentLog })) completed.push(...some);
        for (const [at, one] of completed.entries()) {
          if (one.kind !== 'turn' && one.kind !== 'agent-run') continue;
          const before = completed.slice(0, at);
          const expected =
            one.kind === 'turn' ? ofTurn(before, one.scope.turnId) : ofRun(before, one.agentRun.owner);
          const { rollUp } = one.kind === 'turn' ? one.turn : one.agentRun;
          expect(inOrder(rollUp.work)).toEqual(inOrder(expected));
        }
      }
    },
  );

  /** Its own calls, and the work of the agents that were handed out before it: those that it launched, and that it adopted. */
  function ofTurn(before: readonly Completed[], turnId: string): Work {
    const inTurn = before.filter(({ scope }) => scope.turnId === turnId);
    return ofThread(inTurn, undefined, ({ unlaunched }) => unlaunched === 'adopted');
  }

  /** The same of an agent. */
  function ofRun(before: readonly Completed[], owner: AgentOwner): Work {
    return ofThread(before, owner, () => false);
  }

  function ofThread(
    before: readonly Completed[],
    thread: AgentOwner | undefined,
    isAdopted: (run: AgentRun) => boolean,
  ): Work {
    const calls = ofKind({ completed: before }, 'tool-call')
      .filter(({ owner }) => owner?.agentId === thread?.agentId && owner?.runId === thread?.runId)
      .map(({ toolCall }) => toolCall);
    const own = createWorkSum();
    for (const toolCall of calls) own.add(workOf(toolCall));
    const launched = new Set(calls.map(({ id }) => id));
    return ofKind({ completed: before }, 'agent-run')
      .map(({ agentRun }) => agentRun)
      .filter((run) => (run.toolUseId === undefined ? isAdopted(run) : launched.has(run.toolUseId)))
      .reduce((sum, run) => joinWork(sum, ofRun(before, run.owner)), own.sum());
  }
});

/** Names are in no order; plugins come from no tool call. */
function inOrder(work: Work): unknown {
  return Object.fromEntries(
    Object.entries({ ...work, plugins: [] }).map(([key, value]) => [
      key,
      Array.isArray(value) ? [...(value as string[])].sort() : value, // `Work` has no other lists
    ]),
  );
}
