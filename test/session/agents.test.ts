// Agents: which call launched them, when their run is over, and that their parts are once and in their place.
import { describe, expect, test } from 'vitest';

import { noFacts } from '../../src/session/session-facts.ts';
import { newStory, type AgentOptions, type Story } from '../support/transcripts.ts';
import { createSession, type SessionMemory } from '../../src/session/session.ts';
import { entriesOf, ofKind, outline, over, sums, tell } from './outline.ts';

const completedBy = (agentId: string) => ({ toolUseResult: { status: 'completed', agentId } });
const launched = (agentId: string) => ({
  toolUseResult: { isAsync: true, status: 'async_launched', agentId },
});

/** A prompt whose first response calls the agent tool; gives the call's id. */
function callsAgent(story: Story, name = 'Agent'): string {
  story.prompt('Have it reviewed');
  return story.response().tool(name, { description: 'Review', prompt: 'Review the change' });
}

function finishes(story: Story): void {
  story.answer('The reviewer agrees.');
  story.endOfTurn();
}

const reviewed = [
  'turn 1 completed',
  '  tool Agent succeeded',
  '    agent reviewer completed',
  '      tool Bash succeeded',
  '      generation tool_use',
  '      generation end_turn',
  '  generation tool_use',
  '  generation end_turn',
];

/** An agent that runs one tool and answers. */
function reviews(story: Story, agentId: string, options: AgentOptions): void {
  const agent = story.agent(agentId, 'Review the change', { type: 'reviewer', ...options });
  const tool = agent.response().tool('Bash', { command: 'git diff' });
  agent.result(tool, 'the diff');
  agent.answer('All good.');
}

