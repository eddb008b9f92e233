// Metric points made by hand: of Turnspan a 0 and the total of each series, of the client what each request added.
import type { JsonObject, MetricPoint } from '../../collector/model.ts';
import type { Exchange } from './support/model-exchanges.ts';

/** Numbers are sums, lists are what a histogram recorded. */
export type MadeSeries = readonly [name: string, value: number | readonly number[], attributes: JsonObject];

/** What Turnspan sends of these series, at once. */
export function turnspanPoints(series: readonly MadeSeries[]): MetricPoint[] {
  const at = (time: bigint, of: (value: number | readonly number[]) => number | readonly number[]) =>
    series.map(([name, value, attributes]) => ({
      ...point(name, of(value), attributes),
      ...({
        scopeName: 'turnspan',
        temporality: 'CUMULATIVE',
        startUnixNano: 1n,
        timeUnixNano: time,
      } as const),
    }));
  return [...at(1n, (value) => (typeof value === 'number' ? 0 : [])), ...at(2n, (value) => value)];
}

/** What the client's counter of tokens rose by, for one request. */
export function nativePoints({ model, number, usage }: Exchange): MetricPoint[] {
  const tokens = {
    input: usage?.input_tokens,
    output: usage?.output_tokens,
    cacheRead: usage?.cache_read_input_tokens,
    cacheCreation: usage?.cache_creation_input_tokens,
  };
  return Object.entries(tokens).map(([type, value = 0]) => ({
    ...point('claude_code.token.usage', value, { type, model }),
    ...{ scopeName: 'com.anthropic.claude_code', temporality: 'DELTA', startUnixNano: BigInt(number), timeUnixNano: BigInt(number + 1) } as const, // prettier-ignore
  }));
}

function point(
  name: string,
  value: number | readonly number[],
  attributes: JsonObject,
): Omit<MetricPoint, 'scopeName' | 'temporality' | 'startUnixNano' | 'timeUnixNano'> {
  // prettier-ignore
  const isSum = typeof value === 'number';
  return {
    ...{ resource: {}, scopeVersion: '', scopeAttributes: {}, description: '', unit: '', flags: 0 },
    ...{ name, attributes, type: isSum ? 'sum' : 'histogram', monotonic: isSum ? true : null },
    ...{ value: isSum ? value : null, count: isSum ? null : BigInt(value.length) },
    ...{ sum: isSum ? null : value.reduce((sum, one) => sum + one, 0), min: null, max: null },
    ...{ detail: {}, exemplars: [] },
  };
}
