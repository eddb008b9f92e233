// The dashboards in `collector/dashboards` are what their source makes; each panel says what it shows, and asks only for metrics and
// labels that Turnspan sends. `TURNSPAN_DOCS=write npx vitest run test/dashboards` writes them anew.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { describe, expect, test } from 'vitest';
import { dashboards } from '../../collector/dashboards/source/dashboards.ts';
import { counters, gauges, histograms } from '../../collector/dashboards/source/metrics.ts';
import { allQueries, FILES, FOLDER, panelsOf, readPage } from './support/pages.ts';
import { selectedIn, wordsOf } from './support/promql-names.ts';
import { prometheusSeries } from './support/prometheus-names.ts';

const sent = prometheusSeries();

/** The text of each file, as it should be. */
const fresh = new Map<string, string>();
for (const [file, dashboard] of Object.entries(dashboards())) {
  const path = join(FOLDER, file);
  const options = { ...(await prettier.resolveConfig(path)), filepath: path };
  fresh.set(file, await prettier.format(JSON.stringify(dashboard), options));
  if (process.env['TURNSPAN_DOCS'] === 'write') writeFileSync(path, fresh.get(file)!);
}

test.each(FILES)('%s is what its source makes', (file) => {
  expect(readFileSync(join(FOLDER, file), 'utf8')).toBe(fresh.get(file));
});

test('no other dashboard lies there, and no two have one uid', () => {
  expect(readdirSync(FOLDER).filter((name) => name.endsWith('.json'))).toEqual([...FILES].sort());
  expect(new Set(FILES.map((file) => readPage(file).uid)).size).toBe(FILES.length);
});

describe.each(FILES)('%s', (file) => {
  test('every panel has its title, unit, description, queries and place', () => {
    const page = readPage(file);
    const panels = panelsOf(page);
    expect(panels.length).toBeGreaterThan(5);
    expect(new Set(page.panels.map(({ id }) => id)).size).toBe(page.panels.length);
    for (const { title, targets, gridPos } of panels) {
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    }
    for (const [place, one] of panels.entries()) {
      for (const other of panels.slice(place + 1)) {
        expect(overlap(one.gridPos, other.gridPos), `${one.title} and ${other.title}`).toBe(false);
      }
    }
  });

  test('every query knows its window, and every variable is there', () => {
    const page = readPage(file);
    const variables = page.templating.list.map(({ name }) => name);
    for (const { title, targets } of panelsOf(page)) {
      for (const { expr, instant = false, range = false } of targets) {
        const names = new Set([...expr.matchAll(/\$(\w+)/g)].map(([, name]) => name));
        // An instant query has the whole range, a graph a step.
        expect([names.has('__range'), names.has('__interval')], title).toEqual([instant, range]);
        expect([...variables, '__range', '__interval'], title).toEqual(expect.arrayContaining([...names]));
      }
    }
  });

  test('every variable asks for values that a metric has', () => {
    const asked = readPage(file).templating.list.filter(({ type }) => type === 'query');
    expect(asked.length).toBeGreaterThan(0);
    for (const { definition = '' } of asked) {
      const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? [];
      expect(sent.get(metric), definition).toContain(label);
    }
  });
});

test.each(allQueries())('$place asks for what Turnspan sends', ({ expr }) => {
  const selected = selectedIn(expr);
  expect(selected.length).toBeGreaterThan(0);
  for (const { metric, labels } of selected) {
    expect(sent.has(metric), metric).toBe(true);
    expect(sent.get(metric), metric).toEqual(expect.arrayContaining([...labels]));
  }
  expect(FUNCTIONS).toEqual(expect.arrayContaining(wordsOf(expr)));
});

test('every metric that Turnspan sends is on a dashboard', () => {
  const asked = new Set(allQueries().flatMap(({ expr }) => selectedIn(expr).map(({ metric }) => metric)));
  const stem = (name: string): string => name.replace(/_(bucket|sum|count)$/, '');
  expect(new Set([...asked].map(stem))).toEqual(new Set([...sent.keys()].map(stem)));
});

test('the names in the source are those of the catalog', () => {
  const single = Object.values({ ...counters, ...gauges });
  const parts = ['_bucket', '_sum', '_count'];
  expect(
    new Set([
      ...single.map(({ name }) => name),
      ...Object.values(histograms).flatMap(({ name }) => parts.map((part) => name + part)),
    ]),
  ).toEqual(new Set(sent.keys()));
});

const FUNCTIONS = [
  ...['by', 'or', 'offset', 'sum', 'max', 'count', 'sort_desc', 'time', 'timestamp'],
  ...['last_over_time', 'min_over_time', 'max_over_time', 'histogram_quantile'],
];

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.w &&
    other.x < one.x + one.w &&
    one.y < other.y + other.h &&
    other.y < one.y + one.h
  );
}
