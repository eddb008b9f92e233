// What the terminal's scenarios ask of the judge beside the rest: links, absorbed messages, texts that nobody may see.
import { expect, test } from 'vitest';
import type { Evidence } from '../evidence.ts';
import { changeSpan, rightEvidence } from '../made-evidence.ts';
import { turn } from '../scenario.ts';
import { judgeLinks } from './links.ts';
import { judgeTexts } from './texts.ts';

const right = rightEvidence();
const call = right.spans.find(({ spanId }) => spanId === 'tool-b');
const link = (spanId: string) => ({
  ...{ traceId: call?.traceId ?? '', spanId, traceState: '' },
  attributes: { 'turnspan.link.kind': 'launched_by' },
});
const launched = { ...right, expected: { turns: [turn(2, 'completed', { launchedBy: 'helper' })] } };
const rules = (evidence: Evidence) => judgeLinks(evidence).map(({ rule }) => rule);

test('a turn that an agent began links to the call that launched it, and nowhere else', () => {
  expect(rules(changeSpan(launched, 'turn', { links: [link('tool-b')] }))).toEqual([]);
  expect(rules(launched)).toEqual(['a link to the launch']);
  expect(rules(changeSpan(launched, 'turn', { links: [link('tool-a')] }))).toEqual(['a link to the launch']);
  expect(rules(changeSpan(right, 'turn', { links: [link('nobody')] }))).toEqual(['no dangling link']);
});

test('a message that was typed while the model worked is an event, once', () => {
  const typed = { ...right, expected: { ...right.expected, absorbed: 1 } };
  const event = { name: 'turnspan.message.absorbed', timeUnixNano: 1n, attributes: {} };
  expect(rules(typed)).toEqual(['an event for each absorbed message']);
  expect(rules(changeSpan(right, 'turn', { events: [event] }))).toEqual([
    'an event for each absorbed message',
  ]);
  expect(rules(changeSpan(typed, 'turn', { events: [event] }))).toEqual([]);
});

test('a text that nobody may see is neither sent nor kept, and others are told', () => {
  const texts = { told: ['invoke_agent'], nowhere: ['the vault'] };
  const quiet = { ...right, expected: { ...right.expected, texts } };
  const spoken = changeSpan(quiet, 'turn', { attributes: { 'gen_ai.input.messages': 'open the vault' } });
  expect(judgeTexts(quiet)).toEqual([]);
  expect(judgeTexts({ ...quiet, kept: 'open the vault' })).toHaveLength(1);
  expect(judgeTexts(spoken)).toHaveLength(1);
  expect(judgeTexts({ ...quiet, spans: [] })).toHaveLength(1);
});
