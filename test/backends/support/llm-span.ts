// What a backend for LLM traces tells of a span, in the words that all of them share; and what it must tell of ours.
import { expect } from 'vitest';
import type { Span } from '../../worker/support/spans.ts';

export interface LlmSpan {
  readonly id: string;
  readonly traceId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: 'agent' | 'llm' | 'tool' | 'other';
  readonly isError: boolean;
  /** Unix milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  readonly session: string | undefined;
  /** Of a generation; what was read from and written to the cache is in `prompt`. */
  readonly tokens: LlmTokens | undefined;
}

export interface LlmTokens {
  readonly prompt: number;
  readonly completion: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** Our spans as a backend must tell them, in the order of their ids. */
export function expectedOf(spans: readonly Span[]): readonly LlmSpan[] {
  return byId(
    spans.map(({ id, traceId, parentId, name, isError, startedAt, endedAt, attributes }) => ({
      id,
      traceId,
      parentId,
      name,
      kind: KINDS[name.split(' ')[0] ?? ''] ?? 'other',
      isError,
      startMs: Number(startedAt / 1_000_000n),
      endMs: Number(endedAt / 1_000_000n),
      session: attributes['session.id'] as string, // each span has it
      tokens: tokensOf(attributes),
    })),
  );
}

export function byId<One extends { readonly id: string }>(spans: readonly One[]): readonly One[] {
  return [...spans].sort((one, other) => one.id.localeCompare(other.id));
}

/** Phoenix and MLflow ask lists of their own, which take every write to the cache for one of five minutes; one for an hour costs more. */
export function expectCosts(
  shown: readonly { readonly id: string; readonly cost?: number | undefined }[],
  sent: readonly Span[],
): void {
  const costs = new Map(shown.map(({ id, cost }) => [id, cost]));
  const priced = sent.flatMap(({ id, attributes }) => {
    const ours = attributes['gen_ai.usage.cost'];
    const hourWrites = Number(attributes['turnspan.usage.cache_creation_1h_tokens'] ?? 0);
    return ours === undefined ? [] : [{ id, ours: Number(ours), hourWrites }];
  });
  expect(priced.length).toBeGreaterThan(0);
  for (const { id, ours, hourWrites } of priced) {
    if (hourWrites > 0) expect(costs.get(id)).toBeLessThan(ours);
    else expect(costs.get(id)).toBeCloseTo(ours, 9);
  }
}

const KINDS: Readonly<Record<string, LlmSpan['kind']>> = {
  invoke_agent: 'agent',
  chat: 'llm',
  execute_tool: 'tool',
};

function tokensOf(attributes: Span['attributes']): LlmTokens | undefined {
  if (attributes['gen_ai.operation.name'] !== 'chat') return undefined;
  const number = (name: string): number => Number(attributes[`gen_ai.usage.${name}`]);
  return {
    prompt: number('input_tokens'),
    completion: number('output_tokens'),
    cacheRead: number('cache_read.input_tokens'),
    cacheWrite: number('cache_creation.input_tokens'),
  };
}

/** The texts that a session's spans carry at content `full` and not at `none`: a backend that got `none` knows none of them. */
export function textsOf(full: readonly Span[], none: readonly Span[]): readonly string[] {
  const known = new Set(none.flatMap(({ attributes }) => leavesOf(attributes)));
  const texts = full.flatMap(({ attributes }) => leavesOf(attributes)).filter((text) => !known.has(text));
  return [...new Set(texts)].filter((text) => text.length >= SHORTEST);
}

/** Those of the texts that stand somewhere in a backend's answer. */
export function textsIn(answer: string, texts: readonly string[]): readonly string[] {
  const told = leavesOf(answer);
  return texts.filter((text) => told.some((one) => one.includes(text)));
}

/** Shorter ones can be part of anything. */
const SHORTEST = 12;

/** All texts in a value; a text that is JSON is opened, as backends open it. */
function leavesOf(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leavesOf);
  if (typeof value !== 'string') return [];
  try {
    const inner: unknown = JSON.parse(value);
    return typeof inner === 'object' || typeof inner === 'string' ? leavesOf(inner) : [value];
  } catch {
    return [value];
  }
}
