// The real Claude Code with its own telemetry on, and Turnspan beside it, through one Collector into one Jaeger: one trace.
import { expect, test } from 'vitest';
import { installOn } from '../real-client/installation.ts';
import { oneAgent } from '../real-client/scenarios/agents.ts';
import { setStage } from '../real-client/support/client-stage.ts';
import { fetchClient, type InstalledClient } from '../real-client/support/clients.ts';
import { runHeadless } from '../real-client/support/headless-client.ts';
import { startModelServer } from '../real-client/support/model-server.ts';
import { nativeVariables, newest } from '../real-client/versions.ts';
import { startTraceChain } from './support/chain.ts';
import { eventually } from './support/eventually.ts';
import { spansOfService, type JaegerSpan } from './support/jaeger.ts';
import { describeWith } from './support/programs.ts';

const client = await fetchClient(newest);
const HOUR = 3_600_000;

describeWith(['otelcol', 'jaeger'], 'a session of the real client', () => {
  test.skipIf(client.kind === 'unavailable')('alone is one tree of ours', async () => {
    const spans = await played(client as InstalledClient, () => ({}), 8); // checked by skipIf
    expect(tree(spans)).toEqual(OURS);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  });

  test.skipIf(client.kind === 'unavailable')('with its own telemetry on is one trace of both', async () => {
    const spans = await played(client as InstalledClient, nativeVariables, 9); // checked by skipIf
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const native = spans.filter(({ name }) => name.startsWith('claude_code.'));
    const roots = spans.filter(({ parentId }) => parentId === undefined);
    expect(roots.map(({ name }) => name)).toEqual(['claude_code.interaction']);
    expect(native.length).toBeGreaterThan(2);
    const turn = spans.find(({ name }) => name === 'invoke_agent claude-code');
    expect(turn?.parentId).toBe(roots[0]?.spanId);
    expect(tree(spans.filter((span) => !native.includes(span)))).toEqual(OURS);
  });
});

/** Plays a session whose Claude Code and Turnspan send to one Collector; gives what Jaeger shows of it. */
async function played(
  installed: InstalledClient,
  variables: (endpoint: string) => Readonly<Record<string, string>>,
  atLeast: number,
): Promise<readonly JaegerSpan[]> {
  const { otelcol, jaeger } = await startTraceChain();
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
    return await shown();
  } finally {
    installation.stop();
    await model.stop();
    stage.remove();
  }
}

function isInteraction({ name }: JaegerSpan): boolean {
  return name === 'claude_code.interaction';
}

const OURS = [
  'invoke_agent claude-code',
  '  chat',
  '  execute_tool Agent',
  '    invoke_agent general-purpose',
  '      chat',
  '      execute_tool Bash',
  '      chat',
  '  chat',
];

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
