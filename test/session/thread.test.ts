// Generations and tool calls: split and interleaved lines, results in any order, usage to the token, retries.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { newStory, type Story } from '../support/transcripts.ts';
import { ofKind, outline, over, sums, tell } from './outline.ts';

describe('a generation', () => {
  test('is one, however many lines its message has and whatever stands between them', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const response = story.response({ messageId: 'msg_split' });
    response.thinking('All three at once.');
    const read = response.tool('Read', { file_path: 'money.js' });
    story.result(read, 'the file');
    story.note({ type: 'file-history-snapshot', messageId: 'x', snapshot: {}, isSnapshotUpdate: false });
    const run = response.tool('Bash', { command: 'npm test' });
    story.attachment({ type: 'prompt_snapshot' });
    story.result(run, 'red', { isError: true });
    story.answer('It fails.');
    story.endOfTurn();
    const told = tell(story);
    expect(outline(told)).toEqual([
      'turn 1 completed',
      '  tool Read succeeded',
      '  tool Bash failed',
      '  generation tool_use',
      '  generation end_turn',
    ]);
    const [generation] = ofKind(told, 'generation');
    expect(generation?.generation.id).toBe('msg_split');
    expect(generation?.generation.output.map(({ type }) => type)).toEqual([
      'thinking',
      'tool_use',
      'tool_use',
    ]);
  });

  test('starts with its request and ends with its last line', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const response = story.response();
    const startedAt = story.now();
    response.thinking('Hm.');
    response.text('Fixed.');
    const endedAt = story.now();
    story.wait(500);
    story.endOfTurn();
    expect(ofKind(tell(story), 'generation')[0]?.generation).toMatchObject({
      startedAt,
      endedAt,
      startInferred: false,
      request: { maxTokens: 128000 },
    });
  });

  test('without a recorded request starts after what it follows, and says that this is inferred', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const promptAt = story.now();
    const response = story.response({ unrecorded: true });
    const tool = response.tool('Bash');
    const toolAt = story.now();
    story.result(tool, 'ok');
    const resultAt = story.now();
    story.wait(5000);
    story.answer('Fixed.', { unrecorded: true });
    story.endOfTurn();
    const generations = ofKind(tell(story), 'generation').map(({ generation }) => generation);
    expect(generations).toMatchObject([
      { startedAt: promptAt, endedAt: toolAt, startInferred: true },
      { startedAt: resultAt, startInferred: true },
    ]);
  });

  test('never ends before it starts, whatever the recorded times say', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const response = story.response();
    story.wait(-5000);
    response.text('Fixed.', {});
    story.endOfTurn();
    const [one] = ofKind(tell(story), 'generation');
    expect(one?.generation.startedAt).toBeLessThanOrEqual(one?.generation.endedAt ?? 0);
  });

  test('repeated lines (a restored file) change nothing', () => {
    const story = newStory();
    story.prompt('Fix the test');
    story.answer('Fixed.');
    story.raw(story.writes.at(-1)?.text ?? '');
    story.endOfTurn();
    const told = tell(story);
    expect(outline(told)).toEqual(['turn 1 completed', '  generation end_turn']);
    expect(ofKind(told, 'generation')[0]?.generation.output).toHaveLength(1);
  });

  test('whose id comes again after another one has begun is not a second one', () => {
    const story = newStory();
    story.prompt('Fix the test');
    story.response({ messageId: 'msg_a' }).text('First.');
    story.response({ messageId: 'msg_b' }).text('Second.');
    story.response({ messageId: 'msg_a' }).text('First again.');
    story.endOfTurn();
    const ids = ofKind(tell(story), 'generation').map(({ generation }) => generation.id);
    expect(ids).toEqual(['msg_a', 'msg_b']);
  });

  test('interleaved with another keeps all its lines where neither says why it stopped', () => {
    const story = newStory({ version: '1.0.120' });
    story.prompt('Fix the test');
    const old = { unrecorded: true, stopReason: null };
    story.response({ ...old, messageId: 'msg_a' }).text('First.');
    story.response({ ...old, messageId: 'msg_b' }).text('Second.');
    const tool = story.response({ ...old, messageId: 'msg_a' }).tool('Bash');
    story.result(tool, 'ok');
    story.endOfTurn();
    const generations = ofKind(tell(story), 'generation').map(({ generation }) => generation);
    expect(generations.map(({ id, output }) => [id, output.length])).toEqual([
      ['msg_a', 2],
      ['msg_b', 1],
    ]);
  });

  test('whose answer was never written is there without usage, until its thread was last heard of', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const tool = story.response().tool('Bash');
    story.result(tool, 'ok');
    const requestAt = new Date(story.now() + 1000).toISOString();
    const request = {
      type: 'api-request',
      id: 'request-1',
      timestamp: requestAt,
      params: { model: 'claude-opus-5-5' },
    };
    story.raw(JSON.stringify({ ...request, querySource: 'repl_main_thread' }));
    story.raw(JSON.stringify({ ...request, id: 'title', querySource: 'generate_title' }));
    const generations = ofKind(tell(story, over), 'generation').map(({ generation }) => generation);
    expect(generations).toHaveLength(2);
    expect(generations[1]).toMatchObject({
      id: 'request-1',
      requestedModel: 'claude-opus-5-5',
      startedAt: Date.parse(requestAt),
      endInferred: true,
      usageIncomplete: true,
      output: [],
    });
    expect(generations[1]?.usage).toBeUndefined();
  });

  describe('whose request stands below it', () => {
    const late = (uuid: string, timestamp: string) =>
      JSON.stringify({
        type: 'api-request',
        id: uuid,
        timestamp,
        params: {},
        querySource: 'repl_main_thread',
      });

    test.each(['end_turn', 'tool_use'])('began with that request all the same (%s)', (stopReason) => {
      const story = newStory();
      story.prompt('Fix the test');
      const requestAt = new Date(story.now() + 5).toISOString();
      story.line({
        type: 'assistant',
        requestRef: 'request-1',
        message: {
          id: 'msg_1',
          model: 'claude-opus-5-5',
          content:
            stopReason === 'tool_use' ? [{ type: 'tool_use', id: 't1', name: 'Bash', input: {} }] : 'Fixed.',
          stop_reason: stopReason,
        },
      });
      story.raw(late('request-1', requestAt));
      const generations = ofKind(tell(story, over), 'generation').map(({ generation }) => generation);
      expect(generations).toHaveLength(1);
      expect(generations[0]).toMatchObject({ startedAt: Date.parse(requestAt), startInferred: false });
    });

    test('and below the end of its turn makes no answer of its own', () => {
      const story = newStory();
      story.prompt('Fix the test');
      story.line({
        type: 'assistant',
        requestRef: 'request-1',
        message: { id: 'msg_1', model: 'claude-opus-5-5', content: 'Fixed.', stop_reason: 'end_turn' },
      });
      story.endOfTurn();
      story.raw(late('request-1', new Date(story.now()).toISOString()));
      const told = tell(story);
      expect(ofKind(told, 'generation')).toHaveLength(1);
      expect(told.session.undecidedFrom()).toBeUndefined();
    });
  });

  test('without a message id is known by the uuid of its first line', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const uuid = story.line({
      type: 'assistant',
      message: { model: 'claude-opus-5-5', content: 'Fixed.', stop_reason: 'end_turn' },
    });
    story.endOfTurn();
    expect(ofKind(tell(story), 'generation')[0]?.generation).toMatchObject({
      id: uuid,
      messageId: undefined,
    });
  });
});

