// In: the text of a settings.json, and what we remember of how it was before our hooks came. Out: the text without them. Pure.
// Always: after nothing else has changed, the first bytes are back; what others wrote in between stays as it is.
import { pathOfEvent, type BeforeUs } from './before-us.ts';
import { handlersOf, readHooks, type EventHooks, type Handler, type ReadHooks } from './hooks-in-settings.ts';
import { removeChildren } from './json-edits.ts';
import type { JsonChild, JsonProblem } from './json-tree.ts';
import { applyEdits, type TextEdit } from './text-edit.ts';

export type Removed =
  /** `count` of our hooks were taken out. */
  | { readonly status: 'ok'; readonly text: string; readonly count: number }
  | { readonly status: 'bad'; readonly problem: JsonProblem };

/** Takes our hooks out, of whatever version. Without memory, containers that held only ours go too. `text` has no byte order mark. */
export function removeHooks(text: string, remembered?: BeforeUs): Removed {
  if (text.trim() === '') return { status: 'ok', text, count: 0 };
  const hooks = readHooks(text);
  if (hooks.status === 'bad') return hooks;
  const count = handlersOf(hooks).filter(({ ours }) => ours).length;
  if (count === 0) return { status: 'ok', text, count };
  const rest = applyEdits(
    text,
    removal(text, hooks, ({ ours }) => ours, remembered ?? guessBefore(hooks)),
  );
  const blank = remembered?.blank !== undefined && /^\s*\{\s*\}\s*$/.test(rest);
  return { status: 'ok', text: blank ? (remembered.blank ?? '') : rest, count };
}

/** The changes that take out every hook that `goes`, and the containers that we made, once nothing is left in them. */
export function removal(
  text: string,
  { root, blocks }: ReadHooks,
  goes: (handler: Handler) => boolean,
  before: BeforeUs,
): TextEdit[] {
  const edits: TextEdit[] = [];
  const blocksGone = new Set<JsonChild>();
  for (const { member, events } of blocks) {
    const parts = events.map((event) => ({ event, ...removalInEvent(text, event, goes, before) }));
    const gone = parts.filter(
      ({ event, emptied }) => emptied && before.made.includes(pathOfEvent(event.name)),
    );
    if (gone.length > 0 && gone.length === events.length && before.made.includes('hooks')) {
      blocksGone.add(member);
      continue;
    }
    edits.push(...parts.filter((part) => !gone.includes(part)).flatMap((part) => part.edits));
    const members = new Set(gone.map(({ event }) => event.member));
    edits.push(...removeChildren(text, member.node, members, before.gaps['hooks']));
  }
  return [...edits, ...removeChildren(text, root, blocksGone, before.gaps[''])];
}

function removalInEvent(
  text: string,
  { name, member, groups }: EventHooks,
  goes: (handler: Handler) => boolean,
  before: BeforeUs,
): { readonly edits: readonly TextEdit[]; readonly emptied: boolean } {
  const edits: TextEdit[] = [];
  const groupsGone = new Set<JsonChild>();
  for (const { element, list, handlers, bare } of groups) {
    const gone = handlers.filter(goes);
    if (bare && gone.length > 0 && gone.length === handlers.length) groupsGone.add(element);
    else edits.push(...removeChildren(text, list, new Set(gone.map((handler) => handler.element))));
  }
  edits.push(...removeChildren(text, member.node, groupsGone, before.gaps[pathOfEvent(name)]));
  return { edits, emptied: groupsGone.size > 0 && groupsGone.size === groups.length };
}

/** Without memory, containers that hold nothing but ours are taken for ours, unless another one of their name would come to count. */
export function guessBefore({ blocks }: ReadHooks): BeforeUs {
  const events = blocks.flatMap((block) => block.events);
  const onlyOurs = events.filter(
    ({ name, groups }) =>
      events.filter((event) => event.name === name).length === 1 &&
      groups.length > 0 &&
      groups.every(({ bare, handlers }) => bare && handlers.length > 0 && handlers.every(({ ours }) => ours)),
  );
  const all = blocks.length === 1 && onlyOurs.length === events.length;
  return { made: [...(all ? ['hooks'] : []), ...onlyOurs.map(({ name }) => pathOfEvent(name))], gaps: {} };
}
