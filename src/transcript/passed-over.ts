// In: the text of a line. Out: its type, where a look at the text makes certain that it tells nothing, or else the text that
// has to be parsed: without what tells nothing. Such lines, and such texts, are half of some transcripts.
// Always: when in doubt, the whole text. No text inside a line can look like a key of it: there, each quotation mark stands
// behind a backslash. A line that is broken in its middle is passed over like a whole one.
import { ignoredTypes, lineTypes } from './line-types.ts';

/** What has to be parsed of a line: nothing, or a text. */
export type Needed =
  { readonly kind: 'nothing'; readonly type: string } | { readonly kind: 'text'; readonly text: string };

/** Looks at the text of a line, and parses none of it. */
export function neededOf(text: string): Needed {
  const key = text.startsWith(TYPE, usualKey) ? usualKey : text.indexOf(TYPE);
  usualKey = Math.max(key, 0);
  const type = passedOver(text, key);
  return type === undefined ? { kind: 'text', text: withoutCopy(text, key) } : { kind: 'nothing', type };
}

/** Where the type of the line before stood: nearly always there again, and found without a search. */
let usualKey = 0;

/** The type of a line that may be passed over; `key`: where a `type` stands. */
function passedOver(text: string, key: number): string | undefined {
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

/** A line of an agent's progress holds a copy, whole, of a message that stands in the agent's own file (seen: 2.1.38). */
function withoutCopy(text: string, key: number): string {
  if (!text.startsWith(COPY, key) || text.indexOf(COPY, key + 1) !== -1) return text;
  const end = text.lastIndexOf(AGENT_ID);
  const isCopy =
    isOfTheLine(text, key) && text.lastIndexOf(KIND, end) > key && BEHIND_COPY.test(text.slice(end));
  return isCopy ? `${text.slice(0, key)}${PROGRESS}"type":"agent_progress"${text.slice(end)}` : text;
}

const PROGRESS = '"type":"progress","data":{';
const COPY = `${PROGRESS}"message":{`;
/** What stands behind the message: the kind of the progress, the agent, and texts of the line. */
const KIND = '"type":"agent_progress","prompt":"';
const AGENT_ID = ',"agentId":"';
const BEHIND_COPY = /^,"agentId":"[^"\\]*"\}(,"[^"\\]+":"[^"\\]*")+\}$/;

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