describe('a foreground agent', () => {
  test('hangs under the call that its meta file names', () => {
    const story = newStory();
    const call = callsAgent(story);
    reviews(story, 'a1', { toolUseId: call });
    story.result(call, 'All good.');
    finishes(story);
    expect(outline(tell(story))).toEqual(reviewed);
  });

  test('hangs under the call whose result names it, where there is no meta file', () => {
    const story = newStory();
    const call = callsAgent(story);
    reviews(story, 'a1', { noMeta: true });
    story.result(call, 'All good.', completedBy('a1'));
    finishes(story);
    expect(outline(tell(story))).toEqual(reviewed.map((line) => line.replace('agent reviewer', 'agent ?')));
  });

  test('hangs under the call that a progress line links it to, and its copies there count nothing', () => {
    const story = newStory({ version: '2.1.40' });
    const call = callsAgent(story, 'Task');
    story.line({
      type: 'progress',
      parentToolUseID: call,
      toolUseID: 'agent_msg_1',
      data: {
        type: 'agent_progress',
        agentId: 'a1',
        prompt: 'Review the change',
        message: { type: 'assistant', message: { id: 'copy', usage: { output_tokens: 99 } } },
      },
    });
    reviews(story, 'a1', { noMeta: true });
    story.result(call, 'All good.');
    finishes(story);
    const told = tell(story);
    expect(ofKind(told, 'agent-run')[0]?.agentRun.toolUseId).toBe(call);
    expect(ofKind(told, 'generation')).toHaveLength(4);
  });

  test('without any link hangs under the turn in which it began', () => {
    const story = newStory();
    story.prompt('Have it reviewed');
    reviews(story, 'acompact-1', { noMeta: true });
    finishes(story);
    expect(outline(tell(story))).toEqual([
      'turn 1 completed',
      '  generation end_turn',
      '  agent compact completed end-inferred',
      '    tool Bash succeeded',
      '    generation tool_use',
      '    generation end_turn',
    ]);
  });

  test('may reach the disk after the result of its call, as long as it is there when the turn closes', () => {
    const story = newStory();
    const call = callsAgent(story);
    story.result(call, 'All good.');
    story.wait(-10_000);
    reviews(story, 'a1', { toolUseId: call });
    finishes(story);
    expect(outline(tell(story)).sort()).toEqual([...reviewed].sort());
  });

  test('whose last lines come when it has left is the same run still', () => {
    const story = newStory();
    const call = callsAgent(story);
    const agent = story.agent('a1', 'Review the change', { type: 'reviewer', toolUseId: call });
    const tool = agent.response().tool('Bash', { command: 'git diff' });
    story.result(call, 'All good.');
    finishes(story);
    agent.result(tool, 'the diff');
    agent.answer('All good.');
    expect(outline(tell(story, over))).toEqual([
      'turn 1 completed',
      '  tool Agent succeeded',
      '    agent reviewer completed',
      '      generation tool_use',
      '      tool Bash unfinished end-inferred',
      '      generation end_turn',
      '  generation tool_use',
      '  generation end_turn',
    ]);
  });

  test('without a prompt (2.0.50) is one run, also when its lines are read again', () => {
    const story = newStory();
    const call = callsAgent(story);
    reviews(story, 'a1', { toolUseId: call });
    story.result(call, 'All good.');
    finishes(story);
    const { session } = tell(story, over);
    const lines = entriesOf(story).flatMap(({ file, entry }) => (file === 'a1' ? [entry] : []));
    const runOf = (memory: SessionMemory): (string | undefined)[] => {
      const again = createSession(story.sessionId, memory);
      for (const line of lines.slice(1)) again.addAgent('a1', line);
      again.know(over);
      again.settle();
      const completed = again.take();
      return ofKind({ completed }, 'agent-run').map(({ agentRun }) => agentRun.owner.runId);
    };
    const [runId] = lines.slice(1).flatMap((line) => ('uuid' in line ? [line.uuid] : []));
    const memory = session.memory();
    const handedOut = { ...memory, launches: memory.launches.map((launch) => ({ ...launch, runId })) };
    expect(runOf(handedOut)).toEqual([runId]);
    // Of a run that has left with another first line, these are lines that came late.
    expect(
      runOf({ ...memory, launches: memory.launches.map((launch) => ({ ...launch, runId: 'left' })) }),
    ).toEqual([]);
  });

  test('that was stopped without an answer is over with its call', () => {
    const story = newStory();
    const call = callsAgent(story);
    const agent = story.agent('a1', 'Review the change', { toolUseId: call, type: 'reviewer' });
    agent.response().tool('Bash');
    story.result(call, 'The agent was stopped', { isError: true });
    finishes(story);
    expect(outline(tell(story))).toEqual([
      'turn 1 completed',
      '  tool Agent failed',
      '    agent reviewer failed',
      '      generation tool_use',
      '      tool Bash unfinished end-inferred',
      '  generation tool_use',
      '  generation end_turn',
    ]);
  });

  test('of a client that is gone is unknown, its end inferred', () => {
    const story = newStory();
    const call = callsAgent(story);
    const agent = story.agent('a1', 'Review the change', { toolUseId: call, type: 'reviewer' });
    agent.response().tool('Bash');
    expect(outline(tell(story, over))).toEqual([
      'turn 1 lost end-inferred',
      '  generation tool_use',
      '  tool Agent unfinished end-inferred',
      '    agent reviewer unknown end-inferred',
      '      generation tool_use',
      '      tool Bash unfinished end-inferred',
    ]);
  });

  test('and its sums count in the turn', () => {
    const story = newStory();
    const call = callsAgent(story);
    reviews(story, 'a1', { toolUseId: call });
    story.result(call, 'All good.');
    finishes(story);
    const told = tell(story);
    expect(sums(ofKind(told, 'agent-run')[0]!.agentRun.rollUp)).toMatchObject({
      generations: 2,
      toolCalls: 1,
      outputTokens: 20,
    });
    expect(sums(ofKind(told, 'turn')[0]!.turn.rollUp)).toMatchObject({
      generations: 4,
      toolCalls: 2,
      agents: 1,
      outputTokens: 40,
    });
  });

  test('carries its type, description, prompt, answer and times', () => {
    const story = newStory();
    const call = callsAgent(story);
    reviews(story, 'a1', { toolUseId: call, description: 'Review it' });
    const endedAt = story.now();
    story.result(call, 'All good.');
    finishes(story);
    expect(ofKind(tell(story), 'agent-run')[0]?.agentRun).toMatchObject({
      owner: { agentId: 'a1' },
      type: 'reviewer',
      description: 'Review it',
      depth: 1,
      background: false,
      endedAt,
      endInferred: false,
      input: [{ role: 'user', blocks: [{ type: 'text', text: 'Review the change' }] }],
      output: [{ type: 'text', text: 'All good.' }],
    });
  });
});

