// What sessions cost against what the client counted: sessions of the real client (test/golden) as they are, and changed.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { compareCost } from '../../src/doctor/compare-cost.ts';
import type { CheckReport } from '../../src/doctor/report.ts';
import { readSessionCost } from '../../src/session-cost.ts';
import { silentLog } from '../../src/platform/log.ts';
import { openSessionRecords } from '../../src/state/session-records.ts';
import { scenarios } from '../golden/scenarios.ts';
import { temporaryFolder } from '../support/folders.ts';
import { examine, examineByCommand, makePatient, type Patient } from './support/patient.ts';

const MiB = 1024 * 1024;
const COST_STATE = '"type":"cost-state"';

test.each(scenarios.filter((one) => one.transcripts.some(hasCostState)))(
  'the client counted no other price and no fewer calls: $name',
  async ({ transcripts }) => {
    for (const transcript of transcripts.filter(hasCostState)) {
      expect(await compared(transcript)).toMatchObject({ status: 'agrees' });
    }
  },
);

test('most sessions of the real client cost to the nanodollar what it counted', async () => {
  const all = scenarios.flatMap(({ name, transcripts }) => transcripts.map((path) => ({ name, path })));
  const different: string[] = [];
  let equal = 0;
  for (const { name, path } of all.filter((one) => hasCostState(one.path))) {
    const one = await compared(path);
    if (one?.status === 'agrees' && one.ours === one.client) equal += 1;
    else different.push(name);
  }
  // Summaries, /btw, agents of the session that was forked, and streams that were cut off.
  expect(different.sort()).toEqual([
    'auto-compact', 'btw', 'compact', 'compact-headless', 'fork-session', 'interrupt-headless', 'interrupt-stream',
  ]); // prettier-ignore
  expect(equal).toBeGreaterThan(45);
});

test('a session that agrees is told with its sum', async () => {
  const patient = await makePatient();
  workedOn(patient, 'parallel-agents-2.1.329');
  expect(await cost(patient)).toEqual({
    name: 'cost',
    holds: 'One of the last sessions cost $0.0425, as Claude Code counted',
    status: 'ok',
    findings: [],
  });
});

test('what the client counted beside the transcript is called so', async () => {
  const patient = await makePatient();
  workedOn(patient, 'compact');
  expect(await holds(patient)).toBe(
    'One of the last sessions cost $0.0232; Claude Code counted $0.0058 more, for calls that are not in the transcript (titles, summaries, other helpers)',
  );
});

test('an answer that was cut off is no difference, whether the client counted more of it or nothing', async () => {
  const more = await makePatient();
  workedOn(more, 'interrupt-stream');
  expect(await holds(more)).toMatch(
    /cost \$0\.0086; Claude Code counted \$0\.0022 more, for .*, or answers that were cut off in it$/,
  );
  const nothing = await makePatient();
  workedOn(nothing, 'interrupt-headless');
  expect(await holds(nothing)).toBe(
    'One of the last sessions cost $0.0085; Claude Code left out $0.0031 of answers that were cut off',
  );
});

test('helper calls of another model hide no other price', async () => {
  const patient = await makePatient();
  workedOn(patient, 'continue-2.1.329', (text) =>
    withCost(text, (state) => {
      state.modelUsage['claude-haiku-4-5'] = usage(5, 0.01);
      const opus = state.modelUsage['claude-opus-5-5'];
      if (opus !== undefined) opus.costUSD /= 2;
      state.totalCostUSD = state.totalCostUSD / 2 + 0.01;
    }),
  );
  expect(await findings(patient)).toEqual(['cost-of-other-prices']);
});

test('a helper of another model is not in the transcript', async () => {
  const patient = await makePatient();
  workedOn(patient, 'continue-2.1.329', (text) =>
    withCost(text, (state) => {
      state.modelUsage['claude-haiku-4-5'] = usage(5, 0.01);
      state.totalCostUSD += 0.01;
    }),
  );
  expect(await holds(patient)).toContain('$0.0100 more, for calls that are not in the transcript');
});

test.each([
  ['cheaper', 0.5],
  ['dearer', 2],
])('a client that is %s for the same tokens has other prices', async (_, factor) => {
  const patient = await makePatient();
  workedOn(patient, 'skill', (text) =>
    withCost(text, (state) => {
      timesCost(state, factor);
    }),
  );
  const report = await cost(patient);
  expect(report.findings.map(({ name, level }) => [name, level])).toEqual([
    ['cost-of-other-prices', 'warning'],
  ]);
  expect(report.findings[0]?.title).toContain(
    `$0.0167; Claude Code counted $${(0.01668 * factor).toFixed(4)}`,
  );
  expect(report.findings[0]?.remedy).toContain('"prices" in config.json');
});

