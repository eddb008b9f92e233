// The spans of all sessions, each beside the thing that it was made of.
import type { Destination } from '../../src/config/destination.ts';
import type { DialectName } from '../../src/config/dialect.ts';
import type { Completed } from '../../src/session/model.ts';
import type { ReadSpan } from './otlp-json.ts';
import { allSessions, spansFor } from './sessions.ts';

export interface Row {
  readonly told: string;
  readonly one: Completed;
  readonly span: ReadSpan;
}

/** In a dialect, or by the base attributes alone; with content unless another level is named. */
export async function rowsIn(
  dialect: DialectName | undefined,
  content: Destination['content'] = 'full',
): Promise<Row[]> {
  const sessions = await allSessions();
  return sessions.flatMap((told) =>
    spansFor(told, dialect, content).flatMap((span) => {
      const one = told.things.get(span.spanId);
      return one === undefined ? [] : [{ told: told.name, one, span }];
    }),
  );
}

/** Those of one kind. */
export function ofKind<Kind extends Completed['kind']>(
  rows: readonly Row[],
  kind: Kind,
): { readonly one: Extract<Completed, { kind: Kind }>; readonly span: ReadSpan }[] {
  return rows.flatMap(({ one, span }) =>
    // The cast: its kind says which one it is.
    one.kind === kind ? [{ span, one: one as Extract<Completed, { kind: Kind }> }] : [],
  );
}

/** Spans whose parent is in nobody's session. */
export function withoutParent(rows: readonly Row[]): readonly Row[] {
  const ids = new Set(rows.map(({ told, span }) => `${told} ${span.spanId}`));
  return rows.filter(
    ({ told, span }) => span.parentSpanId !== undefined && !ids.has(`${told} ${span.parentSpanId}`),
  );
}

/** Tokens by the API's own counts. */
export function tokensOf(one: Completed): { input: number; output: number } | undefined {
  if (one.kind !== 'generation' || one.generation.usage === undefined) return undefined;
  const { inputTokens, cacheReadTokens, cacheCreationTokens, outputTokens } = one.generation.usage;
  return { input: inputTokens + cacheReadTokens + cacheCreationTokens, output: outputTokens };
}
