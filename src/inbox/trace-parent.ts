// In: the text of `TRACEPARENT`. Out: the span that it names, or nothing.
// Always: strict, as W3C Trace Context has it: lower-case hexadecimal, no id of zeros, no version ff; of a newer version
// what stands behind the flags is passed over.

/** A span of somebody else's trace. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Whoever named it records the trace. */
  readonly sampled: boolean;
}

/** Reads a `traceparent` (W3C Trace Context, level 1 and later); `undefined` for anything that is none. */
export function parseTraceParent(text: string | undefined): TraceParent | undefined {
  const [, version, traceId = '', spanId = '', flags = '', rest] = FORMAT.exec(text ?? '') ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}

const FORMAT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;
const SAMPLED = 1;
