// In: the entries of a main file from its beginning. Out: the same, the first prompt before what answers it.
// The client opens a new file with one writer while another waits, so the first prompt can stand below its own answer (seen
// on 2.1.38 and 2.1.220). Only the chain tells: the answer names the prompt as the line before it.
// Always: nothing is lost; behind the first prompt the order stays as it is.
import type { ApiRequestEntry, ConversationEntry, UserEntry } from '../transcript/entry.ts';

type SessionEntry = ConversationEntry | ApiRequestEntry;

export interface FirstExchange {
  /** Gives what can be handed on. */
  add(entry: SessionEntry): readonly SessionEntry[];
  /** No line will come: hands on what is held. */
  finish(): readonly SessionEntry[];
  isHolding(): boolean;
  /** Offset of the first line that was held: the first turn begins there, though its prompt may stand below. */
  heldFrom(): number | undefined;
}

/** A file that begins in the middle of a conversation has no first prompt: no more lines than this wait for one. */
const MOST_HELD = 100;

/** `begun`: the beginning was read before. */
export function createFirstExchange(begun: boolean): FirstExchange {
  let isOpen = begun;
  let held: SessionEntry[] = [];
  let heldFrom: number | undefined;

  const open = (...prompt: SessionEntry[]): SessionEntry[] => {
    const entries = [...prompt, ...held];
    held = [];
    isOpen = true;
    return entries;
  };

  return {
    add: (entry) => {
      if (isOpen) return [entry];
      if (isSaid(entry)) {
        const first = held.find((line) => line.kind !== 'api-request');
        return first !== undefined && isAnsweredBy(first, entry) ? open(entry) : [...open(), entry];
      }
      if (held.length === 0 && !isAnswer(entry)) return [entry];
      heldFrom ??= entry.offset;
      held.push(entry);
      return held.length < MOST_HELD ? [] : open();
    },
    finish: () => (held.length === 0 ? [] : open()),
    isHolding: () => held.length > 0,
    heldFrom: () => heldFrom,
  };
}

/** The chain from a prompt to its answer can lead over lines that stand below both: then the times tell. */
export function isAnsweredBy(first: ConversationEntry, prompt: UserEntry): boolean {
  const isRoot = prompt.parentUuid === undefined;
  return first.parentUuid === prompt.uuid || (isRoot && prompt.timestamp <= first.timestamp);
}

/** A line of the model that follows another line. */
export function isAnswer(entry: SessionEntry): boolean {
  return entry.kind === 'assistant' && entry.parentUuid !== undefined;
}

/** A line of the user's, or one that the client wrote for them; no result of a tool. */
function isSaid(entry: SessionEntry): entry is UserEntry {
  return entry.kind === 'user' && !entry.content.some(({ type }) => type === 'tool_result');
}
