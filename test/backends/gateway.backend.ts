// An agent and two gateways, all real: every span of a trace reaches the same gateway, and a gateway keeps the turns that matter.
import { randomBytes } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { id, traceRequest, type TestSpan } from '../collector/otlp.ts';
import { makeCertificates, NO_OPENSSL } from '../delivery/certificates.ts';
import { decodeWire } from '../delivery/wire-spans.ts';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { eventually } from './support/eventually.ts';
import { AGENT, GATEWAY, GATEWAY_TLS, ownMetric, startLayered } from './support/layered-otelcol.ts';
import { BASE } from './support/otelcol.ts';
import type { Otelcol } from './support/otelcol.ts';
import { describeWith } from './support/programs.ts';

const backends: LoopbackBackend[] = [];
afterEach(async () => {
  for (const one of backends.splice(0)) await one.stop();
});

interface Gateway {
  readonly otelcol: Otelcol;
  readonly behind: LoopbackBackend;
}

describeWith(['otelcol-gateway'], 'agent and gateways', () => {
  test('all spans of a trace go to one gateway, whatever request they came in, and each arrives once', async () => {
    const [one, two] = [await startGateway('100'), await startGateway('100')];
    const agent = await startLayered([BASE, AGENT], {
      GATEWAYS: `[${one.otelcol.grpc}, ${two.otelcol.grpc}]`,
      GATEWAYS_INSECURE: 'true',
    });
    const traces = Array.from({ length: 24 }, newTrace);
    // As a bridge sends them: children when they are complete, then the turns.
    for (const n of [2, 3, 4]) await send(agent, traces, () => [child(n)]);
    await send(agent, traces, () => [turn()]);

    const all = traces.length * 4;
    await eventually('all spans are behind the gateways', () =>
      Promise.resolve(spansAt(one).length + spansAt(two).length >= all || undefined),
    );
    const [atOne, atTwo] = [spansAt(one), spansAt(two)];
    const ids = [...atOne, ...atTwo].map(({ traceId, spanId }) => `${traceId} ${spanId}`);
    expect(new Set(ids).size).toBe(all);
    expect(ids.length).toBe(all);
    const [tracesOne, tracesTwo] = [tracesOf(atOne), tracesOf(atTwo)];
    expect(tracesOne.filter((trace) => tracesTwo.includes(trace))).toEqual([]);
    // By the hash of 24 random ids both have some.
    expect(Math.min(tracesOne.length, tracesTwo.length)).toBeGreaterThan(0);
  });

  test('a gateway keeps failed, expensive and long turns, and of the others the share that it is told', async () => {
    // Room for these five at once.
    const gateway = await startGateway('0', { GATEWAY_TRACES: '5' });
    const [failed, expensive, long, cheap, stumbled] = [
      newTrace(),
      newTrace(),
      newTrace(),
      newTrace(),
      newTrace(),
    ];
    const every = [failed, expensive, long, cheap, stumbled];
    const { otelcol } = gateway;
    await send(otelcol, every, () => [child(2)]);
    // A failed tool call alone keeps no turn.
    await send(otelcol, [stumbled], () => [
      { ...child(3), error: 'exit 1', attributes: { 'gen_ai.operation.name': 'execute_tool' } },
    ]);
    await send(otelcol, [failed], () => [{ ...turn(), error: 'overloaded' }]);
    await send(otelcol, [expensive], () => [turn({ 'turnspan.turn.cost': 1.25 })]);
    await send(otelcol, [long], () => [{ ...turn(), end: 11 * 60_000 }]);
    await send(otelcol, [cheap, stumbled], () => [turn({ 'turnspan.turn.cost': 0.99 })]);
    await eventually('all are decided', async () => {
      const name = 'otelcol_processor_tail_sampling_global_count_traces_sampled';
      return (await ownMetric(otelcol, name)) >= every.length || undefined;
    });
    // What an agent in the background did after its turn: as was decided.
    await send(otelcol, [cheap, expensive], () => [child(9)]);
    // What was decided has made room.
    const later = [newTrace(), newTrace(), newTrace()];
    await send(otelcol, later, () => [{ ...turn(), error: 'overloaded' }]);
    await eventually('the later turns are there', () =>
      Promise.resolve(later.every((trace) => tracesOf(spansAt(gateway)).includes(trace)) || undefined),
    );
    const kept = spansAt(gateway);
    expect(tracesOf(kept).sort()).toEqual([failed, expensive, long, ...later].sort());
    const late = kept.filter(({ spanId }) => spanId === id(9)).map(({ traceId }) => traceId);
    expect(late).toEqual([expensive]);
    expect(kept.length).toBe(2 + 3 + 2 + later.length);
  });

  test('a gateway forgets nothing that it keeps, also when its queue is full', async () => {
    const gateway = await startGateway('100', { COLLECTOR_QUEUE_BYTES: '30000' });
    const traces = Array.from({ length: 12 }, newTrace);
    await gateway.behind.refuse();
    await send(gateway.otelcol, traces, () => [turn({ text: 'x'.repeat(10_000) })]);
    await eventually(
      'the queue is full',
      async () =>
        (await ownMetric(gateway.otelcol, 'otelcol_exporter_queue_size', 'otlp_http/backend')) > 15_000 ||
        undefined,
    );
    await gateway.behind.listen();
    await eventually('all are there', () =>
      Promise.resolve(spansAt(gateway).length >= traces.length || undefined),
    );
    expect(tracesOf(spansAt(gateway)).sort()).toEqual(traces.sort());
  });

  test.skipIf(NO_OPENSSL)(
    'with TLS a gateway lets in who has a certificate of the team, and nobody else',
    async () => {
      const { ca, server, client, folder, stranger, remove } = makeCertificates();
      try {
        for (const [from, to] of [
          [server.cert, 'gateway.crt'],
          [server.key, 'gateway.key'],
          [ca, 'clients-ca.crt'],
        ] as const) {
          copyFileSync(from, join(folder, to));
        }
        const gateway = await startGateway('100', { GATEWAY_CERTIFICATES: folder }, [GATEWAY_TLS]);
        const GATEWAYS = `[${gateway.otelcol.grpc.replace('127.0.0.1', 'localhost')}]`;
        const theirs = {
          GATEWAYS,
          GATEWAYS_CA: ca,
          GATEWAYS_CERT: stranger.cert,
          GATEWAYS_KEY: stranger.key,
        };
        const foreign = await startLayered([BASE, AGENT], theirs);
        await send(foreign, [newTrace()], () => [turn()]);
        await eventually('the stranger has tried', () =>
          Promise.resolve(foreign.output().includes('Will retry') || undefined),
        );
        const ours = { GATEWAYS, GATEWAYS_CA: ca, GATEWAYS_CERT: client.cert, GATEWAYS_KEY: client.key };
        const agent = await startLayered([BASE, AGENT], ours);
        const trace = newTrace();
        await send(agent, [trace], () => [turn()]);
        await eventually('the span is there', () => Promise.resolve(spansAt(gateway)[0]));
        expect(tracesOf(spansAt(gateway))).toEqual([trace]);
      } finally {
        remove();
      }
    },
  );

  test('a request that no gateway takes waits in the agent, also over a kill', async () => {
    const gateway = await startGateway('100');
    await gateway.otelcol.stop();
    const variables = { GATEWAYS: `[${gateway.otelcol.grpc}]`, GATEWAYS_INSECURE: 'true' };
    const agent = await startLayered([BASE, AGENT], variables);
    const trace = newTrace();
    await send(agent, [trace], () => [child(2), turn()]);
    // Taken from the queue, and on its way to nobody.
    await eventually('the agent has tried', () =>
      Promise.resolve(agent.output().includes('Will retry') || undefined),
    );
    await agent.kill();
    await gateway.startAgain();
    await agent.startAgain();
    await eventually('both spans are there', () => Promise.resolve(spansAt(gateway)[1]));
    expect(
      spansAt(gateway)
        .map(({ traceId, spanId }) => [traceId, spanId])
        .sort(),
    ).toEqual([
      [trace, id(1)],
      [trace, id(2)],
    ]);
  });
});

