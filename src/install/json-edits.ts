// In: an object or array in a JSON text, and what is to be added at its end or taken out. Out: the changes of the text.
// Always: nothing else is touched, no comment goes, and taking out what was added gives the old bytes back; only where a
// container was empty must the one who takes out know what stood between its brackets (`gap`), because `{}` and a `{`
// with its `}` on the next line look the same once something stands in them.
// (jsonc-parser's own `modify` formats the whole lines that it touches, the neighbours' too, and miscounts at the end of
// an array, so only its parser is used.)
import {
  indentOfLine,
  ownLineIndent,
  renderInline,
  renderLines,
  skipCommentsOfLine,
  skipTrivia,
  type JsonStyle,
} from './json-style.ts';
import type { JsonChild, JsonNode } from './json-tree.ts';
import type { TextEdit } from './text-edit.ts';

/** A member (with `key`) or an element to add. */
export interface NewChild {
  readonly key?: string;
  readonly value: unknown;
}

export interface Appended {
  readonly edits: readonly TextEdit[];
  /** What stood between the brackets, where nothing but white space and comments did. */
  readonly gap?: string;
}

/** Adds children behind the last one. `onLines` says how an empty container is to look; others go on as they are. */
export function appendChildren(
  text: string,
  node: JsonNode,
  added: readonly NewChild[],
  style: JsonStyle,
  onLines: boolean,
): Appended {
  const last = node.children.at(-1);
  return last === undefined
    ? appendFirst(text, node, added, style, onLines)
    : { edits: appendAfter(text, node, last, added, style) };
}

/** Takes out the children in `removed`. `gap` is what `appendChildren` gave when it filled this container. */
export function removeChildren(
  text: string,
  node: JsonNode,
  removed: ReadonlySet<JsonChild>,
  gap?: string,
): TextEdit[] {
  const { children } = node;
  const edits = children.flatMap((child, index) => {
    if (!removed.has(child)) return [];
    const comma = commaOf(text, children, index, removed);
    return [cut(startWithSpace(text, child.start), child.end), ...(comma === undefined ? [] : [comma])];
  });
  if (gap === undefined || removed.size === 0 || children.some((child) => !removed.has(child))) return edits;
  const left = edits.toSorted((a, b) => b.start - a.start).reduce(remove, text.slice(0, node.end - 1));
  const same = (a: string, b: string): boolean => a.replaceAll(/\s/g, '') === b.replaceAll(/\s/g, '');
  // A comment that came later stays.
  return same(left.slice(node.start + 1), gap)
    ? [{ start: node.start + 1, end: node.end - 1, text: gap }]
    : edits;
}

/** Puts another value in the place of a node, on as many lines as the old one. */
export function replaceNode(text: string, node: JsonNode, value: unknown, style: JsonStyle): TextEdit {
  const [first] = node.children;
  const onLines = first !== undefined && ownLineIndent(text, first) !== undefined;
  const rendered = onLines
    ? renderLines(value, indentOfLine(text, node.end - 1), style)
    : renderInline(value, spaceIn(text));
  return { start: node.start, end: node.end, text: rendered };
}

function appendAfter(
  text: string,
  node: JsonNode,
  last: JsonChild,
  added: readonly NewChild[],
  style: JsonStyle,
): TextEdit[] {
  const indent = ownLineIndent(text, last);
  const next = skipTrivia(text, last.end);
  const trailingComma = text[next] === ',' && next < node.end;
  const end = trailingComma ? next + 1 : last.end;
  const at = indent === undefined ? end : skipCommentsOfLine(text, end);
  const space = indent === undefined ? gapBefore(text, node, last) : '';
  const body = renderAll(added, style, { indent, first: space, space });
  if (trailingComma) return [{ start: at, end: at, text: `${body},` }];
  if (at === end) return [{ start: at, end: at, text: `,${body}` }];
  return [
    { start: end, end, text: ',' },
    { start: at, end: at, text: body },
  ];
}

function appendFirst(
  text: string,
  node: JsonNode,
  added: readonly NewChild[],
  style: JsonStyle,
  onLines: boolean,
): Appended {
  const gap = text.slice(node.start + 1, node.end - 1);
  const comments = node.start + 1 + gap.trimEnd().length;
  if (!onLines && !/[\r\n]/.test(gap)) {
    const body = renderAll(added, style, { indent: undefined, first: '', space: spaceIn(text) });
    return { gap, edits: [{ start: comments, end: comments, text: body }] };
  }
  const closing = indentOfLine(text, node.start);
  const body = renderAll(added, style, { indent: `${closing}${style.unit}`, first: '', space: '' });
  return { gap, edits: [{ start: comments, end: node.end - 1, text: `${body}${style.eol}${closing}` }] };
}

interface Manner {
  /** Of each child, which then has its own line; undefined: all on one line. */
  readonly indent: string | undefined;
  /** On one line: what stands before the first child, and behind colons and commas. */
  readonly first: string;
  readonly space: string;
}

/** All new children, each with what stands before it. The first has no comma before it. */
function renderAll(added: readonly NewChild[], style: JsonStyle, { indent, first, space }: Manner): string {
  return added
    .map(({ key, value }, index) => {
      const name = key === undefined ? '' : JSON.stringify(key);
      if (indent === undefined) {
        const colon = key === undefined ? '' : `:${space}`;
        return `${index === 0 ? first : space}${name}${colon}${renderInline(value, space)}`;
      }
      const colon = key === undefined ? '' : ': ';
      return `${style.eol}${indent}${name}${colon}${renderLines(value, indent, style)}`;
    })
    .join(',');
}

/** The white space of a one-line container: what stands before its last child, or what the file does elsewhere. */
function gapBefore(text: string, node: JsonNode, last: JsonChild): string {
  if (node.children.length > 1) return startWithSpace(text, last.start) < last.start ? ' ' : '';
  return spaceIn(text);
}

function spaceIn(text: string): string {
  return /":\s/.test(text) ? ' ' : '';
}

/** The comma that goes with a child: the one behind it, or before it where nothing stays behind it. */
function commaOf(
  text: string,
  children: readonly JsonChild[],
  index: number,
  removed: ReadonlySet<JsonChild>,
): TextEdit | undefined {
  const [child, previous] = [children[index], children[index - 1]];
  const behind = skipTrivia(text, child?.end ?? 0);
  const stays = children.slice(index + 1).some((later) => !removed.has(later));
  const trailing = text[skipTrivia(text, children.at(-1)?.end ?? 0)] === ',';
  if (stays || trailing) return cut(behind, behind + 1);
  if (previous === undefined) return undefined;
  const before = skipTrivia(text, previous.end);
  return cut(before, before + 1);
}

function startWithSpace(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && ' \t\r\n'.includes(text.charAt(start - 1))) start--;
  return start;
}

function cut(start: number, end: number): TextEdit {
  return { start, end, text: '' };
}

function remove(text: string, { start, end }: TextEdit): string {
  return `${text.slice(0, start)}${text.slice(end)}`;
}
