// One line in, typed entries out: every type that is known, and whatever is not.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Entry } from '../../src/transcript/entry.ts';
import { parseEntries } from '../../src/transcript/parse-entry.ts';
import { exampleStory } from '../support/example-session.ts';
import { newStory, STORY_BEGINS, type Story } from '../support/transcripts.ts';

const parse = (value: unknown): Entry[] =>
  parseEntries({
    kind: 'line',
    text: typeof value === 'string' ? value : JSON.stringify(value),
    start: 40,
    end: 90,
  });

/** The last line that a story tells, as an entry. */
function entryOf(tell: (story: Story) => void): Entry | undefined {
  const story = newStory();
  tell(story);
  return parse(story.writes.at(-1)?.text ?? '')[0];
}

const envelope = {
  uuid: 'u1',
  timestamp: '2026-11-18T09:00:00.000Z',
  isSidechain: false,
  version: '2.1.329',
};

describe('a line is parsed into', () => {
  test('a prompt', () => {
    expect(entryOf((story) => story.prompt('Fix it'))).toMatchObject({
      kind: 'user',
      offset: 40,
      timestamp: STORY_BEGINS,
      content: [{ type: 'text', text: 'Fix it' }],
      isMeta: false,
      isCompactSummary: false,
      isSidechain: false,
      origin: 'human',
      permissionMode: 'default',
      version: '2.1.329',
    });
  });

  test('a tool result, with all that it says', () => {
    const entry = entryOf((story) =>
      story.result('toolu_1', [{ type: 'text', text: 'no' }], {
        isError: true,
        toolDenialKind: 'user-rejected',
        toolUseResult: { agentId: 'a1' },
      }),
    );
    expect(entry).toMatchObject({
      kind: 'user',
      content: [
        { type: 'tool_result', toolUseId: 'toolu_1', content: [{ type: 'text', text: 'no' }], isError: true },
      ],
      toolDenialKind: 'user-rejected',
      toolUseResult: { agentId: 'a1' },
    });
  });

  test('a piece of a response', () => {
    const entry = entryOf((story) =>
      story
        .response({ messageId: 'msg_1', usage: { output_tokens_details: { thinking_tokens: 7 } } })
        .tool('Bash', {
          command: 'ls',
        }),
    );
    expect(entry).toMatchObject({
      kind: 'assistant',
      messageId: 'msg_1',
      model: 'claude-opus-5-5',
      content: [{ type: 'tool_use', name: 'Bash', input: { command: 'ls' } }],
      stopReason: 'tool_use',
      isApiError: false,
      usage: {
        inputTokens: 4,
        outputTokens: 10,
        cacheReadTokens: 200,
        cacheCreationTokens: 30,
        thinkingTokens: 7,
        serviceTier: 'standard',
      },
    });
  });

  test('an API error', () => {
    expect(entryOf((story) => story.apiError('overloaded', 529))).toMatchObject({
      kind: 'assistant',
      model: '<synthetic>',
      isApiError: true,
      error: 'overloaded',
      apiErrorStatus: 529,
    });
  });

  test.each<[string, (story: Story) => void, object]>([
    [
      'a summary of Stop hooks',
      (story) => {
        story.stopSummary({ preventedContinuation: true });
      },
      { kind: 'stop-hook-summary', preventedContinuation: true },
    ],
    [
      "a tool's result, with what was decided about the call",
      (story) => {
        story.result('toolu_1', 'no', {
          toolDenialKind: 'user-rejected',
          permissionDecision: { decision: 'reject', source: 'user_temporary', reasonType: 'other' },
        });
      },
      {
        kind: 'user',
        toolDenialKind: 'user-rejected',
        permissionDecision: 'reject',
        permissionSource: 'user_temporary',
      },
    ],
    [
      "a tool's result, with a decision of another shape",
      (story) => {
        story.result('toolu_1', 'ok', { permissionDecision: 'accept' });
      },
      { kind: 'user', permissionDecision: undefined, permissionSource: undefined },
    ],
    [
      "a turn's duration",
      (story) => {
        story.turnDuration();
      },
      { kind: 'turn-duration' },
    ],
    [
      'a retry',
      (story) => {
        story.retry(3, 503);
      },
      { kind: 'retry', status: 503, attempt: 3, maxRetries: 10, waitMs: 1500 },
    ],
    [
      'a hook context',
      (story) => {
        story.attachment({ type: 'hook_additional_context', hookEvent: 'Stop', content: ['x'] });
      },
      { kind: 'attachment', attachmentType: 'hook_additional_context', hookEvent: 'Stop' },
    ],
    [
      'a queued command',
      (story) => {
        story.attachment({ type: 'queued_command', prompt: 'go on', origin: { kind: 'human' } });
      },
      { kind: 'attachment', prompt: [{ type: 'text', text: 'go on' }], origin: 'human' },
    ],
    [
      'a progress line of an agent, without the copy in it',
      (story) => {
        story.line({
          type: 'progress',
          parentToolUseID: 'toolu_1',
          data: { type: 'agent_progress', agentId: 'a1', message: { usage: {} } },
        });
      },
      { kind: 'agent-progress', progressAgentId: 'a1', parentToolUseId: 'toolu_1' },
    ],
    [
      'a link to a pull request',
      (story) => {
        story.note({ type: 'pr-link', prNumber: 17, prUrl: 'https://github.com/ada/shop/pull/17' });
      },
      { kind: 'pull-request', offset: 40, url: 'https://github.com/ada/shop/pull/17' },
    ],
    [
      'a link to what is no address, as a line that cannot be read',
      (story) => {
        story.note({ type: 'pr-link', prNumber: 17, prUrl: 'javascript:secret' });
      },
      { kind: 'unreadable', reason: 'pr-link line: unexpected value at "prUrl"' },
    ],
    [
      'nothing, for another progress line',
      (story) => {
        story.line({ type: 'progress', data: { type: 'bash_progress' } });
      },
      { kind: 'ignored', type: 'progress' },
    ],
    [
      'nothing, for a system line that tells nothing',
      (story) => {
        story.system('local_command', { content: 'x' });
      },
      { kind: 'ignored', type: 'system' },
    ],
    [
      'a type that nobody knows, by its name',
      (story) => {
        story.note({ type: 'telepathy', secret: 'x' });
      },
      { kind: 'unknown', type: 'telepathy', offset: 40 },
    ],
  ])('%s', (_name, write, expected) => {
    expect(entryOf(write)).toMatchObject(expected);
  });

  test('a compaction', () => {
    const story = newStory();
    story.compaction('auto');
    expect(parse(story.writes[0]?.text ?? '')[0]).toMatchObject({
      kind: 'compaction',
      trigger: 'auto',
      tokensBefore: 27512,
      tokensAfter: 1590,
      durationMs: 700,
    });
    expect(parse(story.writes[1]?.text ?? '')[0]).toMatchObject({ kind: 'user', isCompactSummary: true });
  });

  test('a request', () => {
    const story = newStory();
    story.response();
    expect(parse(story.writes[0]?.text ?? '')[0]).toMatchObject({
      kind: 'api-request',
      timestamp: STORY_BEGINS,
      source: 'repl_main_thread',
      maxTokens: 128000,
    });
  });

  test('several entries, where objects are glued together', () => {
    const story = newStory();
    story.prompt('one');
    story.answer('two');
    const text = story.writes.map((write) => write.text.trim()).join('');
    expect(parse(text).map(({ kind, offset }) => [kind, offset])).toEqual([
      ['user', 40],
      ['api-request', 40],
      ['assistant', 40],
    ]);
  });
});

