import { describe, expect, test } from 'vitest';

import { safeName } from '../../../src/privacy/safe-text.ts';
import type { Completed, Generation, ToolCall } from '../../../src/session/model.ts';
import { healthIncrements, incrementsOf } from '../../../src/telemetry/metrics/increments.ts';
import type { IncrementOptions } from '../../../src/telemetry/metrics/increments.ts';
import { instrumentByName, metricAttributes, switchableAttributes } from '../../../src/telemetry/metrics/catalog.ts'; // prettier-ignore
import { everyThing } from '../every-thing.ts';
import { toolCall } from '../tool-samples.ts';
import { costOf } from './completed-of.ts';

const options: IncrementOptions = { costOf };
const everySwitch: IncrementOptions = {
  ...options,
  attributes: ['session', 'user', 'project', 'branch', 'version'],
  user: safeName('ada'),
  project: safeName('shop'),
  branch: safeName('main'),
};

const sampleGeneration = sampleOf('generation').generation;
const sampleTurn = sampleOf('turn').turn;
const { scope } = sampleTurn;

function sampleOf<K extends Completed['kind']>(kind: K): Extract<Completed, { kind: K }> {
  const sample = everyThing.find((one): one is Extract<Completed, { kind: K }> => one.kind === kind);
  if (sample === undefined) throw new Error(`no sample of a ${kind}`);
  return sample;
}

function ofGeneration(changes: Partial<Generation>, more = options) {
  const generation = { ...sampleGeneration, ...changes };
  return incrementsOf({ kind: 'generation', scope, generation }, more);
}

function ofTool(call: ToolCall, more = options) {
  return incrementsOf({ kind: 'tool-call', scope, toolCall: call }, more);
}

/** Values by instrument and, where it has one, the attribute that is asked for. */
function valuesOf(increments: ReturnType<typeof incrementsOf>, instrument: string, attribute = '') {
  return increments
    .filter((one) => one.instrument === instrument)
    .map(({ attributes, value }) => [attributes[attribute], value]);
}

describe('whatever is completed', () => {
  test.each([options, everySwitch, { ...everySwitch, names: 'native' as const }])(
    'adds only to instruments of the catalog, with their attributes, in whole numbers',
    (chosen) => {
      const increments = everyThing.flatMap((one) => incrementsOf(one, chosen));
      const every: readonly string[] =
        chosen.attributes === undefined ? [] : Object.values(switchableAttributes);
      for (const { instrument, attributes, value } of increments) {
        const known = instrumentByName.get(instrument);
        expect(known, instrument).toBeDefined();
        const own = Object.keys(attributes).filter((name) => !every.includes(name));
        expect(known?.attributes, instrument).toEqual(expect.arrayContaining(own));
        expect(Number.isSafeInteger(value) && value >= 0, instrument).toBe(true);
        for (const name of every) expect(attributes, instrument).toHaveProperty([name]);
      }
      const described = new Set(Object.keys(metricAttributes));
      if (chosen.names !== 'native')
        for (const { attributes } of increments)
          expect(Object.keys(attributes).filter((name) => !described.has(name))).toEqual([]);
    },
  );

  test('says nothing of who and where unless it is switched on', () => {
    const text = JSON.stringify(
      everyThing.map((one) => incrementsOf(one, { ...everySwitch, attributes: [] })),
    );
    for (const secret of [scope.sessionId, scope.promptId ?? '', 'ada', 'shop'])
      expect(text).not.toContain(secret);
  });
});

describe('a generation', () => {
  test('has tokens of each type, none of them in two', () => {
    const usage = {
      inputTokens: 1,
      outputTokens: 20,
      cacheReadTokens: 300,
      cacheCreationTokens: 9000,
      cacheCreation5mTokens: 4000,
      cacheCreation1hTokens: 3000,
      thinkingTokens: 5,
    };
    const increments = ofGeneration({ usage });
    expect(Object.fromEntries(valuesOf(increments, 'turnspan.tokens', 'turnspan.token.type'))).toEqual({
      input: 1,
      output: 20,
      cache_read: 300,
      cache_creation_5m: 4000,
      cache_creation_1h: 3000,
      cache_creation: 2000,
    });
    // Anthropic's rule.
    expect(valuesOf(increments, 'gen_ai.client.token.usage', 'gen_ai.token.type')).toEqual([
      ['input', 9301],
      ['output', 20],
    ]);
    expect(valuesOf(increments, 'turnspan.context.size')).toEqual([[undefined, 9301]]);
  });

  test('without usage has no tokens, and a cost that nobody knows', () => {
    const increments = ofGeneration({ usage: undefined });
    expect(increments.filter(({ instrument }) => instrument.includes('token'))).toEqual([]);
    const reason = 'turnspan.cost.unknown.reason';
    expect(valuesOf(increments, 'turnspan.cost.unknown', reason)).toEqual([['no_usage', 1]]);
    const other = ofGeneration({ model: 'own-model' });
    expect(valuesOf(other, 'turnspan.cost.unknown', reason)).toEqual([['no_price', 1]]);
    expect(valuesOf(other, 'turnspan.cost')).toEqual([]);
  });

  test('costs billionths of a dollar, in any order the same', () => {
    const cost = (usd: number) => ofGeneration({}, { costOf: () => usd * 1e9 }).find(({ instrument }) => instrument === 'turnspan.cost'); // prettier-ignore
    expect(cost(0.1)?.value).toBe(100_000_000);
    const sum = (all: readonly number[]) => all.reduce((total, one) => total + (cost(one)?.value ?? NaN), 0);
    const prices = [0.1, 0.2, 0.3, 1e-9, 123.456];
    expect(sum(prices)).toBe(sum(prices.toReversed()));
  });

  test('counts nothing of a price that is none', () => {
    for (const usd of [-1, NaN, Infinity]) {
      expect(valuesOf(ofGeneration({}, { costOf: () => usd * 1e9 }), 'turnspan.cost')).toEqual([]);
    }
    const backwards = ofGeneration({ startedAt: 2_000, endedAt: 1_000, endInferred: false });
    expect(valuesOf(backwards, 'gen_ai.client.operation.duration')).toEqual([[undefined, 0]]);
  });

  test('under the client’s names has its words', () => {
    const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheCreationTokens: 4, cacheCreation5mTokens: 4, speed: 'fast' }; // prettier-ignore
    const increments = ofGeneration({ usage }, { ...options, names: 'native' });
    expect(valuesOf(increments, 'claude_code.token.usage', 'type')).toEqual([
      ['input', 1],
      ['output', 2],
      ['cacheRead', 3],
      ['cacheCreation', 4],
    ]);
    expect(increments.find(({ instrument }) => instrument === 'claude_code.cost.usage')).toEqual({
      instrument: 'claude_code.cost.usage',
      attributes: { model: 'claude-opus-5-5', query_source: 'main', speed: 'fast' },
      value: 10_000,
    });
    expect(increments.map(({ instrument }) => instrument)).not.toContain('turnspan.tokens');
  });
});