describe('a nested agent', () => {
  const tellNested = (nestedLinked: AgentOptions, result: Record<string, unknown>): string[] => {
    const story = newStory();
    const call = callsAgent(story);
    const agent = story.agent('a1', 'Review the change', { toolUseId: call, type: 'reviewer' });
    const below = agent.response().tool('Agent', { prompt: 'Find the callers' });
    const link = nestedLinked.noMeta === true ? {} : { toolUseId: below };
    const nested = story.agent('a2', 'Find the callers', { ...nestedLinked, ...link, depth: 2 });
    nested.answer('Two callers.');
    agent.result(below, 'Two callers.', result);
    agent.answer('All good.');
    story.result(call, 'All good.');
    finishes(story);
    const told = tell(story);
    expect(ofKind(told, 'agent-run').map(({ agentRun }) => agentRun.depth)).toEqual([2, 1]);
    expect(sums(ofKind(told, 'turn')[0]!.turn.rollUp)).toMatchObject({ agents: 2, generations: 5 });
    return outline(told);
  };
  const nestedOutline = (type: string): string[] => [
    'turn 1 completed',
    '  tool Agent succeeded',
    '    agent reviewer completed',
    '      tool Agent succeeded',
    `        agent ${type} completed`,
    '          generation end_turn',
    '      generation tool_use',
    '      generation end_turn',
    '  generation tool_use',
    '  generation end_turn',
  ];

  test('hangs under the call in the agent above, by its meta file', () => {
    expect(tellNested({ type: 'Explore', parentAgentId: 'a1' }, {})).toEqual(nestedOutline('Explore'));
  });

  test('hangs under the call in the agent above, by the result there', () => {
    expect(tellNested({ noMeta: true }, completedBy('a2'))).toEqual(nestedOutline('?'));
  });
});