test('fractions of a dollar that were added up in another order are no difference', async () => {
  const patient = await makePatient();
  workedOn(patient, 'skill', (text) =>
    withCost(text, (state) => {
      timesCost(state, 1.00005);
    }),
  );
  expect(await holds(patient)).toBe('One of the last sessions cost $0.0167, as Claude Code counted');
});

test('a name that the client alone knows is compared by the sum of all models', async () => {
  const named = (text: string): string =>
    text.replaceAll('"claude-opus-5-5":{', '"eu.anthropic.claude-opus-5-5":{');
  const patient = await makePatient();
  workedOn(patient, 'skill', named);
  expect(await holds(patient)).toContain('$0.0167, as Claude Code counted');
  const other = await makePatient();
  workedOn(other, 'skill', (text) =>
    named(
      withCost(text, (state) => {
        timesCost(state, 0.5);
      }),
    ),
  );
  expect(await findings(other)).toEqual(['cost-of-other-prices']);
});

test('a name with [1m] is the same model', async () => {
  const patient = await makePatient();
  workedOn(patient, 'skill', (text) =>
    withCost(text, (state) => {
      state.modelUsage = {
        'claude-opus-5-5[1m]': state.modelUsage['claude-opus-5-5'] ?? usage(0, 0),
        'claude-haiku-4-5': usage(5, 0.1),
      };
      timesCost(state, 2);
    }),
  );
  expect(await findings(patient)).toEqual(['cost-of-other-prices']);
});

test('calls that the client did not count are found', async () => {
  const patient = await makePatient();
  workedOn(patient, 'skill', (text) =>
    withCost(text, (state) => {
      state.modelUsage = { 'claude-opus-5-5': usage(1, 0.001) };
      state.totalCostUSD = 0.001;
    }),
  );
  const [finding] = (await cost(patient)).findings;
  expect(finding?.name).toBe('cost-of-more-calls');
  expect(finding?.title).toContain('$0.0167; Claude Code counted $0.0010');
});

test('a model without a price is told, until the user says what it costs', async () => {
  const patient = await makePatient();
  const guessed = (text: string): string =>
    withCost(text.replaceAll('claude-opus-5-5', 'acme-1'), (state) => {
      state.hasUnknownModelCost = true;
      timesCost(state, 3);
    });
  workedOn(patient, 'skill', guessed);
  const said = await holds(patient);
  expect(said).toContain('acme-1 has no price, so 3 responses have no cost until "prices" in config.json');
  const rates = { input: 1, output: 2, cacheRead: 0.1, cacheWrite5m: 1, cacheWrite1h: 2 };
  const prices = [{ model: 'acme-*', ...rates }];
  configure(patient, { prices });
  // The client guessed: there is nothing to hold ours to.
  expect(await holds(patient)).toContain('No session tells');
});

test('a name of a model that may be anything is not shown', async () => {
  const patient = await makePatient();
  workedOn(patient, 'skill', (text) => text.replaceAll('claude-opus-5-5', '/home/somebody/model'));
  const report = JSON.stringify(await cost(patient));
  expect(report).toContain('a model with an unusual name');
  expect(report).not.toContain('somebody');
});

test('own prices are meant to differ, and both sums are told', async () => {
  const patient = await makePatient();
  workedOn(patient, 'skill');
  configure(patient, { prices: [{ model: 'claude-*', discount: 0.5 }] });
  expect(await holds(patient)).toBe(
    'One of the last sessions cost $0.0083 by your own prices; Claude Code counted $0.0167 by its own',
  );
});

test('clients that write no such line leave nothing to compare, and no session at all neither', async () => {
  const patient = await makePatient();
  const nothing =
    'No session tells what Claude Code counted (it writes that at its end, and old versions do not)';
  expect(await holds(patient)).toBe(nothing);
  workedOn(patient, 'parallel-agents-2.1.220');
  expect(await holds(patient)).toBe(nothing);
});

test('a damaged line is passed over: the one before it counts, for what it counted', async () => {
  // The first line at the exit of the first process counts up to there; of the second process nothing is known.
  const patient = await makePatient();
  workedOn(patient, 'continue-2.1.329', (text) => mapLast(text, (line) => line.slice(0, -40)));
  expect(await holds(patient)).toBe('One of the last sessions cost $0.0167, as Claude Code counted');
  const all = await makePatient();
  workedOn(all, 'continue-2.1.329', (text) =>
    text.replaceAll('"totalCostUSD":', '"totalCostUSD":"a string",'),
  );
  expect(await holds(all)).toContain('No session tells');
  const other = await makePatient();
  workedOn(other, 'continue-2.1.329', (text) =>
    mapLast(text, (line) => line.replace('"modelUsage":{', '"modelUsage":{"x":7,')),
  );
  expect(await holds(other)).toContain('$0.0167, as Claude Code counted');
});

