// The real Claude Code with Turnspan: alone, through one Collector into Jaeger and Prometheus; and with its own telemetry on, one trace.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { installOn } from '../real-client/installation.ts';
import { oneAgentTree } from '../real-client/one-agent-tree.ts';
import { oneAgent } from '../real-client/scenarios/agents.ts';
import { setStage } from '../real-client/support/client-stage.ts';
import { fetchClient, type InstalledClient } from '../real-client/support/clients.ts';
import { runHeadless } from '../real-client/support/headless-client.ts';
import { startModelServer } from '../real-client/support/model-server.ts';
import { nativeVariables, newest } from '../real-client/versions.ts';
import { commandBlocks } from '../support/command-blocks.ts';
import { startChain, startTraceChain, type TraceChain } from './support/chain.ts';
import { eventually } from './support/eventually.ts';
import { spansOfService, type JaegerSpan } from './support/jaeger.ts';
import { describeWith } from './support/programs.ts';
import { query, total } from './support/prometheus.ts';

const client = await fetchClient(newest);
const HOUR = 3_600_000;
const PAGE = resolve(import.meta.dirname, '../../docs/native-telemetry.md');

describeWith(['otelcol', 'jaeger', 'prometheus'], 'a session of the real client', () => {
  test.skipIf(client.kind === 'unavailable')(
    'alone is one tree of ours, and its totals are in Prometheus',
    async () => {
      const { prometheus, ...chain } = await startChain();
      const variables = () => ({ OTEL_METRICS_EXPORTER: 'otlp' });
      const spans = await played(client as InstalledClient, chain, variables, 8); // checked by skipIf
      expect(tree(spans)).toEqual(oneAgentTree);
      expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
      const { url } = prometheus.now();
      const tokens = spans.reduce(
        (sum, { tags }) =>
          sum +
          Number(tags['gen_ai.usage.input_tokens'] ?? 0) +
          Number(tags['gen_ai.usage.output_tokens'] ?? 0),
        0,
      );
      expect(tokens).toBeGreaterThan(0);
      await eventually(
        'the turn is in Prometheus',
        async () => total(await query(url, 'turnspan_turns_total')) === 1 || undefined,
      );
      expect(total(await query(url, 'turnspan_tokens_total'))).toBe(tokens);
      expect(total(await query(url, 'turnspan_tool_calls_total'))).toBe(2);
    },
  );

  test.skipIf(client.kind === 'unavailable')('with its own telemetry on is one trace of both', async () => {
    let asked: readonly string[] = [];
    const spans = await played(
      client as InstalledClient,
      await startTraceChain(),
      nativeVariables,
      9,
      async (url, shown) => {
        asked = await tracesByRequest(url, shown);
      },
    ); // the cast: checked by skipIf
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const native = spans.filter(({ name }) => name.startsWith('claude_code.'));
    const roots = spans.filter(({ parentId }) => parentId === undefined);
    expect(roots.map(({ name }) => name)).toEqual(['claude_code.interaction']);
    expect(native.length).toBeGreaterThan(2);
    const turn = spans.find(({ name }) => name === 'invoke_agent claude-code');
    expect(turn?.parentId).toBe(roots[0]?.spanId);
    expect(asked).toEqual([turn?.traceId]);
    expect(tree(spans.filter((span) => !native.includes(span)))).toEqual(oneAgentTree);
  });
});

/** What the command of docs/native-telemetry.md finds for a request that both sides know: trace ids. */
async function tracesByRequest(url: string, shown: readonly JaegerSpan[]): Promise<readonly string[]> {
  const [command = ''] = commandBlocks(readFileSync(PAGE, 'utf8'))
    .flat()
    .filter((line) => line.startsWith('curl '));
  const id = shown.find(({ name, tags }) => name.startsWith('chat ') && 'request_id' in tags)?.tags[
    'request_id'
  ];
  expect(shown.filter(({ tags }) => tags['request_id'] === id).length).toBe(2);
  const line = command
    .replace('http://localhost:16686', url)
    .replace(/"request_id":"[^"]+"/, `"request_id":"${String(id)}"`);
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', line]);
  const { data } = JSON.parse(stdout) as { data: readonly { traceID: string }[] }; // Jaeger's own answer
  return data.map(({ traceID }) => traceID);
}

/** Plays a session whose Claude Code and Turnspan send to one Collector; gives what Jaeger shows of it, to `look` first. */
async function played(
  installed: InstalledClient,
  { otelcol, jaeger }: TraceChain,
  variables: (endpoint: string) => Readonly<Record<string, string>>,
  atLeast: number,
  look: (url: string, shown: readonly JaegerSpan[]) => Promise<void> = () => Promise.resolve(),
): Promise<readonly JaegerSpan[]> {
  const model = await startModelServer(oneAgent.script);
  const endpoint = otelcol.now().http;
  const env = { ...variables(endpoint), OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const stage = setStage({ baseUrl: model.url, settings: { model: 'opus', hooks: {} }, env });
  const installation = await installOn(stage, installed);
  try {
    await runHeadless(installed, stage, 'Have it read');
    await installation.rest();
    const shown = () =>
      spansOfService(jaeger.now().url, 'claude-code', [Date.now() - HOUR, Date.now() + HOUR]);
    await eventually('the session is in Jaeger', async () => {
      const spans = await shown();
      const isWhole =
        spans.some(({ name }) => name === 'invoke_agent claude-code') && spans.length >= atLeast;
      const isRooted = variables(endpoint)['OTEL_TRACES_EXPORTER'] === undefined || spans.some(isInteraction);
      return (isWhole && isRooted) || undefined;
    });
    const spans = await shown();
    await look(jaeger.now().url, spans);
    return spans;
  } finally {
    installation.stop();
    await model.stop();
    stage.remove();
  }
}

function isInteraction({ name }: JaegerSpan): boolean {
  return name === 'claude_code.interaction';
}

/** The tree as lines, children in the order of their beginnings. */
function tree(spans: readonly JaegerSpan[]): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const below = (parent: string | undefined, depth: number): string[] =>
    spans
      .filter(
        ({ parentId }) => (parentId !== undefined && ids.has(parentId) ? parentId : undefined) === parent,
      )
      .sort((one, other) => one.startUs - other.startUs)
      .flatMap(({ name, spanId }) => [
        '  '.repeat(depth) + name.replace(/^chat .*/, 'chat'),
        ...below(spanId, depth + 1),
      ]);
  return below(undefined, 0);
}
