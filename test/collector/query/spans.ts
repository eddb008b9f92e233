import type { SpanView } from '../../../collector/query/views.ts';

/** A span as the store hands it out, with times in nanoseconds. */
export function spanView(
  spanId: string,
  parentSpanId: string | null,
  start = 0,
  end = 10,
  attributes = {},
): SpanView {
  return {
    traceId: 't',
    spanId,
    parentSpanId,
    name: spanId,
    kind: 'INTERNAL',
    startUnixNano: String(start),
    endUnixNano: String(end),
    statusCode: 'UNSET',
    statusMessage: '',
    serviceName: 'service',
    attributes,
    events: [],
    links: [],
    resource: {},
    scopeName: '',
    scopeVersion: '',
    scopeAttributes: {},
    traceState: '',
    flags: 0,
    dropped: {},
  };
}
