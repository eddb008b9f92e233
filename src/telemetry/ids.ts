// In: the transcript's own ids. Out: trace, span and event ids.
// Always: the same transcript gives the same ids, also after a fork or a resume, because neither session nor prompt
// ids enter (a fork changes both).
import * as crypto from 'node:crypto';

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

/** 32 hexadecimal digits: an event by its name and the ids of the thing that it tells of. */
export function eventId(name: string, ...ids: readonly string[]): string {
  return digest(`event:${name}:${ids.join(':')}`, 16);
}

function digest(key: string, bytes: number): string {
  return sha256(`turnspan:v1:${key}`).slice(0, bytes * 2);
}

/** In one step where Node has it (20.12 and later): half the time of a hash object. */
const sha256: (text: string) => string =
  // The types know no Node without it.
  (crypto.hash as typeof crypto.hash | undefined) === undefined
    ? (text) => crypto.createHash('sha256').update(text).digest('hex')
    : (text) => crypto.hash('sha256', text, 'hex');
