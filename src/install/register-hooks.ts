// In: the text of a settings.json, the hooks that we want in it, and what we remember of how it was before us. Out: the new
// text, and what is to be remembered now. Pure.
// Always: only our own hooks come, change or go, every other byte stays; registering what is there changes nothing.
import { isDeepStrictEqual } from 'node:util';
import { pathOfEvent, type BeforeUs } from './before-us.ts';
import type { HookHandler } from './entry.ts';
import { handlersOf, lastEvent, readHooks, type Handler, type ReadHooks } from './hooks-in-settings.ts';
import { appendChildren, replaceNode } from './json-edits.ts';
import { ownLineIndent, styleOf } from './json-style.ts';
import type { JsonProblem } from './json-tree.ts';
import { guessBefore, removal } from './remove-hooks.ts';
import { applyEdits, type TextEdit } from './text-edit.ts';

export type Registered =
  /** `first`: none of our hooks was there, so nothing that was remembered counted. */
  | { readonly status: 'ok'; readonly text: string; readonly before: BeforeUs; readonly first: boolean }
  | { readonly status: 'bad'; readonly problem: JsonProblem };

/** Event name → our hook. */
export type WantedHooks = ReadonlyMap<string, HookHandler>;

/**
 * Puts our hooks in: a new event gets one, that of an older version is replaced where it stands, an event that is not
 * wanted loses its. `text` has no byte order mark.
 */
export function registerHooks(text: string, wanted: WantedHooks, remembered?: BeforeUs): Registered {
  if (text.trim() === '') return { status: 'ok', ...newFile(text, wanted), first: true };
  const hooks = readHooks(text);
  if (hooks.status === 'bad') return hooks;
  // Memory of a file that has lost our hooks speaks of another file.
  const first = !handlersOf(hooks).some(({ ours }) => ours);
  const before = first ? NOTHING : (remembered ?? guessBefore(hooks));
  const renewed = renew(text, hooks, wanted, before);
  const rest = renewed === text ? hooks : readHooks(renewed);
  if (rest.status === 'bad') return rest;
  return { status: 'ok', ...addMissing(renewed, rest, wanted, before), first };
}

const NOTHING: BeforeUs = { made: [], gaps: {} };

interface Result {
  readonly text: string;
  readonly before: BeforeUs;
}

/** The value of `hooks` for `wanted`, as one who manages the file by hand copies it. */
export function hooksBlock(wanted: WantedHooks): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...wanted].map(([name, handler]) => [name, [groupOf(handler)]]));
}

function newFile(blank: string, wanted: WantedHooks): Result {
  const text = `${JSON.stringify({ hooks: hooksBlock(wanted) }, null, 2)}\n`;
  return { text, before: { blank, made: ['hooks', ...[...wanted.keys()].map(pathOfEvent)], gaps: {} } };
}

/** What is ours already: replaced where it is of another version, taken out where it is not wanted or stands twice. */
function renew(text: string, hooks: ReadHooks, wanted: WantedHooks, before: BeforeUs): string {
  const style = styleOf(text, hooks.root);
  const kept = new Map<Handler, HookHandler>();
  for (const [name, handler] of wanted) {
    const ours = lastEvent(hooks, name)?.groups.flatMap(({ handlers }) => handlers.filter((one) => one.ours));
    if (ours?.[0] !== undefined) kept.set(ours[0], handler);
  }
  const replaced = [...kept]
    .filter(([{ value }, handler]) => !isDeepStrictEqual(value, handler))
    .map(([{ element }, handler]) => replaceNode(text, element.node, handler, style));
  const removed = removal(text, hooks, (handler) => handler.ours && !kept.has(handler), before);
  return applyEdits(text, [...replaced, ...removed]);
}

function addMissing(text: string, hooks: ReadHooks, wanted: WantedHooks, before: BeforeUs): Result {
  const known = stillThere(before, hooks);
  const made = new Set(known.made);
  const gaps = { ...known.gaps };
  const edits: TextEdit[] = [];
  const style = styleOf(text, hooks.root);
  const append = (path: string, ...[node, added, onLines]: AppendArguments): void => {
    const appended = appendChildren(text, node, added, style, onLines);
    edits.push(...appended.edits);
    if (appended.gap !== undefined) gaps[path] = appended.gap;
  };

  const block = hooks.blocks.at(-1);
  const events = [...wanted].map(([name, handler]) => ({ name, handler, event: lastEvent(hooks, name) }));
  const fresh = new Map(events.filter(({ event }) => !event).map(({ name, handler }) => [name, handler]));
  if (block === undefined) {
    made.add('hooks');
    append('', hooks.root, [{ key: 'hooks', value: hooksBlock(fresh) }], true);
  } else if (fresh.size > 0) {
    const members = Object.entries(hooksBlock(fresh)).map(([key, value]) => ({ key, value }));
    append('hooks', block.member.node, members, ownLineIndent(text, block.member) !== undefined);
  }
  for (const name of fresh.keys()) made.add(pathOfEvent(name));
  for (const { name, handler, event } of events) {
    if (event === undefined || event.groups.some(({ handlers }) => handlers.some(({ ours }) => ours)))
      continue;
    const onLines = ownLineIndent(text, event.member) !== undefined;
    append(pathOfEvent(name), event.member.node, [{ value: groupOf(handler) }], onLines);
  }
  return { text: applyEdits(text, edits), before: { ...known, made: [...made], gaps } };
}

type AppendArguments = readonly [
  node: Parameters<typeof appendChildren>[1],
  added: Parameters<typeof appendChildren>[2],
  onLines: boolean,
];

/** Without what was remembered of containers that are gone. */
function stillThere(before: BeforeUs, hooks: ReadHooks): BeforeUs {
  const block = hooks.blocks.at(-1);
  const paths = new Set([
    '',
    ...(block ? ['hooks'] : []),
    ...(block?.events ?? []).map(({ name }) => pathOfEvent(name)),
  ]);
  return {
    ...(before.blank === undefined ? {} : { blank: before.blank }),
    made: before.made.filter((path) => paths.has(path)),
    gaps: Object.fromEntries(Object.entries(before.gaps).filter(([path]) => paths.has(path))),
  };
}

function groupOf(handler: HookHandler): { readonly hooks: readonly HookHandler[] } {
  return { hooks: [handler] };
}
