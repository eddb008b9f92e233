// `turnspan test` as a user runs it: what is sent, who took it, and where to see it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { startCollector } from '../../collector/collector.ts';
import { traceAddress } from '../../src/cli/test-trace-address.ts';
import { testReportSchema } from '../../src/cli/test-trace.ts';
import { closedPort, startGrpc } from '../doctor/support/endpoints.ts';
import { treeOf } from '../doctor/support/tree-of.ts';
import { makePatient, run, sendTo, writeConfig } from '../doctor/support/patient.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

test('one turn with one response, marked, without content; and nothing changes on the disk', async () => {
  const patient = await makePatient();
  sendTo(patient, patient.backend.url, { protocol: 'http/json' });
  const before = treeOf(patient.home);
  const { code, stdout } = await run(patient, ['test'], { OTEL_SERVICE_NAME: 'my-service' });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^taken +mine \(http:\/\/127\.0\.0\.1:\d+\/v1\/traces\)\n +trace [0-9a-f]{32} /);
  const [sent, ...more] = patient.backend.requests.filter(({ method }) => method === 'POST');
  expect(more).toEqual([]);
  const body = JSON.parse(gunzipSync(sent!.body).toString()) as Request;
  const [{ resource, scopeSpans }] = body.resourceSpans;
  const [chat, turn] = scopeSpans.flatMap(({ spans }) => spans);
  expect([chat?.name, turn?.name]).toEqual(['chat turnspan-test', 'invoke_agent claude-code']);
  expect([turn?.parentSpanId, chat?.parentSpanId]).toEqual([undefined, turn?.spanId]);
  for (const span of [chat, turn]) {
    expect(span?.attributes).toContainEqual({ key: 'turnspan.test', value: { boolValue: true } });
    expect(stdout).toContain(span?.traceId);
  }
  expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'my-service' } });
  expect(treeOf(patient.home)).toEqual(before);
});

test('says of each destination whether it took it; one that did not is exit code 1', async () => {
  const patient = await makePatient();
  patient.backend.answer({ status: 401 });
  const down = `http://127.0.0.1:${await closedPort()}`;
  const grpc = { endpoint: `http://127.0.0.1:${await startGrpc()}`, protocol: 'grpc' };
  const destinations = { mine: { endpoint: patient.backend.url }, down: { endpoint: down }, grpc };
  writeConfig(patient, { destinations });
  const { code, stdout } = await run(patient, ['test', '--json']);
  expect(code).toBe(1);
  const report = testReportSchema.parse(JSON.parse(stdout));
  expect(report.destinations.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['mine', 'refused'],
    ['down', 'later'],
    ['grpc', 'accepted'],
  ]);
  expect(report.destinations[0]?.why).toBe('HTTP 401');
  expect((await run(patient, ['test'])).stdout).toContain('`turnspan doctor` says what is wrong');
});

test('gives the page that a preset knows, and none where it goes elsewhere', async () => {
  const patient = await makePatient();
  const { url } = patient.backend;
  const preset = { preset: 'mlflow', parameters: { url, experimentId: '7' } };
  writeConfig(patient, { destinations: { mine: preset } });
  const { stdout } = await run(patient, ['test']);
  expect(stdout).toMatch(/ http:\S+\/#\/experiments\/7\/traces\?selectedEvaluationId=tr-[0-9a-f]{32}\n/);
  expect(stdout).toContain(`${url}/#/`);
  writeConfig(patient, { destinations: { mine: { ...preset, endpoint: url } } });
  expect((await run(patient, ['test'])).stdout).toMatch(/\n +trace [0-9a-f]{32} /);
});

test('a backend that drops spans is told', async () => {
  const patient = await makePatient();
  const body = '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"secret"}}';
  patient.backend.answer({ status: 200, headers: { 'content-type': 'application/json' }, body });
  const { code, stdout } = await run(patient, ['test']);
  expect(code).toBe(1);
  expect(stdout).toContain('it dropped 1 of 2 spans');
  expect(stdout).not.toContain('secret');
});

test('where nothing is to be sent, it says why and sends nothing', async () => {
  const patient = await makePatient();
  const { code, stdout } = await run(patient, ['test'], { TURNSPAN_DISABLED: '1' });
  expect([code, patient.backend.requests.length]).toEqual([1, 0]);
  expect(stdout).toContain('TURNSPAN_DISABLED is set');
});

test("the local collector's page of the trace, which has it", async () => {
  const patient = await makePatient();
  const collector = await startCollector({ port: 0 });
  try {
    rmSync(patient.places.config);
    const { code, stdout } = await run(patient, ['test', '--json'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    expect(code).toBe(0);
    const [sent] = testReportSchema.parse(JSON.parse(stdout)).destinations;
    expect(sent?.page).toBe(`${collector.url}/#/trace/${sent?.traceId}`);
    const answer = await fetch(`${collector.url}/api/traces/${sent?.traceId}`);
    expect(JSON.stringify(await answer.json())).toContain('chat turnspan-test');
  } finally {
    await collector.close();
  }
});

test("Jaeger's page of the trace, where one is beside the receiver", async () => {
  const port = await serve((path) =>
    path === '/api/services' ? '{"data":null,"total":0,"errors":null}' : '',
  );
  const patient = await makePatient();
  const address = (jaeger: number): Promise<string | undefined> =>
    traceAddress({ url: `${patient.backend.url}/v1/traces` }, 'abc', jaeger);
  expect(await address(port)).toBe(`http://127.0.0.1:${port}/trace/abc`);
  expect(await address(await closedPort())).toBeUndefined();
  expect(await address(await serve(() => '{"data":[]}'))).toBeUndefined();
  expect(await traceAddress({ url: 'https://backend.example/v1/traces' }, 'abc', port)).toBeUndefined();
});

interface Request {
  readonly resourceSpans: readonly [
    {
      readonly resource: { readonly attributes: readonly unknown[] };
      readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
    },
  ];
}

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly unknown[];
}

function serve(answer: (path: string) => string): Promise<number> {
  const server = createServer((request, response) => response.end(answer(request.url ?? '')));
  servers.push(server);
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    }),
  );
}