describe('usage', () => {
  test('is that of the line with a stop_reason, not of a later one without', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const [early, final, late] = (
      [
        [null, 1],
        ['end_turn', 240],
        [null, 300],
      ] as const
    ).map(([stopReason, output_tokens]) =>
      story.response({ messageId: 'msg_1', stopReason, usage: { output_tokens }, unrecorded: true }),
    );
    early?.thinking('Hm.');
    final?.text('Fixed.');
    late?.text('Really.');
    story.endOfTurn();
    const [one] = ofKind(tell(story), 'generation');
    expect(one?.generation).toMatchObject({ usage: { outputTokens: 240 }, usageIncomplete: false });
  });

  test('without any stop_reason is the most that a line says, marked incomplete', () => {
    const story = newStory({ version: '2.1.30' });
    story.prompt('Fix the test');
    for (const output_tokens of [1, 90, 4]) {
      story.response({ messageId: 'msg_1', stopReason: null, usage: { output_tokens } }).text('…');
    }
    story.endOfTurn();
    const told = tell(story);
    expect(ofKind(told, 'generation')[0]?.generation).toMatchObject({
      usage: { outputTokens: 90 },
      usageIncomplete: true,
    });
    expect(ofKind(told, 'turn')[0]?.turn.rollUp.incomplete).toBe(true);
  });

  test('adds up in the turn, once for each generation', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const response = story.response({ usage: { output_tokens: 70 } });
    response.thinking('Hm.');
    const tool = response.tool('Bash');
    story.result(tool, 'red', { isError: true });
    story.retry(1);
    story.answer('Fixed.', { usage: { output_tokens: 5 } });
    story.endOfTurn();
    expect(sums(ofKind(tell(story), 'turn')[0]!.turn.rollUp)).toEqual({
      generations: 2,
      toolCalls: 1,
      toolFailures: 1,
      retries: 1,
      inputTokens: 8,
      outputTokens: 75,
      cacheReadTokens: 400,
      cacheCreationTokens: 60,
      unpriced: 2,
    });
  });
});

