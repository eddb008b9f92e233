// In: spans. Out: what Langfuse makes of them, by the rules of its own ingestion code (packages/shared/src/server/otel of
// langfuse/langfuse, seen at 4.16.0), as far as they concern such spans: observations, and traces of versions 3 and 4.
// Always: written from the rules and not from src/; a test holds it to what Langfuse's own code made of an example.
import type { Attributes, ReadSpan, Value } from './otlp-json.ts';

export interface Observation {
  readonly id: string;
  readonly traceId: string;
  readonly parent: string | null;
  readonly type: string;
  readonly name: string;
  readonly startedAt: number;
  readonly input: string | null;
  readonly output: string | null;
  readonly model: string | undefined;
  readonly modelParameters: Readonly<Record<string, unknown>>;
  readonly level: string;
  readonly statusMessage: string | null;
  readonly completionStartTime: string | null;
  readonly usage: Readonly<Record<string, number>> | undefined;
  readonly cost: Readonly<Record<string, number>>;
  readonly session: string | null;
  readonly user: string | null;
  readonly tags: readonly string[];
  readonly traceName: string | null;
  readonly environment: string;
  readonly version: string | null;
  /** That can be filtered: not below `attributes`. */
  readonly metadata: Readonly<Record<string, Value>>;
  readonly traceMetadata: Readonly<Record<string, Value>>;
}

export function toObservation(span: ReadSpan): Observation {
  const { attributes: all, resource, status } = span;
  const isInvocation = all['gen_ai.operation.name'] === 'invoke_agent';
  const [input, output] = inputAndOutput(all);
  return {
    id: span.spanId,
    traceId: span.traceId,
    parent: span.parentSpanId ?? null,
    type: typeOf(all),
    name: text(all, 'gen_ai.tool.name') ?? span.name,
    startedAt: span.startedAt,
    input,
    output,
    model: isInvocation
      ? undefined
      : text(all, 'langfuse.observation.model.name', 'gen_ai.response.model', 'gen_ai.request.model'),
    modelParameters: parametersOf(all),
    level: text(all, 'langfuse.observation.level') ?? (status.code === 2 ? 'ERROR' : 'DEFAULT'),
    statusMessage: text(all, 'langfuse.observation.status_message') ?? status.message ?? null,
    completionStartTime: text(all, 'langfuse.observation.completion_start_time') ?? null,
    usage: isInvocation ? undefined : usageOf(all),
    cost: isInvocation ? {} : costOf(all),
    session: text(all, 'langfuse.session.id', 'session.id', 'gen_ai.conversation.id') ?? null,
    user: text(all, 'langfuse.user.id', 'user.id') ?? null,
    tags: tagsOf(all['langfuse.trace.tags']),
    traceName: text(all, 'langfuse.trace.name') ?? null,
    environment: environmentOf(all, resource),
    version: text(all, 'langfuse.version') ?? text(resource, 'service.version') ?? null,
    metadata: below('langfuse.observation.metadata.', all),
    traceMetadata: below('langfuse.trace.metadata.', all),
  };
}

export interface Trace {
  readonly name: string | undefined;
  readonly session: string | null;
  readonly user: string | null;
  readonly tags: readonly string[];
  readonly version: string | null;
  readonly input: string | null;
  readonly output: string | null;
}

/** Version 4: a trace is a query over its rows. */
export function traceOf4(
  rows: readonly Observation[],
): Trace & { readonly usage: number; readonly cost: number } {
  const latest = <Field>(field: (row: Observation) => Field | null): Field | null =>
    rows
      .toSorted((a, b) => b.startedAt - a.startedAt)
      .map(field)
      .find((value) => value !== null) ?? null;
  const root = rows.find(({ parent }) => parent === null);
  return {
    name: rows.flatMap(({ traceName }) => traceName ?? [])[0] ?? root?.name,
    session: latest(({ session }) => session),
    user: latest(({ user }) => user),
    tags: latest(({ tags }) => (tags.length === 0 ? null : tags)) ?? [],
    version: latest(({ version }) => version),
    input: root?.input ?? null,
    output: root?.output ?? null,
    usage: sum(rows.map(({ usage }) => totalOf(usage))),
    cost: sum(rows.map(({ cost }) => cost['total'] ?? 0)),
  };
}

/** Version 3: what spans say of their trace is merged in the order of their starts; `version` of a later one counts, missing or not. */
export function traceOf3(rows: readonly Observation[]): Trace {
  let trace: Trace = {
    name: undefined,
    session: null,
    user: null,
    tags: [],
    version: null,
    input: null,
    output: null,
  };
  for (const row of rows.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const isRoot = row.parent === null;
    if (!isRoot && row.session === null && row.user === null && row.tags.length === 0) continue;
    trace = {
      name: row.traceName ?? (isRoot ? row.name : undefined) ?? trace.name,
      session: row.session ?? trace.session,
      user: row.user ?? trace.user,
      tags: [...new Set([...trace.tags, ...row.tags])],
      version: row.version,
      input: (isRoot ? row.input : null) ?? trace.input,
      output: (isRoot ? row.output : null) ?? trace.output,
    };
  }
  return trace;
}

