// In: OTEL_EXPORTER_OTLP_HEADERS and its form for a signal. Out: the headers of every request to the destination.
// Always: a header that would break the request (a name or value that HTTP does not allow: a newline smuggled in as
// %0A would start a header of its own) is left out and told by its place, never by its text.
import type { Warn } from './best-of.ts';
import type { Signal } from './signal.ts';
import { parseKeyValues } from './key-values.ts';
import { otlpVariables } from './variables.ts';

/** Both lists in one, name by name; for the same name the one for the signal counts. Names are in lower case, since HTTP sees no case. */
export function readHeaders(
  variables: ReadonlyMap<string, string>,
  signal: Signal,
  warn: Warn,
): Readonly<Record<string, string>> {
  const [own, base] = otlpVariables('HEADERS', signal);
  return Object.fromEntries([base, own].flatMap((name) => readList(name, variables.get(name) ?? '', warn)));
}

function readList(variable: string, text: string, warn: Warn): (readonly [string, string])[] {
  const { pairs, problems } = parseKeyValues(text);
  for (const problem of problems)
    warn(variable, `${problem}, and is left out (expected: name=value,name2=value2)`);
  return pairs.flatMap(({ key, value, place }) => {
    if (isHeader(key, value)) return [[key.toLowerCase(), value] as const];
    warn(variable, `entry ${place} has a character that HTTP does not allow, and is left out`);
    return [];
  });
}

/** Whether HTTP allows this name and this value. */
export function isHeader(name: string, value: string): boolean {
  return NAME.test(name) && VALUE.test(value);
}

/** RFC 9110, "token". */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** RFC 9110, "field-value": what Node takes too. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
