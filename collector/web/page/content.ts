// In: an attribute's value. Out: a block that shows it in full: messages part by part, JSON indented, text as it is.
import type { Json, JsonObject } from '../../model.ts';
import { h } from './dom.ts';

/** Attributes whose value is content: shown as blocks, above the table of the others. */
export const CONTENT_ATTRIBUTES: readonly string[] = [
  'gen_ai.system_instructions',
  'gen_ai.input.messages',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'gen_ai.output.messages',
];

/** A block for one value; JSON inside of a string is taken apart. */
export function renderContent(value: Json): Node {
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  if (isMessages(parsed)) return h('div', { class: 'messages' }, ...parsed.map(renderMessage));
  if (typeof parsed === 'string') return h('pre', {}, parsed);
  return h('pre', { class: 'json' }, JSON.stringify(parsed, null, 2));
}

/** Whether a string is the JSON of a list or an object. */
export function isJsonText(value: Json): boolean {
  return typeof value === 'string' && parseJson(value) !== value;
}

/** The JSON of a list or an object; any other text stays what it is. */
function parseJson(text: string): Json {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as Json; // what JSON.parse makes is JSON
  } catch {
    return text;
  }
}

interface Message extends JsonObject {
  readonly role: string;
  readonly parts: readonly Json[];
}

function isMessages(value: Json): value is readonly Message[] {
  return Array.isArray(value) && value.length > 0 && value.every(isMessage);
}

function isMessage(value: Json): value is Message {
  return isObject(value) && typeof value['role'] === 'string' && Array.isArray(value['parts']);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function renderMessage({ role, parts, ...rest }: Message): Node {
  const extra = Object.entries(rest).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return h(
    'div',
    { class: 'message' },
    h(
      'div',
      { class: 'role' },
      role,
      ...(extra.length === 0 ? [] : [h('span', {}, ` · ${extra.join(' · ')}`)]),
    ),
    ...parts.map(renderPart),
  );
}

function renderPart(part: Json): Node {
  if (!isObject(part)) return h('pre', { class: 'json' }, JSON.stringify(part, null, 2));
  const { type, content, ...rest } = part;
  const label = type === 'text' || typeof type !== 'string' ? null : h('div', { class: 'part' }, type);
  if (typeof content === 'string' && Object.keys(rest).length === 0) {
    return h('div', {}, label, h('pre', {}, content));
  }
  const shown = content === undefined ? rest : { content, ...rest };
  return h('div', {}, label, h('pre', { class: 'json' }, JSON.stringify(shown, null, 2)));
}
