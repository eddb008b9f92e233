// Holds what Jaeger gives back to the spans that Turnspan made: the same ids, parents, names, kinds, times and errors.
import { expect } from 'vitest';
import type { Span } from '../../worker/support/spans.ts';
import type { JaegerSpan } from './jaeger.ts';

/** Each span once, and all of them. `sent` are the spans as `turnspan export` writes them. */
export function expectSameInJaeger(shown: readonly JaegerSpan[], sent: readonly Span[]): void {
  const ids = new Set(sent.map(({ id }) => id));
  expect(byId(shown.map(fromJaeger))).toEqual(byId(sent.map((span) => fromSpan(span, ids))));
  expect(shown.flatMap(({ warnings }) => warnings)).toEqual([]);
}

interface Facts extends Omit<JaegerSpan, 'tags' | 'warnings'> {
  readonly session: unknown;
  readonly inputTokens: unknown;
  readonly outputTokens: unknown;
}

function fromJaeger({
  spanId,
  traceId,
  parentId,
  name,
  kind,
  startUs,
  durationUs,
  isError,
  tags,
}: JaegerSpan): Facts {
  return { spanId, traceId, parentId, name, kind, startUs, durationUs, isError, ...named(tags) };
}

function fromSpan(
  { id, traceId, parentId, name, kind, startedAt, endedAt, isError, attributes }: Span,
  ids: ReadonlySet<string>,
): Facts {
  return {
    spanId: id,
    traceId,
    // A parent that another program sends is not among them.
    parentId: parentId !== null && ids.has(parentId) ? parentId : undefined,
    name,
    kind,
    startUs: Number(startedAt / 1000n),
    durationUs: Number((endedAt - startedAt) / 1000n),
    isError,
    ...named(attributes),
  };
}

function named(
  attributes: Readonly<Record<string, unknown>>,
): Pick<Facts, 'session' | 'inputTokens' | 'outputTokens'> {
  const number = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);
  return {
    session: attributes['session.id'],
    inputTokens: number(attributes['gen_ai.usage.input_tokens']),
    outputTokens: number(attributes['gen_ai.usage.output_tokens']),
  };
}

function byId(facts: readonly Facts[]): readonly Facts[] {
  return [...facts].sort((one, other) => one.spanId.localeCompare(other.spanId));
}