describe('a background agent', () => {
  test('still runs when its turn closes; its spans follow with the notification', () => {
    const story = newStory();
    const call = callsAgent(story);
    const agent = story.agent('a1', 'Review the change', { toolUseId: call, background: true });
    story.result(call, 'launched', launched('a1'));
    finishes(story);
    const before = tell(story);
    expect(outline(before)[0]).toBe('turn 1 completed pending=1');
    expect(ofKind(before, 'agent-run')).toEqual([]);
    expect(before.session.isUndecided()).toBe(true);
    agent.answer('All good.');
    story.notification('a1', { toolUseId: call });
    finishes(story);
    const after = tell(story);
    expect(ofKind(after, 'agent-run')[0]).toMatchObject({
      scope: { number: 1 },
      agentRun: { background: true, outcome: 'completed', endInferred: false },
    });
    expect(after.session.isUndecided()).toBe(false);
  });

  test('whose notification was absorbed by a running turn has ended too', () => {
    const story = newStory();
    const call = callsAgent(story);
    const agent = story.agent('a1', 'Review the change', { toolUseId: call, background: true });
    story.result(call, 'launched', launched('a1'));
    agent.answer('All good.');
    story.attachment({
      type: 'queued_command',
      prompt: '<task-notification>\n<task-id>a1</task-id>\n<status>completed</status>\n</task-notification>',
      commandMode: 'task-notification',
    });
    finishes(story);
    expect(outline(tell(story))[0]).toBe('turn 1 completed absorbed=1');
  });

  test('of an agent ends with the notification in the file of that agent', () => {
    const story = newStory();
    const call = callsAgent(story);
    const agent = story.agent('a1', 'Review the change', { toolUseId: call, type: 'reviewer' });
    const below = agent.response().tool('Agent', { prompt: 'Find the callers' });
    const nested = story.agent('a2', 'Find the callers', { toolUseId: below, depth: 2, background: true });
    agent.result(below, 'launched', launched('a2'));
    agent.answer('Waiting.');
    nested.answer('Two callers.');
    agent.injected(
      '<task-notification>\n<task-id>a2</task-id>\n<status>completed</status>\n</task-notification>',
    );
    agent.answer('All good.');
    story.result(call, 'All good.');
    finishes(story);
    const told = tell(story);
    expect(
      ofKind(told, 'agent-run').map(({ agentRun }) => [agentRun.owner.agentId, agentRun.outcome]),
    ).toEqual([
      ['a2', 'completed'],
      ['a1', 'completed'],
    ]);
  });

  test('that never told its end is unknown once the session is over', () => {
    const story = newStory();
    const call = callsAgent(story);
    const agent = story.agent('a1', 'Review the change', { toolUseId: call, background: true });
    story.result(call, 'launched', launched('a1'));
    finishes(story);
    agent.response().tool('Bash');
    const [run] = ofKind(tell(story, over), 'agent-run');
    expect(run?.agentRun).toMatchObject({ outcome: 'unknown', endInferred: true });
  });
});

describe('an agent that was resumed', () => {
  const resumed = (): Story => {
    const story = newStory();
    const call = callsAgent(story);
    const agent = story.agent('a1', 'Review the change', {
      toolUseId: call,
      background: true,
      type: 'reviewer',
    });
    story.result(call, 'launched', launched('a1'));
    finishes(story);
    agent.answer('All good.');
    story.notification('a1', { toolUseId: call });
    finishes(story);
    agent.prompt('And the callers?');
    agent.answer('Two callers.');
    return story;
  };

  test('has a run for each prompt, each known by its first line', () => {
    const runs = ofKind(tell(resumed(), over), 'agent-run').map(({ agentRun }) => agentRun);
    expect(runs.map(({ owner }) => owner.agentId)).toEqual(['a1', 'a1']);
    expect(new Set(runs.map(({ owner }) => owner.runId)).size).toBe(2);
    expect(runs.map(({ output }) => output)).toMatchObject([
      [{ text: 'All good.' }],
      [{ text: 'Two callers.' }],
    ]);
  });

  test('has one sum for each run, and both in the turn that waited for them', () => {
    const story = newStory();
    const call = callsAgent(story, 'Task');
    const agent = story.agent('a1', 'Review the change', { toolUseId: call });
    agent.answer('All good.');
    story.result(call, 'All good.', completedBy('a1'));
    const again = story.response().tool('Task', { resume: 'a1' });
    agent.prompt('And the callers?');
    agent.answer('Two callers.');
    story.result(again, 'Two callers.', completedBy('a1'));
    finishes(story);
    const told = tell(story);
    expect(ofKind(told, 'agent-run').map(({ agentRun }) => agentRun.rollUp.generations)).toEqual([1, 1]);
    expect(sums(ofKind(told, 'turn')[0]!.turn.rollUp)).toMatchObject({ generations: 5, outputTokens: 50 });
  });

  test('twice in one turn has each run under the call that asked for it', () => {
    const story = newStory();
    const first = callsAgent(story, 'Task');
    const agent = story.agent('a1', 'Review the change', { toolUseId: first });
    agent.answer('All good.');
    story.result(first, 'All good.', completedBy('a1'));
    const calls = ['And the callers?', 'And the tests?'].map((prompt) => {
      const call = story.response().tool('Task', { resume: 'a1' });
      agent.prompt(prompt);
      agent.answer('None.');
      story.result(call, 'None.', completedBy('a1'));
      return call;
    });
    finishes(story);
    const runs = ofKind(tell(story), 'agent-run').map(({ agentRun }) => agentRun.toolUseId);
    expect(runs).toEqual([first, ...calls]);
  });

  test('by SendMessage has its second run under that call, in the background, and once in the sums', () => {
    const story = newStory();
    const call = callsAgent(story);
    const agent = story.agent('a1', 'Review the change', { toolUseId: call });
    agent.answer('All good.');
    story.result(call, 'All good.', completedBy('a1'));
    const again = story.response().tool('SendMessage', { to: 'a1' });
    story.result(again, 'Resuming', { toolUseResult: { success: true, resumedAgentId: 'a1' } });
    finishes(story);
    agent.injected('The coordinator sent a message while you were working:', {
      origin: { kind: 'coordinator' },
    });
    agent.answer('Two callers.');
    story.notification('a1', { toolUseId: again });
    finishes(story);
    const told = tell(story);
    expect(
      ofKind(told, 'agent-run').map(({ agentRun }) => [agentRun.toolUseId, agentRun.background]),
    ).toEqual([
      [call, false],
      [again, true],
    ]);
    const [turn, reported] = ofKind(told, 'turn').map(({ turn }) => turn);
    expect(turn).toMatchObject({ agentsPending: 1, rollUp: { agents: 1, generations: 4 } });
    expect(reported).toMatchObject({ notifiedBy: { toolUseId: again }, rollUp: { generations: 1 } });
  });

  test('is not handed out again before its second end was told', () => {
    expect(ofKind(tell(resumed(), noFacts), 'agent-run')).toHaveLength(1);
  });

  test('hands out its second run when its second end was told', () => {
    const story = resumed();
    story.notification('a1');
    finishes(story);
    expect(ofKind(tell(story, noFacts), 'agent-run')).toHaveLength(2);
  });
});