/** A gateway with a backend of its own; it decides a second after a turn's own span, and at the latest 20 s after the first. */
async function startGateway(
  keepPercent: string,
  more: Readonly<Record<string, string>> = {},
  files: readonly string[] = [],
): Promise<Gateway & { startAgain: () => Promise<void> }> {
  const behind = await startBackend();
  backends.push(behind);
  const otelcol = await startLayered([BASE, GATEWAY, ...files], {
    COLLECTOR_TRACES_TO: '[otlp_http/backend]',
    BACKEND_URL: behind.url,
    GATEWAY_KEEP_PERCENT: keepPercent,
    GATEWAY_AFTER_ROOT: '1s',
    GATEWAY_DECISION_WAIT: '20s',
    ...more,
  });
  return { otelcol, behind, startAgain: otelcol.startAgain };
}

function newTrace(): string {
  return randomBytes(16).toString('hex');
}

/** The root; it leaves last. */
function turn(attributes: Readonly<Record<string, unknown>> = {}): TestSpan {
  return { id: id(1), name: 'invoke_agent claude-code', end: 2000, attributes };
}

function child(n: number): TestSpan {
  return { id: id(n), parent: id(1), name: 'chat', end: 1000 };
}

/** One request with these spans of each trace. */
async function send(
  to: Otelcol,
  traces: readonly string[],
  spansOf: (trace: string) => readonly TestSpan[],
): Promise<void> {
  const requests = traces.map((traceId) => traceRequest(spansOf(traceId), { traceId }));
  const resourceSpans = requests.flatMap((one) => (one as { resourceSpans: object[] }).resourceSpans);
  const response = await fetch(`${to.http}/v1/traces`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ resourceSpans }),
  });
  expect(response.status).toBe(200);
}

function spansAt({ behind }: Gateway) {
  return behind.requests.flatMap(({ body }) => decodeWire(gunzipSync(body)));
}

function tracesOf(spans: readonly { readonly traceId: string }[]): string[] {
  return [...new Set(spans.map(({ traceId }) => traceId))];
}