describe('retries', () => {
  test('belong to the generation that followed them', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const tool = story.response().tool('Bash');
    story.result(tool, 'ok');
    story.retry(1, 529);
    story.retry(2, 503);
    story.answer('Fixed.');
    story.endOfTurn();
    const [first, second] = ofKind(tell(story), 'generation');
    expect(first?.generation.retries).toEqual([]);
    expect(second?.generation.retries).toMatchObject([
      { attempt: 1, status: 529, waitMs: 500, maxRetries: 10 },
      { attempt: 2, status: 503 },
    ]);
  });

  test('that led nowhere belong to the turn', () => {
    const story = newStory();
    story.prompt('Fix the test');
    story.retry(1);
    story.apiError('overloaded', 529);
    story.prompt('Again');
    expect(ofKind(tell(story), 'turn')[0]?.turn.retries).toHaveLength(1);
  });
});

describe('a tool call', () => {
  test.each([
    ['succeeded', 'ok', {}],
    ['failed', 'Exit code 1', { isError: true }],
    ['denied', 'Permission was denied', { isError: true, toolDenialKind: 'permission-rule' }],
    [
      'denied',
      "The user doesn't want to take this action",
      { isError: true, toolDenialKind: 'user-rejected' },
    ],
    ['denied', "The user doesn't want to proceed with this tool use.", { isError: true }],
    // What clients before 2.1.215 write, seen on 1.0.128 to 2.1.100.
    ['denied', 'Permission to use Bash with command rm money.js has been denied.', { isError: true }],
    [
      'denied',
      "Claude requested permissions to use WebFetch, but you haven't granted it yet.",
      { isError: true },
    ],
    ['interrupted', 'Cancelled', { isError: true, toolDenialKind: 'cancelled' }],
    ['interrupted', 'Interrupted', { isError: true, toolDenialKind: 'interrupted' }],
    ['failed', [{ type: 'text', text: 'Exit code 1' }], { isError: true }],
  ] as const)('is %s by its result %o %o', (outcome, content, fields) => {
    const story = newStory();
    story.prompt('Fix the test');
    const tool = story.response().tool('Bash');
    const startedAt = story.now();
    story.wait(2500);
    story.result(tool, content, fields);
    const endedAt = story.now();
    story.answer('So it is.');
    story.endOfTurn();
    expect(ofKind(tell(story), 'tool-call').map(({ toolCall }) => toolCall)).toMatchObject([
      { id: tool, name: 'Bash', outcome, startedAt, endedAt, endInferred: false, result: content },
    ]);
  });

  test('is unfinished when its turn was interrupted before its result', () => {
    const story = newStory();
    story.prompt('Fix the test');
    story.response().tool('Bash');
    story.interrupt(true);
    expect(outline(tell(story))).toEqual([
      'turn 1 interrupted',
      '  generation tool_use',
      '  tool Bash unfinished end-inferred',
    ]);
  });

  test('whose id stands on two lines is one', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const tool = story.response({ messageId: 'msg_1' }).tool('Bash');
    story.raw(story.writes.at(-1)?.text ?? '');
    story.result(tool, 'ok');
    story.raw(story.writes.at(-1)?.text ?? '');
    story.answer('Fixed.');
    story.endOfTurn();
    expect(ofKind(tell(story), 'tool-call')).toHaveLength(1);
  });

  test('finds its result among parallel ones in any order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }).chain((count) =>
          fc.record({
            order: fc.shuffledSubarray(
              Array.from({ length: count }, (_, n) => n),
              { minLength: count, maxLength: count },
            ),
            failed: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
          }),
        ),
        ({ order, failed }) => {
          const story = newStory();
          story.prompt('All at once');
          const response = story.response();
          const tools = order.map((_, n) => response.tool(`Tool${n}`));
          for (const n of order) story.result(tools[n] ?? '', `result ${n}`, { isError: failed[n] === true });
          story.answer('Done.');
          story.endOfTurn();
          const calls = ofKind(tell(story), 'tool-call').map(({ toolCall }) => toolCall);
          expect(calls.map(({ id }) => id).sort()).toEqual([...tools].sort());
          for (const { name, result, outcome } of calls) {
            const n = Number(name.slice('Tool'.length));
            expect(result).toBe(`result ${n}`);
            expect(outcome).toBe(failed[n] === true ? 'failed' : 'succeeded');
          }
        },
      ),
    );
  });
});

