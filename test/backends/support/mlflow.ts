// The real MLflow server on a free port of loopback and a folder of its own, sending nothing home; and its REST API.
// Always: started again in its place, it has the same port and what it kept.
import { dirname, join } from 'node:path';
import { byId, type LlmSpan } from './llm-span.ts';
import { freePorts } from './ports.ts';
import { program } from './programs.ts';
import { start, type Running } from './running.ts';

/** No `kill`: the server is a child of the program, which takes only a request to end down with it. */
export interface Mlflow extends Omit<Running, 'kill'> {
  /** `http://127.0.0.1:PORT`: OTLP/HTTP, the API and the page. */
  readonly url: string;
}

/** Where it listens and keeps its database. */
export interface MlflowPlace {
  readonly folder: string;
  readonly port: number;
}

/** A place for an MLflow in `folder`. */
export async function mlflowPlace(folder: string): Promise<MlflowPlace> {
  const [port] = await freePorts(1);
  return { folder, port: port! };
}

export async function startMlflow({ folder, port }: MlflowPlace): Promise<Mlflow> {
  const url = `http://127.0.0.1:${port}`;
  const command = program('mlflow');
  const { pid, output, stop } = await start({
    command,
    args: [
      'server',
      ...['--host', '127.0.0.1', '--port', String(port)],
      // With several, those that load for more than 5 s are taken for dead, and started again for ever.
      ...['--workers', '1'],
      ...['--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`],
      ...['--artifacts-destination', join(folder, 'artifacts')],
    ],
    env: {
      // It starts its server by the name `python`.
      PATH: `${dirname(command)}:/usr/bin:/bin`,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      DO_NOT_TRACK: 'true',
      // Eight processes more, for what these tests do not ask.
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    },
    cwd: folder,
    readyUrl: `${url}/health`,
    // It loads for 25 s on a quiet machine.
    readyMs: 150_000,
  });
  return { pid, output, stop, url };
}

/** Makes an experiment, which is what MLflow calls a project; gives its id. */
export async function newExperiment(url: string, name: string): Promise<string> {
  const answer = await post(`${url}/api/2.0/mlflow/experiments/create`, { name });
  return (answer as { experiment_id: string }).experiment_id; // MLflow's own answer
}

/** What MLflow says of a trace as a whole. */
export interface MlflowTrace {
  readonly id: string;
  /** `OK`, `ERROR`, `IN_PROGRESS`. */
  readonly state: string;
  readonly session: string | undefined;
  readonly startMs: number;
  readonly tokens: {
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly total_tokens: number;
  };
  /** In dollars, by MLflow's own prices. */
  readonly cost: number;
  readonly spans: readonly MlflowSpan[];
}

/** A span as MLflow tells it. */
export interface MlflowSpan extends LlmSpan {
  /** By MLflow's own prices; undefined where it has none. */
  readonly cost: number | undefined;
}

/** All traces of an experiment with their spans, in the order of their beginnings. */
export async function tracesOf(url: string, experiment: string): Promise<readonly MlflowTrace[]> {
  const { traces, details } = JSON.parse(await answerOf(url, experiment)) as Answers; // MLflow's own answers
  return traces.map((info, place) => {
    const session = info.trace_metadata['mlflow.trace.session'];
    const read = (key: string): unknown => JSON.parse(info.trace_metadata[`mlflow.trace.${key}`] ?? '{}');
    return {
      id: info.trace_id.replace(/^tr-/, ''),
      state: info.state,
      session,
      startMs: Date.parse(info.request_time),
      tokens: read('tokenUsage') as MlflowTrace['tokens'], // MLflow's own JSON
      cost: (read('cost') as { total_cost: number }).total_cost, // the same
      spans: byId((details[place]?.trace.spans ?? []).map(readSpan)),
    };
  });
}

/** Everything that MLflow says of an experiment's traces, as it says it. */
export async function answerOf(url: string, experiment: string): Promise<string> {
  const { traces = [] } = (await post(`${url}/api/3.0/mlflow/traces/search`, {
    locations: [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experiment } }],
    max_results: 500,
    order_by: ['timestamp_ms ASC'],
  })) as Partial<Answers>; // MLflow's own answer; without traces it says nothing of them
  const details = await Promise.all(
    traces.map(({ trace_id }) => ask(`${url}/api/3.0/mlflow/traces/get?trace_id=${trace_id}`)),
  );
  return JSON.stringify({ traces, details });
}

async function post(url: string, body: unknown): Promise<unknown> {
  return ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function ask(url: string, request: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, request);
  if (!response.ok) throw new Error(`MLflow answers ${response.status}: ${await response.text()}`);
  return response.json();
}

interface Answers {
  readonly traces: readonly {
    readonly trace_id: string;
    readonly request_time: string;
    readonly state: string;
    readonly trace_metadata: Readonly<Record<string, string | undefined>>;
  }[];
  readonly details: readonly { readonly trace: { readonly spans?: readonly AnsweredSpan[] } }[];
}

/** As OTLP has it, ids in base64. */
interface AnsweredSpan {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id?: string;
  readonly name: string;
  /** Numbers of 64 bits: to the millisecond they are exact. */
  readonly start_time_unix_nano: number;
  readonly end_time_unix_nano: number;
  readonly attributes: readonly { readonly key: string; readonly value: Value }[];
  readonly status?: { readonly code?: string };
}

interface Value {
  readonly string_value?: string;
  readonly int_value?: number;
  readonly double_value?: number;
  readonly kvlist_value?: { readonly values: readonly { readonly key: string; readonly value: Value }[] };
}

const KINDS: Readonly<Record<string, LlmSpan['kind']>> = {
  AGENT: 'agent',
  CHAT_MODEL: 'llm',
  LLM: 'llm',
  TOOL: 'tool',
};

function readSpan(span: AnsweredSpan): MlflowSpan {
  const attributes = new Map(span.attributes.map(({ key, value }) => [key, value]));
  const text = (key: string): string | undefined => attributes.get(key)?.string_value;
  const usage = numbersOf(attributes.get('mlflow.chat.tokenUsage'));
  return {
    id: hex(span.span_id),
    traceId: hex(span.trace_id),
    parentId: span.parent_span_id === undefined ? null : hex(span.parent_span_id),
    name: span.name,
    kind: KINDS[text('mlflow.spanType') ?? ''] ?? 'other',
    isError: span.status?.code === 'STATUS_CODE_ERROR',
    startMs: Math.round(span.start_time_unix_nano / 1e6),
    endMs: Math.round(span.end_time_unix_nano / 1e6),
    session: text('session.id'),
    tokens:
      usage === undefined
        ? undefined
        : {
            prompt: usage['input_tokens'] ?? 0,
            completion: usage['output_tokens'] ?? 0,
            cacheRead: usage['cache_read_input_tokens'] ?? 0,
            cacheWrite: usage['cache_creation_input_tokens'] ?? 0,
          },
    cost: numbersOf(attributes.get('mlflow.llm.cost'))?.['total_cost'],
  };
}

function numbersOf(value: Value | undefined): Readonly<Record<string, number>> | undefined {
  if (value?.kvlist_value === undefined) return undefined;
  return Object.fromEntries(
    value.kvlist_value.values.map(({ key, value: one }) => [key, one.int_value ?? one.double_value ?? 0]),
  );
}

function hex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}