describe('agents of a workflow', () => {
  test('hang under its call, and end with its notification, also one that failed', () => {
    const story = newStory();
    story.prompt('Check both files');
    const call = story.response().tool('Workflow', { script: '…' });
    const workflow = { status: 'async_launched', taskType: 'local_workflow', taskId: 'w1', runId: 'wf_1' };
    story.result(call, 'Workflow launched', { toolUseResult: workflow });
    finishes(story);
    const [one, other] = ['a1', 'a2'].map((id) => story.agent(id, 'Check', { noMeta: true }));
    for (const id of ['a1', 'a2']) story.metas.set(id, JSON.stringify({ workflowRun: 'wf_1' }));
    one?.answer('Fine.');
    other?.line({
      type: 'assistant',
      message: { id: 'x', model: '<synthetic>', content: [{ type: 'text', text: 'API Error' }] },
      isApiErrorMessage: true,
      error: 'overloaded',
    });
    story.notification('w1', { toolUseId: call });
    finishes(story);
    const told = tell(story);
    expect(ofKind(told, 'agent-run').map(({ agentRun }) => [agentRun.toolUseId, agentRun.outcome])).toEqual([
      [call, 'completed'],
      [call, 'failed'],
    ]);
    const [turn, reported] = ofKind(told, 'turn').map(({ turn }) => turn);
    expect(turn?.agentsPending).toBe(1);
    expect(reported?.notifiedBy?.toolUseId).toBe(call);
  });
});

describe('an agent without a session', () => {
  test('stands alone, as the root of its own trace', () => {
    const story = newStory();
    reviews(story, 'a1', { toolUseId: 'toolu_lost' });
    const told = tell(story, over);
    expect(ofKind(told, 'agent-run')[0]?.agentRun.unlaunched).toBe('orphan');
    expect(ofKind(told, 'generation')).toHaveLength(2);
  });
});
