// In: the part of the address behind `#`. Out: which trace and span it names.
//   #/                            nothing
//   #/trace/TRACE                 a trace
//   #/trace/TRACE/span/SPAN       a span of it

export interface Route {
  readonly traceId: string | null;
  readonly spanId: string | null;
}

export function readRoute(hash: string): Route {
  const match = /^#\/trace\/([0-9a-f]{32})(?:\/span\/([0-9a-f]{16}))?$/i.exec(hash);
  return { traceId: match?.[1]?.toLowerCase() ?? null, spanId: match?.[2]?.toLowerCase() ?? null };
}

export function routeTo(traceId: string, spanId?: string): string {
  return spanId === undefined ? `#/trace/${traceId}` : `#/trace/${traceId}/span/${spanId}`;
}