describe('two messages', () => {
  test('with results of both in between keep their lines and calls apart', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const first = story.response({ messageId: 'msg_a' });
    const slow = first.tool('Bash', { command: 'sleep' });
    const quick = first.tool('Read');
    story.result(quick, 'read');
    const second = story.response({ messageId: 'msg_b' });
    second.text('Meanwhile …');
    const third = second.tool('Grep');
    story.result(slow, 'slept');
    story.result(third, 'found');
    story.answer('Done.', { messageId: 'msg_c' });
    story.endOfTurn();
    const told = tell(story);
    expect(ofKind(told, 'generation').map(({ generation }) => generation.id)).toEqual([
      'msg_a',
      'msg_b',
      'msg_c',
    ]);
    expect(ofKind(told, 'tool-call').map(({ toolCall }) => toolCall.name)).toEqual(['Read', 'Bash', 'Grep']);
  });
});

describe('the input of a generation', () => {
  test('is what came since the one before: prompt, results, and nothing twice', () => {
    const story = newStory();
    story.prompt('Fix the test');
    const tool = story.response().tool('Bash');
    story.result(tool, 'red');
    story.answer('Fixed.');
    story.endOfTurn();
    const [first, second] = ofKind(tell(story, over), 'generation').map(({ generation }) => generation.input);
    expect(first).toEqual([{ role: 'user', blocks: [{ type: 'text', text: 'Fix the test' }] }]);
    expect(second).toEqual([
      { role: 'tool', blocks: [{ type: 'tool_result', toolUseId: tool, content: 'red', isError: false }] },
    ]);
  });
});

describe('a session', () => {
  test('hands out children before the root of their turn', () => {
    const story: Story = newStory();
    story.prompt('Fix the test');
    const tool = story.response().tool('Bash');
    story.result(tool, 'ok');
    story.answer('Fixed.');
    story.endOfTurn();
    expect(tell(story).completed.map(({ kind }) => kind)).toEqual([
      'tool-call',
      'generation',
      'generation',
      'turn',
    ]);
  });

  test('keeps agents inside the main file (1.x) apart, each under the call with its prompt', () => {
    const story = newStory({ version: '1.0.128' });
    const sidechain = (type: 'user' | 'assistant', parentUuid: string | null, message: object): string =>
      story.line({ type, isSidechain: true, parentUuid, message });
    story.prompt('Fix the test');
    const response = story.response();
    const first = response.tool('Task', { prompt: 'Look at A', subagent_type: 'general-purpose' });
    const second = response.tool('Task', { prompt: 'Look at B', subagent_type: 'general-purpose' });
    const b = sidechain('user', null, { role: 'user', content: 'Look at B' });
    const a = sidechain('user', null, { role: 'user', content: 'Look at A' });
    const said = (id: string) => ({ id, model: 'm', content: [{ type: 'text', text: id }] });
    sidechain('assistant', a, said('msg_of_a'));
    sidechain('assistant', b, said('msg_of_b'));
    story.result(first, 'A is fine');
    story.result(second, 'B is fine');
    story.answer('Fixed.');
    story.endOfTurn();
    const told = tell(story);
    const runs = ofKind(told, 'agent-run').map(({ agentRun }) => agentRun);
    expect(runs.map(({ owner, toolUseId, type }) => [owner.runId, toolUseId, type])).toEqual([
      [b, second, 'general-purpose'],
      [a, first, 'general-purpose'],
    ]);
    const owned = ofKind(told, 'generation').map(({ owner, generation }) => [generation.id, owner?.runId]);
    expect(owned).toContainEqual(['msg_of_a', a]);
    expect(owned).toContainEqual(['msg_of_b', b]);
  });
});
