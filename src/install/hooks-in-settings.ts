// In: the text of a settings.json. Out: its hooks, with the places where they stand; or why the file is left alone.
// Always: a shape that is not known is refused with line and column, never guessed at. Of two members with one name both are
// listed; the client sees the last.
import { scriptOf } from './entry.ts';
import { parseJson, placeOf, valueOf, type JsonChild, type JsonNode, type JsonProblem } from './json-tree.ts';

export interface ReadHooks {
  readonly status: 'ok';
  readonly root: JsonNode;
  /** The `hooks` members of the root: one, none, or by mistake several. */
  readonly blocks: readonly HooksBlock[];
}

export type SettingsHooks = ReadHooks | { readonly status: 'bad'; readonly problem: JsonProblem };

export interface HooksBlock {
  readonly member: JsonChild;
  readonly events: readonly EventHooks[];
}

export interface EventHooks {
  readonly name: string;
  readonly member: JsonChild;
  readonly groups: readonly HookGroup[];
}

/** A matcher with its handlers. */
export interface HookGroup {
  readonly element: JsonChild;
  /** The array `hooks` of the group. */
  readonly list: JsonNode;
  readonly handlers: readonly Handler[];
  /** It has no matcher and no other key. */
  readonly bare: boolean;
}

export interface Handler {
  readonly element: JsonChild;
  readonly ours: boolean;
  readonly value: unknown;
}

/** Reads a text that is not blank and has no byte order mark. */
export function readHooks(text: string): SettingsHooks {
  const tree = parseJson(text, 'hooks');
  if (tree.status === 'bad') return tree;
  const { root } = tree;
  try {
    if (root.kind !== 'object') throw new ShapeError('the file should hold one object, { … }', root);
    const members = root.children.filter(({ key }) => key === 'hooks');
    return { status: 'ok', root, blocks: members.map(readBlock) };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return { status: 'bad', problem: { what: error.message, ...placeOf(text, error.node.start) } };
  }
}

/** All handlers of all events. */
export function handlersOf({ blocks }: ReadHooks): Handler[] {
  return blocks.flatMap(({ events }) =>
    events.flatMap(({ groups }) => groups.flatMap(({ handlers }) => handlers)),
  );
}

/** An event's list as the client sees it. */
export function lastEvent({ blocks }: ReadHooks, name: string): EventHooks | undefined {
  return blocks.at(-1)?.events.findLast((event) => event.name === name);
}

/** Left at the first place whose shape is not known; caught above. */
class ShapeError extends Error {
  readonly node: JsonNode;
  constructor(message: string, node: JsonNode) {
    super(message);
    this.node = node;
  }
}

function readBlock(member: JsonChild): HooksBlock {
  if (member.node.kind !== 'object') throw new ShapeError('"hooks" should be an object', member.node);
  return { member, events: member.node.children.map(readEvent) };
}

function readEvent(member: JsonChild): EventHooks {
  const name = member.key ?? '';
  if (member.node.kind !== 'array') throw new ShapeError(`"${name}" should be a list`, member.node);
  return { name, member, groups: member.node.children.map((element) => readGroup(element, name)) };
}

function readGroup(element: JsonChild, event: string): HookGroup {
  // The client sees the last one.
  const list = element.node.children.findLast(({ key }) => key === 'hooks')?.node;
  if (element.node.kind !== 'object' || list?.kind !== 'array') {
    throw new ShapeError(`each entry of "${event}" should be an object with a list "hooks"`, element.node);
  }
  const handlers = list.children.map((handler) => {
    const value = valueOf(handler.node);
    return { element: handler, value, ours: scriptOf(value) !== undefined };
  });
  return { element, list, handlers, bare: element.node.children.length === 1 };
}
