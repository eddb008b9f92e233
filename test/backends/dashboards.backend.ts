// The dashboards' queries and the alert rules in a real Prometheus, over points that Turnspan makes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { allQueries, panelsOf, readPage } from '../dashboards/support/pages.ts';
import { counted, plant, type Planted } from '../dashboards/support/planted.ts';
import { prometheusSeries } from '../dashboards/support/prometheus-names.ts';
import { readAlerts, readRules, RULES_FILE } from '../dashboards/support/rules.ts';
import { temporaryFolder } from '../support/folders.ts';
import { instruments, switchableAttributes, type Measured } from '../../src/telemetry/metrics/catalog.ts';
import { replay } from '../worker/support/replay.ts';
import { exportedSpans } from '../worker/support/spans.ts';
import { makeWorld, settled } from '../worker/support/world.ts';
import { eventually } from './support/eventually.ts';
import { describeWith } from './support/programs.ts';
import { prometheusPlace, query, startPrometheus, total, type Prometheus } from './support/prometheus.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CONFIGURATION = resolve(import.meta.dirname, '../../collector/prometheus.yaml');

/** What each test has started. */
const started: Prometheus[] = [];
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

describeWith(['prometheus'], 'dashboards and alerts', () => {
  test('show the example session as it was', async () => {
    const { url } = await prometheus();
    const world = makeWorld();
    mkdirSync(join(world.home, '.config/turnspan'), { recursive: true });
    const destinations = { prometheus: { endpoint: `${url}/api/v1/otlp`, signals: ['metrics'] } };
    writeFileSync(join(world.home, '.config/turnspan/config.json'), JSON.stringify({ destinations }));
    const session = replay(world, {}, 200);
    await session.played;
    await settled(world);
    const spans = exportedSpans(session.transcript);
    const chats = spans.filter(({ name }) => name.startsWith('chat '));
    const cost = chats.reduce((sum, { attributes }) => sum + Number(attributes['gen_ai.usage.cost'] ?? 0), 0);
    const shown = (file: string, title: string, refId = 'A') => show(url, file, title, refId);

    expect(total(await shown('cost.json', 'Cost'))).toBeCloseTo(cost, 9);
    const unpriced = chats.filter(({ attributes }) => attributes['gen_ai.usage.cost'] === undefined);
    expect(total(await shown('cost.json', 'Without a price'))).toBe(unpriced.length);
    expect(byLabel(await shown('cost.json', 'Tokens by type'), 'turnspan_token_type')).toEqual({
      input: 100,
      output: 1085,
      cache_read: 355_187,
      cache_creation_5m: 4273,
      cache_creation_1h: 5604,
    });
    expect(total(await shown('cost.json', 'Tokens'))).toBe(100 + 1085 + 355_187 + 4273 + 5604);
    expect(total(await shown('cost.json', 'Cache hits'))).toBeCloseTo(355_187 / 365_164, 12);
    expect(total(await shown('cost.json', 'Turns'))).toBe(6);
    expect(total(await shown('cost.json', 'Sessions'))).toBe(1);
    expect(total(await shown('cost.json', 'Lines changed'))).toBe(6);
    expect(total(await shown('work.json', 'Tool calls'))).toBe(12);
    expect(total(await shown('work.json', 'Failed'))).toBe(1);
    expect(total(await shown('work.json', 'Failed, of all'))).toBeCloseTo(1 / 12, 12);
    expect(byLabel(await shown('work.json', 'Tools', 'A'), 'gen_ai_tool_name')).toEqual({
      Agent: 3,
      Bash: 6,
      Edit: 1,
      Read: 1,
      Write: 1,
    });
    expect(total(await shown('exporter.json', 'Installations'))).toBe(1);
    expect(total(await shown('exporter.json', 'Refused'))).toBe(0);
    // A filter of the page, as Grafana writes two chosen values.
    const [chosen] = panelsOf(readPage('cost.json')).filter(({ title }) => title === 'Tokens');
    const ofOne = await query(url, filled(chosen!.targets[0]!.expr, { model: '(claude-haiku-5-5|none)' }));
    expect(total(ofOne)).toBe(10 + 73 + 22_645 + 615);
  });

  test('every query of every panel finds what every metric and label has', async () => {
    const { url } = await prometheus();
    const now = Date.now();
    const who = { service: 'claude-code', instance: 'one' };
    await plant(url, [
      { ...who, at: now - 30 * HOUR, counted: everything(2) },
      { ...who, at: now - 3 * HOUR, counted: everything(3) },
      { ...who, at: now - 10 * MINUTE, counted: everything(4) },
    ]);
    expect(await namesAndLabels(url)).toEqual(
      new Map([...prometheusSeries()].map(([name, labels]) => [name, [...labels].sort()])),
    );
    for (const { place, expr } of allQueries()) {
      const found = await query(url, filled(expr), now);
      expect(found.length, `${place}: ${expr}`).toBeGreaterThan(0);
      for (const { value } of found) expect(Number.isFinite(value), `${place}: ${expr}`).toBe(true);
    }
  });

  test('bars add up to the number of their range, whenever the points came', async () => {
    const { url } = await prometheus();
    const hour = Math.floor(Date.now() / HOUR) * HOUR;
    const who = { service: 'claude-code', instance: 'one' };
    const turns = (at: number, count: number): Planted => ({
      ...who,
      at,
      counted: counted('turns', count, { 'turnspan.turn.status': 'completed' }),
    });
    // Days before the range, twice in one hour, exactly on an edge, after hours of nothing.
    await plant(url, [
      turns(hour - 5 * DAY, 100),
      turns(hour - 20 * HOUR + 5 * MINUTE, 1),
      turns(hour - 20 * HOUR + 6 * MINUTE, 2),
      turns(hour - 11 * HOUR, 4),
      turns(hour - 30 * MINUTE, 8),
    ]);
    const [graph] = panelsOf(readPage('cost.json')).filter(
      ({ title, type }) => title === 'Turns' && type === 'timeseries',
    );
    const [stat] = panelsOf(readPage('cost.json')).filter(
      ({ title, type }) => title === 'Turns' && type === 'stat',
    );
    const bars: number[] = [];
    for (let at = hour - 23 * HOUR; at <= hour; at += HOUR) {
      bars.push(total(await query(url, filled(graph!.targets[0]!.expr), at)));
    }
    expect(bars.filter((bar) => bar > 0)).toEqual([3, 4, 8]);
    expect(total(await query(url, filled(stat!.targets[0]!.expr), hour))).toBe(15);
    // What the dashboards do not use, and why: of a new series it makes too much, of a rise after a pause nothing.
    expect(total(await query(url, 'increase(turnspan_turns_total[1h])', hour - 5 * DAY + MINUTE))).toBe(150);
    expect(await query(url, 'increase(turnspan_turns_total[1h])', hour)).toEqual([]);
  });

  test('a series that begins anew counts from there', async () => {
    const { url } = await prometheus();
    const now = Date.now();
    const commits = (at: number, count: number): Planted => ({
      service: 'claude-code',
      instance: 'one',
      at,
      counted: counted('commits', count),
    });
    await plant(url, [commits(now - 2 * DAY, 7)]);
    await plant(url, [commits(now - HOUR / 2, 3)]);
    const expr = allQueries().find(({ expr: one }) => one.includes('turnspan_commits_total'))!.expr;
    expect(total(await query(url, filled(expr), now))).toBe(3);
  });

  test('each alert fires on what it is for, and none on a calm week', async () => {
    const { url } = await prometheus();
    const now = Date.now();
    await plant(url, [...calmWeek(now), ...Object.values(SCENARIOS).flatMap((make) => make(now))]);
    const expected = Object.fromEntries(Object.keys(SCENARIOS).map((alert) => [alert, [alert]]));
    const firing = await eventually(
      'all alerts',
      async () => {
        const found = await firingByService(url);
        return Object.keys(found).length >= Object.keys(expected).length ? found : undefined;
      },
      30_000,
    ).catch(() => firingByService(url));
    expect(firing).toEqual(expected);
    const rules = await rulesOf(url);
    expect(rules.map(({ name, health }) => [name, health])).toEqual(
      readRules().map((rule) => ['alert' in rule ? rule.alert : rule.record, 'ok']),
    );
    // Each says what it means: no template is left, none failed.
    for (const { annotations } of await activeAlerts(url)) {
      expect(Object.values(annotations).join(' ')).not.toMatch(/\{\{|<no value>|<error/);
    }
  });

  test('the scenarios are for all alerts', () => {
    expect(Object.keys(SCENARIOS)).toEqual(readAlerts().map(({ alert }) => alert));
  });
});

/** The shipped configuration with the shipped rules; they are looked at every second, and nothing is scraped. */
async function prometheus(): Promise<Prometheus> {
  const folder = temporaryFolder();
  // The cast: a configuration that Prometheus itself checks.
  const shipped = parse(readFileSync(CONFIGURATION, 'utf8')) as Record<string, unknown>;
  const config = join(folder, 'prometheus.yaml');
  writeFileSync(
    config,
    stringify({
      ...shipped,
      global: { evaluation_interval: '1s' },
      rule_files: [RULES_FILE],
      scrape_configs: [],
    }),
  );
  const one = await startPrometheus(await prometheusPlace(folder), config);
  started.push(one);
  return one;
}

/** What Grafana fills in: a page of the last day in steps of an hour, "All" in each variable. */
function filled(expr: string, chosen: Readonly<Record<string, string>> = {}): string {
  const values: Readonly<Record<string, string>> = {
    __range: '86400s',
    __interval: '1h',
    horizon: '30d',
    ...Object.fromEntries(['service', 'project', 'user', 'model', 'destination'].map((name) => [name, '.*'])),
    ...chosen,
  };
  return expr.replace(/\$(\w+)/g, (_, name: string) => values[name] ?? `$${name}`);
}

async function show(url: string, file: string, title: string, refId: string) {
  const [panel] = panelsOf(readPage(file)).filter((one) => one.title === title);
  const target = panel?.targets.find((one) => one.refId === refId);
  if (target === undefined) throw new Error(`${file} has no ${title}, ${refId}`);
  return query(url, filled(target.expr));
}

function byLabel(series: Awaited<ReturnType<typeof query>>, label: string): Record<string, number> {
  return Object.fromEntries(series.map(({ labels, value }) => [labels[label] ?? '', value]));
}

/** `value` of everything in the catalog, with every attribute, all that can be switched on too. */
function everything(value: number): Planted['counted'] {
  const switched = Object.fromEntries(Object.values(switchableAttributes).map((name) => [name, 'one']));
  // The cast: the catalog's own keys.
  return (Object.keys(instruments) as Measured[]).flatMap((what) => {
    const { name, attributes } = instruments[what];
    const every = name.startsWith('turnspan.exporter.') ? {} : switched;
    const values = (attribute: string): readonly string[] => WORDS[attribute] ?? ['one'];
    const sets = attributes.reduce<Record<string, string>[]>(
      (all, attribute) =>
        all.flatMap((set) => values(attribute).map((word) => ({ ...set, [attribute]: word }))),
      [{}],
    );
    return sets.flatMap((set) => counted(what, value, set, every));
  });
}

/** Values that a panel asks for by name. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'turnspan.token.type': ['input', 'output', 'cache_read', 'cache_creation_1h'],
  'gen_ai.token.type': ['input', 'output'],
  'turnspan.turn.status': ['completed', 'failed', 'interrupted'],
  'turnspan.tool.outcome': ['succeeded', 'failed', 'denied'],
};

/** What a real Prometheus has made of the names. */
async function namesAndLabels(url: string): Promise<Map<string, string[]>> {
  const found = new Map<string, Set<string>>();
  const ask = new URLSearchParams({
    'match[]': '{__name__=~"turnspan_.*|gen_ai_.*"}',
    start: String((Date.now() - 2 * DAY) / 1000),
  });
  const series = (await answerOf(`${url}/api/v1/series?${ask.toString()}`)) as Record<string, string>[];
  for (const { __name__: name = '', ...labels } of series) {
    const known = found.get(name) ?? new Set();
    // `service_name` is promoted by the shipped configuration, and is what `job` is.
    for (const label of Object.keys(labels)) if (label !== 'service_name') known.add(label);
    found.set(name, known);
  }
  return new Map([...found].map(([name, labels]) => [name, [...labels].sort()]));
}

interface ActiveAlert {
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

async function activeAlerts(url: string): Promise<readonly ActiveAlert[]> {
  return ((await answerOf(`${url}/api/v1/alerts`)) as { alerts: ActiveAlert[] }).alerts;
}

async function firingByService(url: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { state, labels } of await activeAlerts(url)) {
    const service = labels['job'] ?? 'no service';
    if (state === 'firing') found[service] = [...(found[service] ?? []), labels['alertname'] ?? ''];
  }
  return found;
}

interface Rule {
  readonly name: string;
  readonly health: string;
}

async function rulesOf(url: string): Promise<readonly Rule[]> {
  const { groups } = (await answerOf(`${url}/api/v1/rules`)) as { groups: { rules: Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

async function answerOf(url: string): Promise<unknown> {
  // The cast: Prometheus' own answer.
  return ((await (await fetch(url)).json()) as { data: unknown }).data;
}

const MODEL = { 'gen_ai.response.model': 'claude-opus-5-5' };
const WAY = { 'turnspan.destination': 'mine', 'turnspan.signal': 'traces' };
const turn = (status: string, count: number) => counted('turns', count, { 'turnspan.turn.status': status });
const calls = (tool: string, outcome: string, count: number) =>
  counted('toolCalls', count, { 'gen_ai.tool.name': tool, 'turnspan.tool.outcome': outcome });

/** Eight hours of work a day, a few failures, a short lag, nothing lost; the last of it an hour's work just now. */
function calmWeek(now: number): Planted[] {
  const hours = [6, 5, 4, 3, 2, 1, 0].flatMap((day) =>
    [7, 6, 5, 4, 3, 2, 1, 0].map((hour) => now - day * DAY - hour * HOUR - 20 * MINUTE),
  );
  return hours.map((at) => ({
    service: 'calm',
    instance: 'one',
    at,
    counted: [
      counted('cost', 10, MODEL),
      turn('completed', 20),
      turn('failed', 4),
      calls('Bash', 'succeeded', 60),
      calls('Bash', 'failed', 25),
      counted('lag', 60, WAY),
      counted('outboxRequests', 2, WAY),
      counted('unknownCost', 1, { ...MODEL, 'turnspan.cost.unknown.reason': 'no_usage' }),
    ].flat(),
  }));
}

/** What each alert is for, by its name, which is the service's too. */
const SCENARIOS: Readonly<Record<string, (now: number) => Planted[]>> = {
  TurnspanCostSpike: planted('TurnspanCostSpike', [
    [3 * DAY, counted('cost', 100, MODEL)],
    [30 * MINUTE, counted('cost', 25, MODEL)],
  ]),
  TurnspanCostOfDay: planted('TurnspanCostOfDay', [
    [20 * HOUR, counted('cost', 300, MODEL)],
    [10 * HOUR, counted('cost', 201, MODEL)],
  ]),
  TurnspanCostUnknown: planted('TurnspanCostUnknown', [
    [2 * HOUR, counted('unknownCost', 1, { ...MODEL, 'turnspan.cost.unknown.reason': 'no_price' })],
  ]),
  TurnspanTurnsFail: planted('TurnspanTurnsFail', [
    [20 * MINUTE, [...turn('completed', 10), ...turn('failed', 5)]],
  ]),
  TurnspanToolFails: planted('TurnspanToolFails', [
    [20 * MINUTE, [...calls('Bash', 'succeeded', 15), ...calls('Bash', 'failed', 20)]],
  ]),
  TurnspanExporterLag: planted('TurnspanExporterLag', [[10 * MINUTE, counted('lag', 1000, WAY)]]),
  TurnspanExporterRefused: planted('TurnspanExporterRefused', [[10 * MINUTE, counted('refused', 1, WAY)]]),
  TurnspanExporterDropped: planted('TurnspanExporterDropped', [[10 * MINUTE, counted('dropped', 1, WAY)]]),
  TurnspanDataMissing: planted('TurnspanDataMissing', [[5 * DAY, turn('completed', 3)]]),
  TurnspanInstallationSilent: (now) => [
    ...planted('TurnspanInstallationSilent', [[5 * DAY, turn('completed', 3)]])(now),
    ...planted('TurnspanInstallationSilent', [[3 * HOUR, turn('completed', 3)]], 'two')(now),
  ],
};

function planted(
  service: string,
  points: readonly (readonly [ago: number, counted: Planted['counted']])[],
  instance = 'one',
): (now: number) => Planted[] {
  return (now) =>
    points.map(([ago, increments]) => ({ service, instance, at: now - ago, counted: increments }));
}