describe('cache tokens', () => {
  test('are those of the split where the flat number is 0 (before 2.1.152)', () => {
    const entry = entryOf((story) =>
      story.answer('x', {
        usage: {
          cache_creation_input_tokens: 0,
          cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 12 },
        },
      }),
    );
    expect(entry).toMatchObject({
      usage: { cacheCreationTokens: 42, cacheCreation5mTokens: 30, cacheCreation1hTokens: 12 },
    });
  });
});

describe('content', () => {
  test('of unknown kinds is kept by name, pictures without their bytes', () => {
    const [entry] = parse({
      ...envelope,
      type: 'user',
      message: {
        content: [
          'bare',
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
          { type: 'image' },
          { type: 'hologram', data: 'x' },
          { type: 'text', text: 7 },
        ],
      },
    });
    expect(entry?.kind === 'user' && entry.content).toEqual([
      { type: 'text', text: 'bare' },
      { type: 'image', mediaType: 'image/png' },
      { type: 'image', mediaType: undefined },
      { type: 'other', name: 'hologram' },
      { type: 'other', name: 'text' },
    ]);
  });
});

describe('a field of another shape', () => {
  test('counts as absent where it is not essential', () => {
    const [entry] = parse({
      ...envelope,
      type: 'assistant',
      isSidechain: 'no',
      agentId: 7,
      requestId: null,
      isApiErrorMessage: 'true',
      message: { id: 5, content: 'x', stop_reason: 3, usage: { input_tokens: -4, output_tokens: 'many' } },
    });
    expect(entry).toMatchObject({
      kind: 'assistant',
      model: 'unknown',
      isSidechain: false,
      isApiError: false,
    });
    expect(entry).toMatchObject({ usage: { inputTokens: 0, outputTokens: 0 } });
  });

  test.each([
    ['timestamp', { ...envelope, timestamp: 'my-secret-yesterday' }],
    ['uuid', { ...envelope, uuid: 7 }],
    ['message', { ...envelope, message: 'my-secret' }],
    ['message.content', { ...envelope, message: { content: 5 } }],
  ])(
    'makes the line unreadable where it is (%s), with its place and without its content',
    (place, fields) => {
      const [entry] = parse({ type: 'user', message: { content: 'my-secret' }, ...fields });
      expect(entry).toEqual({
        kind: 'unreadable',
        offset: 40,
        reason: `user line: unexpected value at "${place}"`,
      });
    },
  );

  test.each([['7'], ['"x"'], ['[]'], ['null'], ['{}'], ['{"type":7}']])(
    'makes the line %s unreadable: no object with a type',
    (text) => {
      expect(parse(text)).toEqual([{ kind: 'unreadable', offset: 40, reason: 'not an object with a type' }]);
    },
  );
});