test('a line of another session does not count', async () => {
  const patient = await makePatient();
  workedOn(patient, 'skill', (text) =>
    mapCosts(text, (line) => line.replace(/"sessionId":"[^"]+"/, '"sessionId":"somebody-else"')),
  );
  expect(await holds(patient)).toContain('No session tells');
});

test('a resumed process goes on with the sum, and one that runs since the line is not in it', async () => {
  const patient = await makePatient();
  workedOn(patient, 'continue-2.1.329');
  expect(await holds(patient)).toBe('One of the last sessions cost $0.0225, as Claude Code counted');
  const running = await makePatient();
  workedOn(running, 'continue-2.1.329', (text) => mapLast(text, () => '{"type":"mode"}'));
  expect(await holds(running)).toBe('One of the last sessions cost $0.0167, as Claude Code counted');
});

test('what a killed process had counted is nowhere, and no fault of ours', async () => {
  const patient = await makePatient();
  // It began with this session: the next process begins its sum anew.
  workedOn(patient, 'killed-in-tool');
  expect(await holds(patient)).toBe('One of the last sessions cost $0.0060, as Claude Code counted');
  // It resumed this one: the next goes on with the sum from before it.
  const resumed = await makePatient();
  workedOn(resumed, 'continue-2.1.329', (text) => {
    const first = text.split('\n').find((line) => line.includes(COST_STATE)) ?? '';
    return mapLast(text, () => first);
  });
  expect(await holds(resumed)).toContain('No session tells');
});

test('/clear and /branch begin the sum anew, and a fork goes on with it', async () => {
  const patient = await makePatient();
  workedOn(patient, 'branch');
  expect(await holds(patient)).toBe('2 of the last sessions cost $0.0225, as Claude Code counted');
  const cleared = await makePatient();
  workedOn(cleared, 'clear');
  expect(await holds(cleared)).toBe('2 of the last sessions cost $0.0107, as Claude Code counted');
  const forked = await makePatient();
  workedOn(forked, 'fork-session');
  expect(await holds(forked)).toContain('counted $0.0118 more, for calls that are not in the transcript');
});

test('three sessions are compared, the newest, of ten', async () => {
  const patient = await makePatient();
  const now = Date.now() / 1000;
  const names = ['compact', 'skill', 'refused', 'continue-2.1.329'];
  names.forEach((name, place) => {
    for (const record of workedOn(patient, name)) utimesSync(record, now + place, now + place);
  });
  expect(await holds(patient)).toBe('3 of the last sessions cost $0.0559, as Claude Code counted');
  for (let count = 0; count < 8; count += 1) {
    const [record = ''] = workedOn(patient, 'parallel-agents-2.1.220', (text) => text, `old-${count}`);
    utimesSync(record, now + 9, now + 9);
  }
  expect(await holds(patient)).toBe('2 of the last sessions cost $0.0392, as Claude Code counted');
});

test('a large session is not read, and that is said', async () => {
  const patient = await makePatient();
  workedOn(
    patient,
    'skill',
    (text) => `${text}${JSON.stringify({ type: 'mode', filler: 'x'.repeat(16 * MiB) })}\n`,
  );
  workedOn(patient, 'refused');
  expect(await holds(patient)).toBe(
    'One of the last sessions cost $0.0167, as Claude Code counted (1 large session not read)',
  );
});

test("agents' files are weighed too", async () => {
  const transcript = transcriptsOf('parallel-agents-2.1.329')[0] ?? '';
  const size = readFileSync(transcript).length;
  expect((await readSessionCost(transcript, [], size + 10)).status).toBe('too-large');
  expect((await readSessionCost(transcript, [], 16 * MiB)).status).toBe('read');
});

test('a transcript that is gone, and a record that cannot be read, are passed over', async () => {
  const patient = await makePatient();
  const [record = ''] = workedOn(patient, 'skill');
  workedOn(patient, 'refused');
  rmSync(join(patient.home, '.claude/projects/skill'), { recursive: true });
  expect(await holds(patient)).toBe('One of the last sessions cost $0.0167, as Claude Code counted');
  writeFileSync(record, '{');
  expect(await holds(patient)).toBe('One of the last sessions cost $0.0167, as Claude Code counted');
  const gone = join(temporaryFolder(), 'gone.jsonl');
  expect(await readSessionCost(gone, [], MiB)).toEqual({ status: 'silent' });
});

test('no path and no id of a session is shown', async () => {
  const patient = await makePatient();
  workedOn(patient, 'skill', (text) =>
    withCost(text, (state) => {
      timesCost(state, 2);
    }),
  );
  workedOn(patient, 'refused', (text) => text.replaceAll('claude-opus-5-5', 'acme-1'));
  const report = JSON.stringify(await cost(patient));
  expect(report).toContain('cost-of-other-prices');
  for (const name of ['skill', 'refused']) {
    for (const path of transcriptsOf(name))
      expect(report).not.toContain(basename(path, '.jsonl').slice(0, 8));
  }
  expect(report).not.toContain(patient.home);
});

test('the command compares too', async () => {
  const patient = await makePatient();
  workedOn(patient, 'skill');
  const report = await examineByCommand(patient);
  expect(report.checks.find(({ name }) => name === 'cost')?.holds).toBe(
    'One of the last sessions cost $0.0167, as Claude Code counted',
  );
});

interface CostLine {
  totalCostUSD: number;
  hasUnknownModelCost: boolean;
  modelUsage: Record<string, { costUSD: number }>;
}

async function compared(transcript: string) {
  const session = await readSessionCost(transcript, [], MiB);
  return session.status === 'read' ? compareCost(session) : undefined;
}

async function cost(patient: Patient): Promise<CheckReport> {
  const report = (await examine(patient, { readCost: readSessionCost })).checks.find(
    ({ name }) => name === 'cost',
  );
  if (report === undefined) throw new Error('there is no such check');
  return report;
}

async function holds(patient: Patient): Promise<string> {
  const { status, holds: text, findings: found } = await cost(patient);
  return status === 'ok' ? text : JSON.stringify(found);
}

async function findings(patient: Patient): Promise<string[]> {
  return (await cost(patient)).findings.map(({ name }) => name);
}

/** Puts the sessions of a golden scenario where a client would, and their records where a worker would; gives those. */
function workedOn(
  { home, places }: Patient,
  scenario: string,
  change: (text: string) => string = (text) => text,
  folder = scenario,
): string[] {
  const records = openSessionRecords(places.state, silentLog);
  const project = join(home, '.claude/projects', folder);
  mkdirSync(project, { recursive: true });
  return transcriptsOf(scenario).map((from) => {
    const agents = from.replace(/\.jsonl$/, '');
    const transcript = join(project, basename(from));
    writeFileSync(transcript, change(readFileSync(from, 'utf8')));
    if (existsSync(agents)) cpSync(agents, transcript.replace(/\.jsonl$/, ''), { recursive: true });
    records.save(records.open(transcript), false);
    return recordOf(places.state, transcript);
  });
}

function recordOf(state: string, transcript: string): string {
  const folder = join(state, 'sessions');
  const path = readdirSync(folder)
    .map((name) => join(folder, name))
    .find((one) => readFileSync(one, 'utf8').includes(JSON.stringify(transcript)));
  if (path === undefined) throw new Error('there is no record');
  return path;
}

function transcriptsOf(scenario: string): readonly string[] {
  return scenarios.find(({ name }) => name === scenario)?.transcripts ?? [];
}

function configure({ places }: Patient, more: object): void {
  const content = JSON.parse(readFileSync(places.config, 'utf8')) as object;
  writeFileSync(places.config, JSON.stringify({ ...content, ...more }), { mode: 0o600 });
}

function hasCostState(transcript: string): boolean {
  return existsSync(transcript) && readFileSync(transcript, 'utf8').includes(COST_STATE);
}

function mapCosts(text: string, change: (line: string) => string): string {
  return text
    .split('\n')
    .map((line) => (line.includes(COST_STATE) ? change(line) : line))
    .join('\n');
}

function mapLast(text: string, change: (line: string) => string): string {
  const lines = text.split('\n');
  const last = lines.findLastIndex((line) => line.includes(COST_STATE));
  return lines.map((line, place) => (place === last ? change(line) : line)).join('\n');
}

function withCost(text: string, change: (state: CostLine) => void): string {
  return mapCosts(text, (line) => {
    const state = JSON.parse(line) as CostLine;
    change(state);
    return JSON.stringify(state);
  });
}

function timesCost(state: CostLine, factor: number): void {
  state.totalCostUSD *= factor;
  for (const one of Object.values(state.modelUsage)) one.costUSD *= factor;
}

function usage(tokens: number, costUSD: number) {
  return {
    inputTokens: tokens,
    outputTokens: tokens,
    cacheReadInputTokens: tokens,
    cacheCreationInputTokens: tokens,
    webSearchRequests: 0,
    costUSD,
  };
}
