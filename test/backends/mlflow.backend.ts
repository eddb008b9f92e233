// The real MLflow server: a user's session through preset, hooks and worker is there as it was, once, and stays.
import { afterEach, expect, test } from 'vitest';
import { turnspan } from '../cli/run-turnspan.ts';
import { newcomer } from '../presets/support/newcomer.ts';
import { temporaryFolder } from '../support/folders.ts';
import { exportedSpans, type Span } from '../worker/support/spans.ts';
import { transcriptBelow } from './support/another-session.ts';
import { eventually } from './support/eventually.ts';
import { byId, expectCosts, expectedOf, textsIn, textsOf, type LlmSpan } from './support/llm-span.ts';
import { answerOf, mlflowPlace, newExperiment, startMlflow, tracesOf } from './support/mlflow.ts';
import type { Mlflow, MlflowPlace, MlflowTrace } from './support/mlflow.ts';
import { describeWith } from './support/programs.ts';

const started: Mlflow[] = [];
afterEach(async () => {
  for (const mlflow of started.splice(0)) await mlflow.stop();
});

describeWith(['mlflow'], 'a session in MLflow', () => {
  test('sent as it happens, it is there as it was, once, and after a restart', async () => {
    const place = await mlflowPlace(temporaryFolder());
    const mlflow = await begin(place);
    const shop = await newExperiment(mlflow.url, 'shop');
    const transcript = await playTo(mlflow, shop, 'full');
    const sent = exportedSpans(transcript);

    const shown = await allOf(mlflow, shop, sent.length);
    expectSame(shown, sent);
    const texts = textsOf(exportedSpans(transcript, 'full'), sent);
    expect(textsIn(await answerOf(mlflow.url, shop), texts)).toEqual(texts);

    // A second time MLflow takes the newer of two spans with one id. It answers when they are stored.
    await exportTo(mlflow, shop, transcript);
    expect(await tracesOf(mlflow.url, shop)).toEqual(shown);

    await mlflow.stop();
    const again = await begin(place);
    expect(await tracesOf(again.url, shop)).toEqual(shown);
  });

  test('sent without content, all of its facts are there and none of its texts', async () => {
    const mlflow = await begin(await mlflowPlace(temporaryFolder()));
    const shop = await newExperiment(mlflow.url, 'shop');
    const transcript = await playTo(mlflow, shop, 'none');
    const sent = exportedSpans(transcript);
    expectSame(await allOf(mlflow, shop, sent.length), sent);
    const texts = textsOf(exportedSpans(transcript, 'full'), sent);
    expect(texts.length).toBeGreaterThan(20);
    expect(textsIn(await answerOf(mlflow.url, shop), texts)).toEqual([]);
  });
});

async function begin(place: MlflowPlace): Promise<Mlflow> {
  const mlflow = await startMlflow(place);
  started.push(mlflow);
  return mlflow;
}

/** A new user's session, sent by the preset; gives its transcript. */
async function playTo({ url }: Mlflow, experiment: string, content: 'none' | 'full'): Promise<string> {
  const user = newcomer({ MLFLOW_TRACKING_URI: url, MLFLOW_EXPERIMENT_ID: experiment });
  const install = await user.run(['install', '--preset', 'mlflow', '--content', content, '--yes']);
  expect(install).toMatchObject({ code: 0, stderr: '' });
  await user.session();
  return transcriptBelow(user.home);
}

async function exportTo({ url }: Mlflow, experiment: string, transcript: string): Promise<void> {
  const outcome = await turnspan(['export', transcript, '--content', 'full'], {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_HEADERS: `x-mlflow-experiment-id=${experiment}`,
  });
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
}

async function allOf({ url }: Mlflow, experiment: string, count: number): Promise<readonly MlflowTrace[]> {
  return eventually(`${count} spans are in experiment ${experiment}`, async () => {
    const traces = await tracesOf(url, experiment);
    return traces.flatMap(({ spans }) => spans).length >= count ? traces : undefined;
  });
}

/** Spans, and what MLflow adds up of them for each trace. */
function expectSame(shown: readonly MlflowTrace[], sent: readonly Span[]): void {
  const spans = byId(shown.flatMap((trace) => trace.spans));
  expect(spans).toMatchObject(expectedOf(sent));
  expectCosts(spans, sent);
  expect(shown).toHaveLength(new Set(sent.map(({ traceId }) => traceId)).size);
  for (const trace of shown) {
    const own = expectedOf(sent).filter(({ traceId }) => traceId === trace.id);
    const sum = (part: (tokens: NonNullable<LlmSpan['tokens']>) => number): number =>
      own.reduce((all, { tokens }) => all + (tokens === undefined ? 0 : part(tokens)), 0);
    expect(trace).toMatchObject({
      // A failed tool fails no turn.
      state: 'OK',
      session: own[0]?.session,
      startMs: Math.min(...own.map(({ startMs }) => startMs)),
      tokens: {
        input_tokens: sum(({ prompt }) => prompt),
        output_tokens: sum(({ completion }) => completion),
        total_tokens: sum(({ prompt, completion }) => prompt + completion),
      },
    });
    const costs = trace.spans.reduce((all, { cost = 0 }) => all + cost, 0);
    expect(trace.cost).toBeCloseTo(costs, 9);
  }
}
