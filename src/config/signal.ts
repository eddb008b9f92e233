// What OTLP carries. A file of its own: the worker's first steps need the names and nothing else.

export type Signal = 'traces' | 'metrics' | 'logs';

/** Each of them; traces first, as people ask for them. */
export const SIGNALS = ['traces', 'metrics', 'logs'] as const satisfies readonly Signal[];