describe('a line that is no JSON', () => {
  test('is unreadable, with its offset', () => {
    expect(parse('{"type":"user","mes')).toEqual([
      { kind: 'unreadable', offset: 40, reason: 'not valid JSON' },
    ]);
  });

  test('because it is too long is unreadable, with its length', () => {
    expect(parseEntries({ kind: 'too-long', start: 5, end: 1005 })).toEqual([
      { kind: 'unreadable', offset: 5, reason: 'longer than the limit: 1000 bytes' },
    ]);
  });
});

describe('any JSON', () => {
  test('is parsed without a throw', () => {
    const type = fc.constantFrom('user', 'assistant', 'system', 'attachment', 'progress', 'api-request', 'x');
    const subtype = fc.constantFrom('stop_hook_summary', 'turn_duration', 'compact_boundary', 'api_error');
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        type,
        subtype,
        fc.jsonValue(),
        (rest, t, s, message) => {
          const [entry] = parse({
            ...rest,
            type: t,
            subtype: s,
            message,
            attachment: message,
            data: message,
          });
          expect(entry?.kind).toBeTypeOf('string');
        },
      ),
    );
  });
});

describe('the example session', () => {
  test('has no line that is unknown or unreadable', () => {
    const kinds = new Map<string, number>();
    for (const { text } of exampleStory().writes) {
      for (const { kind } of parse(text.trim())) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect(kinds.has('unknown')).toBe(false);
    expect(kinds.has('unreadable')).toBe(false);
    expect(kinds.get('assistant')).toBeGreaterThan(18);
  });
});