/** All kinds together, unless a total was sent. */
export function totalOf(usage: Observation['usage']): number {
  return usage?.['total'] ?? sum(Object.values(usage ?? {}));
}

/** What the user interface calls input: every kind with the word in its name. */
export function shownInput(usage: Observation['usage']): number {
  return sum(
    Object.entries(usage ?? {}).flatMap(([kind, tokens]) => (kind.includes('input') ? [tokens] : [])),
  );
}

/** Names that Langfuse's price list knows: no day, no mark of a long context. */
export function hasPrice(model: string | undefined): boolean {
  return model !== undefined && !/\[|-\d{8}$/.test(model);
}

const TYPES = [
  'span',
  'generation',
  'event',
  'agent',
  'tool',
  'chain',
  'retriever',
  'evaluator',
  'embedding',
  'guardrail',
];
const OPERATIONS: Readonly<Record<string, string>> = {
  chat: 'GENERATION',
  text_completion: 'GENERATION',
  generate_content: 'GENERATION',
  embeddings: 'EMBEDDING',
  invoke_agent: 'AGENT',
  create_agent: 'AGENT',
  execute_tool: 'TOOL',
};

function typeOf(all: Attributes): string {
  const own = text(all, 'langfuse.observation.type');
  if (own !== undefined && TYPES.includes(own)) return own.toUpperCase();
  const operation = OPERATIONS[text(all, 'gen_ai.operation.name') ?? ''];
  if (operation !== undefined) return operation;
  if ('gen_ai.tool.name' in all || 'gen_ai.tool.call.id' in all) return 'TOOL';
  return 'gen_ai.request.model' in all || 'gen_ai.response.model' in all ? 'GENERATION' : 'SPAN';
}

/** The first source that has either one gives both. */
function inputAndOutput(all: Attributes): readonly [string | null, string | null] {
  const sources = [
    ['langfuse.observation.input', 'langfuse.observation.output'],
    ['input.value', 'output.value'],
    ['prompt', 'output'],
    ['input', 'output'],
    ['gen_ai.input.messages', 'gen_ai.output.messages'],
    ['gen_ai.tool.call.arguments', 'gen_ai.tool.call.result'],
  ] as const;
  const [from, to] = sources.find((names) => names.some((name) => name in all)) ?? ['', ''];
  return [text(all, from) ?? null, text(all, to) ?? null];
}

function parametersOf(all: Attributes): Record<string, unknown> {
  const own = text(all, 'langfuse.observation.model.parameters');
  if (own !== undefined) return JSON.parse(own) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(below('gen_ai.request.', all)).filter(([name]) => name !== 'model'),
  );
}

/** `usage_details` in place of all else; else `extractGenericGenAiUsageDetails`. */
function usageOf(all: Attributes): Record<string, number> | undefined {
  const own = text(all, 'langfuse.observation.usage_details');
  if (own !== undefined) return JSON.parse(own) as Record<string, number>;
  const told = below('gen_ai.usage.', all);
  const counts = Object.fromEntries(Object.entries(told).filter(([name]) => name !== 'cost'));
  if (Object.keys(counts).length === 0) return undefined;
  const {
    input_tokens: input,
    output_tokens: output,
    'cache_read.input_tokens': read,
    'cache_creation.input_tokens': created,
    'reasoning.output_tokens': reasoning,
    ...others
  } = Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, Number(value)]));
  return {
    ...(input === undefined ? {} : { input: Math.max(0, input - (read ?? 0) - (created ?? 0)) }),
    ...(output === undefined ? {} : { output: Math.max(0, output - (reasoning ?? 0)) }),
    ...(read === undefined ? {} : { input_cached_tokens: read }),
    ...(created === undefined ? {} : { input_cache_creation: created }),
    ...(reasoning === undefined ? {} : { output_reasoning_tokens: reasoning }),
    // Whatever else there is counts on top.
    ...others,
  };
}

function costOf(all: Attributes): Record<string, number> {
  const own = text(all, 'langfuse.observation.cost_details');
  if (own !== undefined) return JSON.parse(own) as Record<string, number>;
  const cost = all['gen_ai.usage.cost'];
  // A text is dropped in version 3.
  return typeof cost === 'number' ? { total: cost } : {};
}

function tagsOf(value: Value | undefined): readonly string[] {
  if (typeof value === 'object') return value;
  if (typeof value !== 'string') return [];
  return value.startsWith('[') ? (JSON.parse(value) as string[]) : value.split(',').map((tag) => tag.trim());
}

function environmentOf(all: Attributes, resource: Attributes): string {
  for (const name of ['langfuse.environment', 'deployment.environment.name', 'deployment.environment']) {
    const told = text(all, name) ?? text(resource, name);
    if (told === undefined) continue;
    const lower = told
      .toLowerCase()
      .replace(/^langfuse/, '')
      .slice(0, 40);
    return /^[a-z0-9_-]+$/.test(lower) ? lower : 'default';
  }
  return 'default';
}

function below(prefix: string, all: Attributes): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}

function text(all: Attributes, ...names: readonly string[]): string | undefined {
  const value = names.map((name) => all[name]).find((one) => one !== undefined && one !== '');
  return value === undefined ? undefined : String(value);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
