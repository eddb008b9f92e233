// In: the text of a JSON file, with comments and trailing commas or without. Out: where its parts stand, or what is wrong and where.
// Always: no value is copied but below the one key that the caller wants to look into, so a huge file costs no tree; of two
// members with one name both are there (JSON.parse, and so the client, sees the last).
import { printParseErrorCode, visit, type ParseErrorCode } from 'jsonc-parser';

/** A value. `start` and `end` are offsets in the text. */
export interface JsonNode {
  readonly kind: 'object' | 'array' | 'scalar';
  readonly start: number;
  readonly end: number;
  /** Members or elements, in the order of the text. Empty below what was not looked into. */
  readonly children: readonly JsonChild[];
  /** Of a scalar. */
  readonly value?: unknown;
}

/** A member with its name, or an element. `start` is that of the name where there is one. */
export interface JsonChild {
  readonly key?: string;
  readonly start: number;
  readonly end: number;
  readonly node: JsonNode;
}

/** `line` and `column` count from 1, in characters. */
export interface JsonProblem {
  readonly what: string;
  readonly line: number;
  readonly column: number;
}

export type JsonTree =
  | { readonly status: 'ok'; readonly root: JsonNode }
  | { readonly status: 'bad'; readonly problem: JsonProblem };

/** Parses `text`. Only the value of the root's member `inside` is looked into. */
export function parseJson(text: string, inside: string): JsonTree {
  let first: JsonProblem | undefined;
  const tree = treeBuilder(inside);
  try {
    visit(
      text,
      {
        onObjectBegin: (offset) => {
          tree.open('object', offset);
        },
        onArrayBegin: (offset) => {
          tree.open('array', offset);
        },
        onObjectProperty: (name, offset) => {
          tree.name(name, offset);
        },
        onObjectEnd: (offset, length) => {
          tree.close(offset + length);
        },
        onArrayEnd: (offset, length) => {
          tree.close(offset + length);
        },
        onLiteralValue: (value, offset, length) => {
          tree.scalar(value, offset, offset + length);
        },
        onError: (error, _offset, _length, line, column) => {
          first ??= { what: wordsFor(error), line: line + 1, column: column + 1 };
        },
      },
      { allowTrailingComma: true },
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    first = { what: 'is nested too deeply', line: 1, column: 1 };
  }
  if (first !== undefined) return { status: 'bad', problem: first };
  const root = tree.root();
  return root === undefined
    ? { status: 'bad', problem: { what: 'a value is missing', line: 1, column: 1 } }
    : { status: 'ok', root };
}

/** The line and column of an offset. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** The value that a looked-into node stands for; of two members with one name, the last. */
export function valueOf(node: JsonNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'array') return node.children.map((child) => valueOf(child.node));
  return Object.fromEntries(node.children.map(({ key, node: value }) => [key, valueOf(value)]));
}

interface OpenNode {
  readonly kind: 'object' | 'array';
  readonly start: number;
  readonly children: JsonChild[];
  /** Whether its children become nodes. */
  readonly kept: boolean;
  key?: { readonly name: string; readonly start: number };
}

/** Follows the visitor's calls; between them lies what is open. */
function treeBuilder(inside: string) {
  const stack: OpenNode[] = [];
  let root: JsonNode | undefined;
  const add = (node: JsonNode): void => {
    const parent = stack.at(-1);
    if (parent === undefined) root = node;
    else if (parent.kept) {
      const { key } = parent;
      parent.children.push({
        ...(key === undefined ? {} : { key: key.name }),
        start: key?.start ?? node.start,
        end: node.end,
        node,
      });
    }
  };
  return {
    open: (kind: 'object' | 'array', start: number): void => {
      const parent = stack.at(-1);
      const kept = parent === undefined || (parent.kept && (stack.length > 1 || parent.key?.name === inside));
      stack.push({ kind, start, children: [], kept });
    },
    name: (name: string, start: number): void => {
      const parent = stack.at(-1);
      if (parent?.kept) parent.key = { name, start };
    },
    close: (end: number): void => {
      const node = stack.pop();
      if (node !== undefined) add({ kind: node.kind, start: node.start, end, children: node.children });
    },
    scalar: (value: unknown, start: number, end: number): void => {
      add({ kind: 'scalar', start, end, children: [], value });
    },
    root: (): JsonNode | undefined => root,
  };
}

function wordsFor(error: ParseErrorCode): string {
  return WORDS[printParseErrorCode(error)] ?? 'this is no JSON';
}

const WORDS: Readonly<Record<string, string>> = {
  CommaExpected: 'a comma is missing before this',
  ColonExpected: 'a colon is missing before this',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  PropertyNameExpected: 'a name in double quotes is missing',
  ValueExpected: 'a value is missing',
  EndOfFileExpected: 'the file should have ended here',
  UnexpectedEndOfString: 'a text in quotes does not end on its line',
  UnexpectedEndOfComment: 'a comment does not end',
};