describe('a tool call', () => {
  test('of an MCP server is called by the server, and one with a garbled name by what is a name in it', () => {
    const nameOf = (name: string) => valuesOf(ofTool(toolCall(name, {})), 'turnspan.tool.calls', 'gen_ai.tool.name')[0]?.[0]; // prettier-ignore
    expect(nameOf('mcp__tracker__find_secret_thing')).toBe('mcp__tracker');
    expect(nameOf('Bash')).toBe('Bash');
    expect(nameOf('Task" >do')).toBe('Task');
    expect(nameOf('do this and that')).toBe('unknown');
  });

  const bash = (command: string, changes: Partial<ToolCall> = {}, details: object = {}) =>
    ofTool({ ...toolCall('Bash', { command }, details), ...changes });

  test.each([
    ['git commit -m "Add shipping"', 1],
    ['cd shop && git add . && git commit -q -F -', 1],
    ['git -C "/home/ada/my shop" -c user.name=Ada commit --amend', 1],
    ['git --no-pager commit', 1],
    ['(git commit -m x); git commit -m y', 1],
    ['git commit --dry-run', 0],
    ['git log --grep commit', 0],
    ['echo "git commit"', 0],
    ['git commit-tree abc', 0],
    ['git stash; mygit commit', 0],
  ])('%s makes %i commits', (command, commits) => {
    expect(valuesOf(bash(command), 'turnspan.commits')).toHaveLength(commits);
  });

  test('makes no commit where it failed, runs on in the background, or was interrupted', () => {
    expect(valuesOf(bash('git commit', { outcome: 'failed' }), 'turnspan.commits')).toEqual([]);
    expect(valuesOf(bash('git commit', {}, { backgroundTaskId: 'b1' }), 'turnspan.commits')).toEqual([]);
    expect(valuesOf(bash('git commit', {}, { interrupted: true }), 'turnspan.commits')).toEqual([]);
  });

  test('a long command takes no time', () => {
    const long = `git ${'-c -c '.repeat(20_000)}`;
    expect(valuesOf(bash(long), 'turnspan.commits')).toEqual([]);
  });

  test('makes a pull request by gh, glab, or an MCP tool', () => {
    expect(valuesOf(bash('git push && gh pr create --fill'), 'turnspan.pull_requests')).toHaveLength(1);
    expect(valuesOf(bash('glab mr create'), 'turnspan.pull_requests')).toHaveLength(1);
    expect(valuesOf(bash('gh pr view 1'), 'turnspan.pull_requests')).toEqual([]);
    const mcp = ofTool(toolCall('mcp__github__create_pull_request', {}));
    expect(valuesOf(mcp, 'turnspan.pull_requests')).toHaveLength(1);
  });
});

describe('a turn', () => {
  const turn = (changes: object) => incrementsOf({ kind: 'turn', scope, turn: { ...sampleTurn, ...changes } }, options); // prettier-ignore
  const sessions = (changes: object) =>
    valuesOf(turn(changes), 'turnspan.sessions', 'turnspan.session.start');

  test('is a session’s first, or a fork’s first of its own, or neither', () => {
    expect(sessions({ forkedFrom: undefined })).toEqual([['fresh', 1]]);
    expect(sessions({ scope: { ...scope, number: 7 } })).toEqual([['fork', 1]]);
    expect(sessions({ scope: { ...scope, number: 7 }, forkedFrom: undefined })).toEqual([]);
  });

  test('that failed is one error, by its name', () => {
    expect(valuesOf(turn({}), 'turnspan.errors', 'error.type')).toEqual([['overloaded', 1]]);
    expect(valuesOf(turn({ error: undefined }), 'turnspan.errors', 'error.type')).toEqual([['_OTHER', 1]]);
    expect(valuesOf(turn({ status: 'interrupted' }), 'turnspan.errors')).toEqual([]);
  });
});

test('the exporter says how it is: what is 0 is said of what waits, and not of what was lost', () => {
  const way = { destination: safeName('0123456789abcdef'), signal: safeName('traces') };
  const said = healthIncrements({ ...way, outboxRequests: 0, lagSeconds: 1.5, dropped: 0, refused: 2 });
  expect(said.map(({ instrument, value }) => [instrument, value])).toEqual([
    ['turnspan.exporter.outbox', 0],
    ['turnspan.exporter.lag', 1_500],
    ['turnspan.exporter.refused', 2],
  ]);
});
