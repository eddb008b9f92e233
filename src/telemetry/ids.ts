// In: the transcript's own ids. Out: trace and span ids.
// Always: the same transcript gives the same ids, also after a fork or a resume, because neither session nor prompt
// ids enter (a fork changes both).
import { createHash } from 'node:crypto';

/** What a span stands for; part of its identity. */
export type SpanIdKind = 'turn' | 'generation' | 'tool' | 'agent' | 'compaction';

/** 16 hexadecimal digits. */
export function spanId(kind: SpanIdKind, ...ids: readonly string[]): string {
  return digest(`${kind}:${ids.join(':')}`, 8);
}

/** 32 hexadecimal digits: the trace of the turn whose prompt line has this uuid. */
export function traceId(turnId: string): string {
  return digest(`trace:${turnId}`, 16);
}

function digest(key: string, bytes: number): string {
  return createHash('sha256')
    .update(`turnspan:v1:${key}`)
    .digest('hex')
    .slice(0, bytes * 2);
}
