// In: the text of a line. Out: its type, where a look at the text makes certain that it tells nothing; such lines are half
// of some transcripts, and need not be parsed.
// Always: when in doubt, `undefined`, and the line is parsed. No text inside a line can look like a key of it: there, each
// quotation mark stands behind a backslash. A line that is broken in its middle is passed over like a whole one.
import { ignoredTypes, lineTypes } from './line-types.ts';

/** The type of a line that may be passed over without parsing. */
export function passedOver(text: string): string | undefined {
  const key = text.indexOf(TYPE);
  if (key === -1) return undefined;
  const start = key + TYPE.length;
  const end = text.indexOf('"', start);
  const type = text.slice(start, end);
  if (!ignoredTypes.has(type)) return undefined;
  let head = end;
  const telling = tellingSubtypes.get(type);
  if (telling !== undefined) {
    const subtypeKey = SUBTYPES.find((subtype) => text.startsWith(subtype, end));
    if (subtypeKey === undefined) return undefined;
    const subtypeStart = end + subtypeKey.length;
    head = text.indexOf('"', subtypeStart);
    if (telling.has(text.slice(subtypeStart, head))) return undefined;
  }
  return isOfTheLine(text, key) && text.endsWith('}') && isAlone(text, head) ? type : undefined;
}

const TYPE = '"type":"';
/** Where a subtype stands right behind the type. */
const SUBTYPES = ['","subtype":"', '","data":{"type":"'];
/** By type, which subtypes tell something; a type that is not here has none. */
const tellingSubtypes = new Map<string, Set<string>>();
for (const key of lineTypes.keys()) {
  const [type = '', subtype] = key.split('/');
  if (subtype === undefined) continue;
  tellingSubtypes.set(type, (tellingSubtypes.get(type) ?? new Set()).add(subtype));
}

/** Is it a key of the outermost object? No other object or array begins before it. */
function isOfTheLine(text: string, key: number): boolean {
  return (
    text.startsWith('{') && !standsBefore(key, text.indexOf('{', 1)) && !standsBefore(key, text.indexOf('['))
  );
}

function standsBefore(key: number, found: number): boolean {
  return found !== -1 && found < key;
}

/**
 * Is there no other type that counts: of a line that is glued to it, whole or torn, or its own, said twice? What tells
 * something has a type and a time, so at least one of the two must not be there.
 */
function isAlone(text: string, from: number): boolean {
  return text.indexOf('"type"', from) === -1 || text.indexOf('"timestamp"') === -1;
}
