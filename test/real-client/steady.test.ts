// When a scenario is played again, and what is made of it.
import { expect, test } from 'vitest';
import type { Fault } from './evidence.ts';
import { enoughToJudge, type Delta } from './judge/times.ts';
import { playUntilSure } from './steady.ts';

const late: Fault = { rule: 'ends of turns within 500 ms', what: '900 ms', isTime: true };
const wrong: Fault = { rule: 'a span once', what: 'twice' };

test.each([
  { title: 'right at once', plays: [[]], isShort: true, faults: [], unsteady: [] },
  { title: 'late, then right', plays: [[late], []], isShort: false, faults: [], unsteady: [late] },
  { title: 'late twice', plays: [[late], [late]], isShort: true, faults: [late], unsteady: [] },
  { title: 'wrong, all of it played', plays: [[wrong]], isShort: false, faults: [wrong], unsteady: [] },
  {
    title: 'wrong, then right twice',
    plays: [[wrong], [], []],
    isShort: true,
    faults: [],
    unsteady: [wrong],
  },
  { title: 'wrong and late, then right twice', plays: [[wrong, late], [], []], isShort: true, faults: [], unsteady: [wrong, late] }, // prettier-ignore
  {
    title: 'wrong, right, wrong',
    plays: [[wrong], [], [wrong]],
    isShort: true,
    faults: [wrong],
    unsteady: [],
  },
  { title: 'wrong, then late', plays: [[wrong], [late]], isShort: true, faults: [late], unsteady: [] },
])('a scenario that is $title', async ({ plays, isShort, faults, unsteady }) => {
  const left = [...plays];
  const play = () => Promise.resolve({ faults: left.shift() ?? [], log: '' });
  const verdict = await playUntilSure(play, isShort);
  expect(left).toEqual([]);
  expect(verdict).toMatchObject({ faults, unsteady, plays: plays.length });
});

test('medians are judged again by the scenarios that tell most of them', () => {
  const of = (kind: string, times: number): Delta[] => Array<Delta>(times).fill({ kind, what: '', ms: 1 });
  const played = new Map([
    ['few', of('starts of tools', 3)],
    ['others', of('ends of turns', 30)],
    ['many', of('starts of tools', 15)],
    ['more', [...of('starts of tools', 16), ...of('ends of turns', 1)]],
  ]);
  const fault = (rule: string) => ({ rule, what: '' });
  const again = (...rules: string[]) => enoughToJudge(played, rules.map(fault));
  expect(again('starts of tools within 50 ms at the median')).toEqual(['more']);
  expect(again('ends of turns within 50 ms', 'starts of tools within 50 ms')).toEqual(['more', 'others']);
  played.delete('more');
  expect(again('starts of tools within 50 ms at the median')).toEqual(['many', 'few']);
});
