// The words in which the rules are written: kinds of spans, their attributes, the exchanges that a trace must tell of.
import type { JsonObject, SpanRow } from '../../../collector/model.ts';
import type { Evidence } from '../evidence.ts';
import type { Exchange, ToolUse } from '../support/model-exchanges.ts';

export type Value = string | number | boolean | undefined;

/** A value as it came; of a list its JSON. */
export function valueOf({ attributes }: { readonly attributes: JsonObject }, key: string): Value {
  const value = attributes[key];
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

export function isMarked(span: SpanRow, key: string): boolean {
  return valueOf(span, key) === true;
}

function does(span: SpanRow, operation: string): boolean {
  return valueOf(span, 'gen_ai.operation.name') === operation;
}

export function isGeneration(span: SpanRow): boolean {
  return does(span, 'chat');
}

export function isTool(span: SpanRow): boolean {
  return does(span, 'execute_tool');
}

/** `invoke_agent` without an agent id is a turn. */
export function isTurn(span: SpanRow): boolean {
  return does(span, 'invoke_agent') && valueOf(span, 'gen_ai.agent.id') === undefined;
}

export function isAgent(span: SpanRow): boolean {
  return does(span, 'invoke_agent') && valueOf(span, 'gen_ai.agent.id') !== undefined;
}

export function isCompaction(span: SpanRow): boolean {
  return span.name === 'compaction';
}

/** Turns in the order of their starts. */
export function turnsOf({ spans }: Evidence): SpanRow[] {
  return spans.filter(isTurn).sort((one, other) => startOf(one) - startOf(other));
}

/** Requests that answer somebody, as far as the server did not refuse them. */
export function turnRequests({ exchanges }: Evidence): Exchange[] {
  return exchanges.filter(({ purpose, outcome }) => purpose === 'turn' && outcome !== 'refused');
}

/** The index of the turn that each request of the main thread belongs to, by the request's number. */
export function turnIndexes(evidence: Evidence): Map<number, number> {
  const main = turnRequests(evidence).filter(({ conversation }) => conversation === 'main');
  const indexes = evidence.expected.turns.flatMap(({ requests }, index) =>
    Array<number>(requests).fill(index),
  );
  return new Map(
    main.flatMap(({ number }, place) => {
      const index = indexes[place];
      return index === undefined ? [] : [[number, index] as const];
    }),
  );
}

/** Tool calls of answers that were sent whole. */
export function calls(evidence: Evidence): { readonly use: ToolUse; readonly exchange: Exchange }[] {
  return turnRequests(evidence).flatMap((exchange) =>
    exchange.outcome === 'answered' ? (exchange.toolUses ?? []).map((use) => ({ use, exchange })) : [],
  );
}

/** Milliseconds since the epoch, with fractions. */
export function startOf({ startUnixNano }: SpanRow): number {
  return Number(startUnixNano) / 1e6;
}

export function endOf({ endUnixNano }: SpanRow): number {
  return Number(endUnixNano) / 1e6;
}

/** How faults name a span: never by its content. */
export function label(span: SpanRow): string {
  return `${span.name} ${span.spanId}`;
}

export function groupBy<T, K>(things: readonly T[], keyOf: (thing: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const thing of things) {
    const key = keyOf(thing);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [thing]);
    else group.push(thing);
  }
  return groups;
}
