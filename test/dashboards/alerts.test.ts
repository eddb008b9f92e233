// The alert rules: what they ask for is what Turnspan sends, and each says what is wrong, where, and what to do.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { selectedIn, wordsOf } from './support/promql-names.ts';
import { prometheusSeries } from './support/prometheus-names.ts';
import { readAlerts, readRules } from './support/rules.ts';

const root = join(import.meta.dirname, '../..');

/** What Turnspan sends, and what the rules above one keep. */
const known = new Map<string, readonly string[]>(prometheusSeries());
for (const rule of readRules()) {
  if (!('record' in rule)) continue;
  const [, labels = ''] = /^sum by \(([^)]*)\)/.exec(rule.expr) ?? [];
  known.set(rule.record, labels.split(', '));
}

test.each(readRules())('a rule asks for what is there: $alert$record', ({ expr }) => {
  const selected = selectedIn(expr);
  expect(selected.length).toBeGreaterThan(0);
  for (const { metric, labels } of selected) {
    expect(known.has(metric), metric).toBe(true);
    expect(known.get(metric), metric).toEqual(expect.arrayContaining([...labels]));
  }
  expect(WORDS).toEqual(expect.arrayContaining(wordsOf(expr)));
});

test.each(readAlerts())('$alert names only labels that it has', ({ expr, annotations }) => {
  const [, grouped = ''] = /\bby \(([^)]*)\)/.exec(expr) ?? [];
  const named = [
    ...Object.values(annotations)
      .join(' ')
      .matchAll(/\$labels\.(\w+)/g),
  ];
  expect(grouped.split(', ')).toEqual(expect.arrayContaining(named.map(([, label]) => label)));
});

test.each(readAlerts())('the runbook of $alert is a place in the documentation', ({ annotations }) => {
  const [, file = '', anchor = ''] = /^(docs\/[\w-]+\.md)#([\w-]+): /.exec(annotations.runbook) ?? [];
  const anchors = [...readFileSync(join(root, file), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title.toLowerCase().replaceAll(' ', '-'),
  );
  expect(anchors).toContain(anchor);
});

test('the documentation has every alert, and no other', () => {
  const text = readFileSync(join(root, 'docs/dashboards.md'), 'utf8');
  const documented = [...text.matchAll(/^\| `(Turnspan\w+)`/gm)].map(([, name]) => name);
  expect(documented).toEqual(readAlerts().map(({ alert }) => alert));
});

const WORDS = [
  ...['by', 'on', 'or', 'and', 'unless', 'offset', 'sum', 'max', 'count'],
  ...['last_over_time', 'min_over_time'],
];
