// In: one line. Out: its typed entries (one, but for glued lines). Each line is parsed at most once, here.
// Always: it never throws; unknown types and keys are fine; what cannot be read is `unreadable`, with a reason that
// quotes nothing.
import type { Entry } from './entry.ts';
import { asObject, text, type JsonObject } from './fields.ts';
import { parseJsonLine } from './json-objects.ts';
import { ignoredTypes, lineTypes, requestMessage } from './line-types.ts';
import type { Line } from './lines.ts';
import { neededOf } from './passed-over.ts';

/** Parses a line into its entries. `wholeInput`: the messages of requests too, which are passed over otherwise. */
export function parseEntries(line: Line, wholeInput = false): Entry[] {
  const offset = line.start;
  if (line.kind === 'too-long') {
    return [{ kind: 'unreadable', offset, reason: `longer than the limit: ${line.end - line.start} bytes` }];
  }
  const needed = neededOf(line.text);
  if (needed.kind === 'nothing' && !(wholeInput && needed.type === REQUEST_MESSAGE))
    return [{ kind: 'ignored', offset, type: needed.type }];
  const json = parseJsonLine(needed.kind === 'text' ? needed.text : line.text);
  if (json.status === 'unreadable') return [{ kind: 'unreadable', offset, reason: json.reason }];
  return json.values.map((value) => parseEntry(value, offset, wholeInput));
}

const REQUEST_MESSAGE = 'api-request-blob';

function parseEntry(value: unknown, offset: number, wholeInput: boolean): Entry {
  const line = asObject(value);
  const type = text(line, 'type');
  if (line === undefined || type === undefined) {
    return { kind: 'unreadable', offset, reason: 'not an object with a type' };
  }
  const parse =
    wholeInput && type === REQUEST_MESSAGE
      ? requestMessage
      : (lineTypes.get(type) ?? lineTypes.get(`${type}/${subtypeOf(line)}`));
  if (parse === undefined) return { kind: ignoredTypes.has(type) ? 'ignored' : 'unknown', offset, type };
  const entry = parse(line, offset);
  if (typeof entry !== 'string') return entry;
  // Only where the fault lies, never what stood there.
  return { kind: 'unreadable', offset, reason: `${type} line: unexpected value at "${entry}"` };
}

/** `system` lines have a subtype, `progress` lines the type of their data. */
function subtypeOf(line: JsonObject): string {
  const subtype = line['subtype'] ?? asObject(line['data'])?.['type'];
  return typeof subtype === 'string' ? subtype : '';
}
