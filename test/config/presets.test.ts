// The contract that all presets keep, and what becomes of the user's values.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fillPreset, placesIn } from '../../src/config/presets/fill.ts';
import { presetNamed, presets } from '../../src/config/presets/list.ts';
import type { Preset } from '../../src/config/presets/preset.ts';

const SECRET = 's3cret-key';

/** A value for each parameter; an address where one is asked for. */
function valuesFor({ parameters }: Preset): Record<string, string> {
  return Object.fromEntries(
    parameters.map(({ name, secret }) => [
      name,
      name === 'url' || name === 'ui' ? 'https://own.example:8443/some' : secret ? SECRET : 'value',
    ]),
  );
}

function named(name: string): Preset {
  const preset = presetNamed(name);
  if (preset === undefined) throw new Error(`there is no preset ${name}`);
  return preset;
}

test('the backends that are promised are there, each once', () => {
  expect(presets.map(({ name }) => name)).toEqual([
    'jaeger',
    'otel-collector',
    'langfuse-eu',
    'langfuse-us',
    'langfuse-jp',
    'langfuse-hipaa',
    'langfuse-self-hosted',
    'grafana-cloud',
    'phoenix',
    'honeycomb-us',
    'honeycomb-eu',
    'datadog',
    'new-relic-us',
    'new-relic-eu',
    'langsmith-us',
    'langsmith-eu',
    'mlflow',
    'signoz-cloud',
    'signoz-self-hosted',
    'dash0',
  ]);
  expect(new Set(presets.map(({ title }) => title)).size).toBe(presets.length);
});

const docs = readFileSync(join(import.meta.dirname, '../../docs/backends.md'), 'utf8');

describe.each(presets.map((preset) => [preset.name, preset] as const))('%s', (name, preset) => {
  test('has what every preset has', () => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(preset.signals).toContain('traces');
    const { parameters } = preset;
    expect(new Set(parameters.map((one) => one.name)).size).toBe(parameters.length);
    for (const { variable, hint, secret, required, default: usual } of parameters) {
      expect(variable).toMatch(/^[A-Z][A-Z0-9_]*$/);
      expect(hint).not.toBe('');
      expect(required && usual !== undefined).toBe(false);
      // A secret in the source would be everybody's.
      expect(secret && usual !== undefined).toBe(false);
    }
    for (const { name: place, secret, required, default: usual } of parameters) {
      if (!placesIn(preset.endpoint.url).includes(place)) continue;
      expect(required || usual !== undefined).toBe(true);
      // URLs are shown and logged.
      expect(secret).toBe(false);
    }
    const known = parameters.map((one) => one.name);
    expect(placesIn(preset.endpoint.url).filter((place) => !known.includes(place))).toEqual([]);
  });

  test('sends to a cloud encrypted, and without a word to loopback alone', () => {
    const given = Object.fromEntries(
      preset.parameters
        .filter(({ required }) => required)
        .map(({ name: one }) => [one, valuesFor(preset)[one] ?? '']),
    );
    const filled = fillPreset(preset, given);
    if (filled.status !== 'ok') throw new Error(filled.status);
    const { protocol, hostname } = new URL(filled.tracesUrl);
    expect(protocol === 'https:' || hostname === 'localhost').toBe(true);
    if (preset.parameters.every(({ required }) => !required)) expect(hostname).toBe('localhost');
    expect(filled.tracesUrl).not.toContain(SECRET);
  });

  test('makes headers that HTTP allows, and every secret reaches one', () => {
    const filled = fillPreset(preset, valuesFor(preset));
    if (filled.status !== 'ok') throw new Error(filled.status);
    for (const [header, value] of Object.entries(filled.headers)) {
      expect(header).toMatch(/^[a-z0-9-]+$/);
      expect(value).toMatch(/^[\x20-\x7e]+$/);
    }
    const readable = Object.values(filled.headers).map((value) =>
      value.startsWith('Basic ') ? Buffer.from(value.slice(6), 'base64').toString() : value,
    );
    if (preset.parameters.some(({ secret }) => secret)) expect(readable.join('\n')).toContain(SECRET);
    expect(readable.join('\n')).not.toContain('undefined');
  });

  test('gives the address of a trace whole, or none', () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const filled = fillPreset(preset, valuesFor(preset));
    if (filled.status !== 'ok') throw new Error(filled.status);
    const url = preset.traceUrl?.(filled.values, traceId);
    if (url === undefined) return;
    expect(new URL(url).href).toContain(traceId);
    expect(url).not.toContain('undefined');
    expect(url).not.toContain(SECRET);
  });

  test('says what is missing by its name, with nothing of what was given', () => {
    const required = preset.parameters.filter((parameter) => parameter.required);
    const filled = fillPreset(preset, Object.fromEntries(required.map((one) => [one.name, ' '])));
    if (required.length === 0) expect(filled.status).toBe('ok');
    else expect(filled).toEqual({ status: 'missing', parameters: required });
  });

  test('has its place in docs/backends.md, with each of its variables', () => {
    const section = docs.split(/^## /m).find((one) => one.includes(`\`${name}\``)) ?? '';
    expect(section).not.toBe('');
    for (const { variable } of preset.parameters) expect(section).toMatch(new RegExp(`\\b${variable}\\b`));
    expect(section).toContain(`--preset ${name}`);
  });
});

