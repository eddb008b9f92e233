// Sums of a session: the same in any order and grouping, and after any number of ways through the disk.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readSession } from '../../../src/read-session.ts';
import type { Completed } from '../../../src/session/model.ts';
import {
  mergeSums,
  noSums,
  withCompleted,
  type SessionSums,
} from '../../../src/telemetry/events/session-sums.ts';
import { EXAMPLE_TRANSCRIPT } from '../../support/example-session.ts';
import { everyThing } from '../every-thing.ts';
import { toolCall } from '../tool-samples.ts';

function sumOf(completed: readonly Completed[]): SessionSums {
  return completed.reduce((sums, one) => withCompleted(sums, one), noSums);
}

function throughDisk(sums: SessionSums): unknown {
  return JSON.parse(JSON.stringify(sums));
}

const [first] = everyThing;
if (first === undefined) throw new Error('everyThing is empty');
const { scope } = first;

function bash(id: string, command: string, stdout: string): Completed {
  return { kind: 'tool-call', scope, toolCall: { ...toolCall('Bash', { command }, { stdout }), id } };
}

const things: readonly Completed[] = [
  ...everyThing,
  bash('toolu_2', 'git commit -m x', '[main 76000c9] x'),
  bash('toolu_3', 'gh pr create', 'https://github.com/ada/shop/pull/17'),
];

describe('the sums', () => {
  test('are the same in any order, in any parts, by way of the disk', () => {
    const whole = throughDisk(sumOf(things));
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...things], { minLength: things.length }),
        fc.integer({ min: 0, max: things.length }),
        (shuffled, at) => {
          // The cast: what came from our own JSON.
          const before = throughDisk(sumOf(shuffled.slice(0, at))) as SessionSums;
          expect(throughDisk(mergeSums(before, sumOf(shuffled.slice(at))))).toEqual(whole);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('keep 500 different names, the same ones in any order', () => {
    const reads = Array.from({ length: 600 }, (_, n): Completed => ({
      kind: 'tool-call',
      scope,
      toolCall: toolCall('Read', { file_path: `/shop/${n}.js` }, {}),
    }));
    const { filesRead } = sumOf(reads);
    expect(filesRead.names).toHaveLength(500);
    expect(filesRead.more).toBe(true);
    expect(sumOf(reads.toReversed()).filesRead).toEqual(filesRead);
    expect(JSON.stringify(sumOf(reads)).length).toBeLessThan(20_000);
  });

  test('count a pull request once that a command made and a line links to', () => {
    const url = 'https://github.com/ada/shop/pull/17';
    const made = bash('toolu_3', 'gh pr create', url);
    const [linking] = everyThing;
    if (linking?.kind !== 'turn') throw new Error('the first of everyThing is no turn');
    const { rollUp } = linking.turn;
    const work = { ...rollUp.work, pullRequests: [url] };
    const turn: Completed = { ...linking, turn: { ...linking.turn, rollUp: { ...rollUp, work } } };
    expect(sumOf([made, turn]).pullRequests.names).toEqual([url]);
  });

  test('of the example are those of its turns, once all agents have ended', async () => {
    const { completed } = await readSession(EXAMPLE_TRANSCRIPT);
    const sums = sumOf(completed);
    const generations = completed.flatMap((one) => (one.kind === 'generation' ? [one.generation] : []));
    const tools = completed.filter(({ kind }) => kind === 'tool-call');
    expect(sums).toMatchObject({
      turns: completed.filter(({ kind }) => kind === 'turn').length,
      generations: generations.length,
      toolCalls: tools.length,
      agents: 3,
      outputTokens: generations.reduce((sum, { usage }) => sum + (usage?.outputTokens ?? 0), 0),
      cost: generations.reduce((sum, { cost }) => sum + (cost ?? 0), 0),
    });
    expect(Object.values(sums.tools).reduce((sum, count) => sum + count, 0)).toBe(tools.length);
  });
});
