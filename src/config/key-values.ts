// In: a list `key=value,key2=value2` as OTEL_EXPORTER_OTLP_HEADERS and OTEL_RESOURCE_ATTRIBUTES hold it. Out: pairs.
// Always: one bad entry costs only itself, and it is told by its place in the list, never by its text, which may be a
// secret. The format is that of W3C Baggage without metadata: percent-encoded, so a `;` belongs to the value.

export interface KeyValue {
  readonly key: string;
  readonly value: string;
  /** Its place in the list, from 1. */
  readonly place: number;
}

export interface KeyValueList {
  readonly pairs: readonly KeyValue[];
  /** What was left out, for people: `entry 2 has no "="`. */
  readonly problems: readonly string[];
}

/** The pairs of `text` in their order, keys and values trimmed and percent-decoded. Empty entries are passed over. */
export function parseKeyValues(text: string): KeyValueList {
  const pairs: KeyValue[] = [];
  const problems: string[] = [];
  for (const [index, entry] of text.split(',').entries()) {
    if (entry.trim() === '') continue;
    const pair = parsePair(entry, index + 1);
    if (typeof pair === 'string') problems.push(`entry ${index + 1} ${pair}`);
    else pairs.push(pair);
  }
  return { pairs, problems };
}

/** The pair, or what is wrong with it. Only the first `=` separates: base64 ends with them. */
function parsePair(entry: string, place: number): KeyValue | string {
  const equals = entry.indexOf('=');
  if (equals === -1) return 'has no "="';
  try {
    const key = decodeURIComponent(entry.slice(0, equals).trim());
    const value = decodeURIComponent(entry.slice(equals + 1).trim());
    if (key === '') return 'has no key';
    return value === '' ? 'has no value' : { key, value, place };
  } catch {
    return 'has a "%" that starts no percent-encoded UTF-8 (write a plain "%" as "%25")';
  }
}
