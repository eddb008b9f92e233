// In: a JSON file's text and a place in it. Out: how the one who wrote it sets line breaks, indentation and spaces there.
// Always: what is added looks like its neighbours; nothing that is there decides anything but by how it looks.
import type { JsonChild, JsonNode } from './json-tree.ts';

/** How a whole file is laid out. */
export interface JsonStyle {
  readonly eol: string;
  /** One step of indentation. */
  readonly unit: string;
}

export function styleOf(text: string, root: JsonNode): JsonStyle {
  const [first] = root.children;
  const indent = first && ownLineIndent(text, first);
  const base = indentOfLine(text, root.start);
  const unit = indent?.startsWith(base) ? indent.slice(base.length) : undefined;
  return { eol: eolOf(text), unit: unit || '  ' };
}

/** The indentation of a child that begins its line; undefined for one that stands behind something else. */
export function ownLineIndent(text: string, { start }: JsonChild): string | undefined {
  const before = text.slice(lineStart(text, start), start);
  return lineStart(text, start) > 0 && /^[ \t]*$/.test(before) ? before : undefined;
}

/** The white space with which the line of `offset` begins. */
export function indentOfLine(text: string, offset: number): string {
  const [indent = ''] = /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset)) ?? [];
  return indent;
}

/** A value over several lines; the first stands where it is put, the last is indented by `indent`. */
export function renderLines(value: unknown, indent: string, { eol, unit }: JsonStyle): string {
  return JSON.stringify(value, null, unit).replaceAll('\n', `${eol}${indent}`);
}

/** A value on one line; `space` stands behind its colons and commas. */
export function renderInline(value: unknown, space: string): string {
  if (Array.isArray(value)) return `[${value.map((one) => renderInline(one, space)).join(`,${space}`)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, one]) => `${JSON.stringify(key)}:${space}${renderInline(one, space)}`,
  );
  return `{${members.join(`,${space}`)}}`;
}

/** The offset behind white space and comments. */
export function skipTrivia(text: string, offset: number): number {
  TRIVIA.lastIndex = offset;
  return TRIVIA.exec(text) === null ? offset : TRIVIA.lastIndex;
}

/** The offset behind the last comment that still begins on the line of `offset`, with nothing but comments between. */
export function skipCommentsOfLine(text: string, offset: number): number {
  COMMENTS_OF_LINE.lastIndex = offset;
  return COMMENTS_OF_LINE.exec(text) === null ? offset : COMMENTS_OF_LINE.lastIndex;
}

const TRIVIA = /(?:\s+|\/\/[^\r\n]*|\/\*(?:(?!\*\/)[\s\S])*\*\/)*/y;
const COMMENTS_OF_LINE = /(?:[ \t]*(?:\/\/[^\r\n]*|\/\*(?:(?!\*\/)[\s\S])*\*\/))+(?=[ \t]*(?:\r|\n|$))/y;

function eolOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