const TRACE = '0af7651916cd43dd8448eb211c80319c';
test.each([
  ['jaeger', {}, `http://localhost:16686/trace/${TRACE}`],
  ['phoenix', { url: 'http://localhost:6006/' }, `http://localhost:6006/redirects/traces/${TRACE}`],
  ['mlflow', {}, `http://localhost:5000/#/experiments/0/traces?selectedEvaluationId=tr-${TRACE}`],
  [
    'mlflow',
    { url: 'http://mlflow.example/', experimentId: '7' },
    `http://mlflow.example/#/experiments/7/traces?selectedEvaluationId=tr-${TRACE}`,
  ],
])('%s shows a trace at its address', (name, given, address) => {
  const filled = fillPreset(named(name), given);
  if (filled.status !== 'ok') throw new Error(filled.status);
  expect(named(name).traceUrl?.(filled.values, TRACE)).toBe(address);
});

describe('filling', () => {
  test.each([
    ['jaeger', {}, 'http://localhost:4318/v1/traces'],
    ['langfuse-self-hosted', { url: 'https://lf.example/' }, 'https://lf.example/api/public/otel/v1/traces'],
    [
      'grafana-cloud',
      { url: 'https://otlp-gateway-z.grafana.net/otlp' },
      'https://otlp-gateway-z.grafana.net/otlp/v1/traces',
    ],
    ['dash0', { url: 'https://ingress.example/v1/traces' }, 'https://ingress.example/v1/traces'],
    ['datadog', { site: 'datadoghq.eu' }, 'https://otlp.datadoghq.eu/v1/traces'],
    ['signoz-cloud', { region: 'eu' }, 'https://ingest.eu.signoz.cloud/v1/traces'],
    [
      'phoenix',
      { url: 'https://app.phoenix.arize.com/s/shop' },
      'https://app.phoenix.arize.com/s/shop/v1/traces',
    ],
    ['mlflow', {}, 'http://localhost:5000/v1/traces'],
  ])('%s posts traces to the right place', (name, given, tracesUrl) => {
    const preset = named(name);
    const required = preset.parameters.filter((parameter) => parameter.required);
    const values = { ...Object.fromEntries(required.map((one) => [one.name, 'key'])), ...given };
    expect(fillPreset(preset, values)).toMatchObject({ status: 'ok', tracesUrl });
  });

  test.each([
    'evil.example/',
    'evil.example#',
    'a@evil.example:',
    'evil.example?',
    '',
    '.',
    '{site}',
    'x\\y',
  ])('a value of %j cannot move a request to another host', (site) => {
    const filled = fillPreset(named('datadog'), { apiKey: SECRET, site });
    if (site === '') expect(filled).toMatchObject({ tracesUrl: 'https://otlp.datadoghq.com/v1/traces' });
    else expect(filled).toMatchObject({ status: 'bad', parameter: { name: 'site' } });
  });

  test.each([
    ['honeycomb-us', { apiKey: `${SECRET}\r\nx-other: 1` }, 'apiKey'],
    ['phoenix', { apiKey: `${SECRET}é` }, 'apiKey'],
    ['langfuse-self-hosted', { url: `ftp://user:${SECRET}@host`, publicKey: 'pk', secretKey: 'sk' }, 'url'],
  ])('%s refuses a value that cannot be sent, and does not repeat it', (name, given, parameter) => {
    const filled = fillPreset(named(name), given);
    expect(filled).toMatchObject({ status: 'bad', parameter: { name: parameter } });
    expect(JSON.stringify(filled)).not.toContain(SECRET);
  });

  test('optional values that are not given make no header', () => {
    expect(fillPreset(named('phoenix'), {})).toMatchObject({ headers: {} });
    expect(fillPreset(named('honeycomb-eu'), { apiKey: SECRET })).toMatchObject({
      headers: { 'x-honeycomb-team': SECRET },
    });
  });

  test('what is inherited is no value', () => {
    const preset: Preset = {
      ...named('jaeger'),
      parameters: [{ name: 'toString', variable: 'X', secret: false, required: true, hint: 'x' }],
      endpoint: { kind: 'base', url: 'http://localhost' },
    };
    expect(fillPreset(preset, {}).status).toBe('missing');
  });
});
