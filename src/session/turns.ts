// In: the entries of a session's main file in order, and what the tickets know. Out: turns that open and close, and
// the parts of each.
// Always: a turn closes at the first mark that says so (design.md, "Turn close"), never by waiting; its status comes
// from the lines, never from the mark. An answer after the close is a turn of its own, also without a prompt; what else
// comes then still belongs to the turn before.
import type {
  ApiRequestEntry,
  AssistantEntry,
  AttachmentEntry,
  ConversationEntry,
  TitleEntry,
  UserEntry,
} from '../transcript/entry.ts';
import type { Measures } from './measures.ts';
import type { Message, TurnScope, TurnStatus } from './model.ts';
import { firstOf } from './first-of.ts';
import { parseNotification, type AgentNotification } from './notification.ts';
import { beginTurn, closedTurn, statusOf, type ClosedTurn, type OpenTurn } from './open-turn.ts';
import type { SessionFacts } from './session-facts.ts';
import { isStopHookFeedback, speakerOf, textOf } from './speaker.ts';
import { createThread, type Thread, type ThreadPart } from './thread.ts';

/** What a step of the main file brought forth. `turn-closed` carries all but what its agents add. */
export type TurnEvent =
  | { readonly kind: 'part'; readonly scope: TurnScope; readonly part: ThreadPart }
  | { readonly kind: 'notification'; readonly notification: AgentNotification; readonly at: number }
  | { readonly kind: 'turn-opened'; readonly scope: TurnScope; readonly titles: Titles | undefined }
  /** A line between two turns links to a pull request. */
  | { readonly kind: 'linked'; readonly url: string }
  | { readonly kind: 'turn-closed'; readonly turn: ClosedTurn };

/** What a session is called; the user's word goes first. */
export interface Titles {
  readonly user?: string | undefined;
  readonly client?: string | undefined;
}

export interface Turns {
  add(entry: ConversationEntry | ApiRequestEntry): TurnEvent[];
  /** A line links to a pull request. */
  link(url: string): TurnEvent[];
  /** A line says what the session is called. */
  entitle(entry: TitleEntry): void;
  /** The file was read to its end: do the facts close what is open? */
  settle(): TurnEvent[];
  isOpen(): boolean;
  /** Is a turn open, or an answer without a turn of its own not handed out? */
  isUndecided(): boolean;
  /** Offset from which a later reading must begin to see all that is undecided; `undefined`: nothing is. */
  undecidedFrom(): number | undefined;
  /** How many turns began, and the last of them. */
  count(): number;
  last(): TurnScope | undefined;
  /** Absent while nobody has said anything. */
  titles(): Titles | undefined;
}

/** What was known of a session's turns. */
export interface KnownTurns {
  readonly turns: number;
  readonly lastTurn?: TurnScope | undefined;
  readonly titles?: Titles | undefined;
}

/** Begins a session, or goes on with one of which turns are known. */
export function createTurns(
  sessionId: string,
  facts: () => SessionFacts,
  measures: Measures,
  known: KnownTurns = { turns: 0 },
): Turns {
  let { turns, lastTurn: last, titles } = known;
  let open: OpenTurn | undefined;
  /** Offset of its first line, or of a request that came before. */
  let openFrom = 0;
  /** The thread of the turn that closed last. */
  let closed: Thread | undefined;
  /** Lines after a close that belong to the turn before: a compaction, more of its last response. */
  let late: Thread | undefined;
  /** Where they begin. */
  let lateFrom: number | undefined;
  /** Request lines that came before the turn of their answer was known. */
  let pendingRequests: ApiRequestEntry[] = [];
  /** Commands that become a turn if the model answers them. */
  let candidates: UserEntry[] = [];
  /** What the client put in since the last turn closed: the prompt of a turn if the model answers it. */
  let putIn: UserEntry[] = [];
  /** Prompts that the next answer decides about: does it go on with the response before them, or is it theirs? */
  let held: UserEntry[] = [];

  const parts = (scope: TurnScope, list: readonly ThreadPart[]): TurnEvent[] =>
    list.map((part) => ({ kind: 'part', scope, part }));

  const finishLate = (): TurnEvent[] => {
    if (late === undefined || last === undefined) return [];
    const events = parts(last, late.finish());
    late = undefined;
    lateFrom = undefined;
    return events;
  };

  const openTurn = (first: ConversationEntry, prompts: readonly UserEntry[]): TurnEvent[] => {
    const events = finishLate();
    const prompt = prompts[0];
    const previous = last;
    turns++;
    last = {
      turnId: first.uuid,
      number: turns,
      sessionId,
      promptId: prompt?.promptId,
      startedAt: first.timestamp,
      clientVersion: first.version,
    };
    open = beginTurn(last, prompts, previous, measures);
    openFrom = Math.min(first.offset, pendingRequests[0]?.offset ?? Infinity);
    candidates = [];
    putIn = [];
    events.push({ kind: 'turn-opened', scope: last, titles });
    const { notification } = open;
    if (notification !== undefined) events.push({ kind: 'notification', notification, at: first.timestamp });
    return events;
  };

  const closeTurn = (status: TurnStatus, withGoodbye = false): TurnEvent[] => {
    if (open === undefined) return [];
    const events = parts(open.scope, open.thread.finish());
    events.push({
      kind: 'turn-closed',
      turn: closedTurn(open, { status, withGoodbye, title: titles?.user ?? titles?.client }),
    });
    closed = open.thread;
    open = undefined;
    return events;
  };

  /** Did another process resume the session after the last line of this turn? */
  const wasResumed = (thread: Thread, before = Infinity): boolean =>
    facts().resumedAt.some((at) => at > thread.lastAt() && at <= before);

  const closeBy = (undecided: TurnStatus, at?: number, withGoodbye = false): TurnEvent[] => {
    if (open === undefined) return [];
    // A client that lives gives each call a result before it goes on, interrupted ones too.
    const isLost = wasResumed(open.thread, at) || open.thread.hasOpenCalls();
    const status = statusOf(open.thread, isLost ? 'lost' : undecided);
    return closeTurn(status, withGoodbye);
  };

  /** A mark closed the open turn: prompts that were held are turns of their own. */
  const closeByMark = (undecided: TurnStatus): TurnEvent[] => [...closeBy(undecided), ...release()];

  /** What was held is no part of the open turn: each begins one. */
  const release = (): TurnEvent[] => {
    const prompts = held;
    held = [];
    return prompts.flatMap((prompt) => [
      ...closeBy('interrupted', prompt.timestamp),
      ...openTurn(prompt, [prompt]),
    ]);
  };

  /**
   * Clients before 2.1.80 write a prompt that was taken up in the middle of a response like any other: that the
   * response goes on behind it is the only sign. (With a prompt id, or a `stop_reason` before it, there is no doubt.)
   */
  const isInDoubt = (prompt: UserEntry): boolean =>
    prompt.promptId === undefined && open?.thread.mayGoOn() === true;

  /** The model reads it while the turn runs. */
  const absorb = (line: UserEntry | AttachmentEntry, blocks: Message['blocks']): TurnEvent[] => {
    open?.absorbed.push({ at: line.timestamp, origin: line.origin, blocks });
    return addToThread(line);
  };

  const addUser = (entry: UserEntry): TurnEvent[] => {
    const speaker = speakerOf(entry);
    if (held.length > 0 && speaker !== 'tool-result') {
      return [...release(), ...addUser(entry)];
    }
    if (isStopHookFeedback(entry) && open !== undefined) open.continues = true;
    if (speaker === 'interrupt' && open !== undefined) {
      return [...addToThread(entry), ...closeTurn('interrupted')];
    }
    if (speaker === 'prompt' && !isOfOpenTurn(entry)) {
      if (isInDoubt(entry)) {
        held.push(entry);
        return [];
      }
      return [...closeBy('interrupted', entry.timestamp), ...openTurn(entry, [entry])];
    }
    if (speaker === 'command' && !isOfOpenTurn(entry)) {
      // While the model works on a prompt, a command is answered by the client itself.
      if (awaitsPrompt()) candidates.push(entry);
      return [];
    }
    // The body of a skill follows its command line and is part of that prompt.
    if (speaker === 'injected' && candidates.length > 0 && awaitsPrompt()) {
      candidates.push(entry);
      return [];
    }
    if (speaker === 'injected' && open === undefined) {
      putIn.push(entry);
      return [];
    }
    return addToThread(entry);
  };

  /** Two lines of one prompt (`!` commands), not two turns of a fork, whose copies all have the prompt id of its first own. */
  const isOfOpenTurn = (entry: UserEntry): boolean =>
    !awaitsPrompt() && entry.promptId !== undefined && entry.promptId === open?.scope.promptId;

  /** Can the next answer only be one to something new? After an answer or a final error, with or without its mark. */
  const awaitsPrompt = (): boolean =>
    open === undefined ||
    (!open.continues && (open.thread.answered() || open.thread.failure() !== undefined));

  const addToThread = (entry: ConversationEntry | ApiRequestEntry): TurnEvent[] => {
    if (open !== undefined) return parts(open.scope, open.thread.add(entry));
    // Before the first turn nothing can be placed.
    if (last === undefined) return [];
    late ??= createThread(entry.timestamp, measures);
    lateFrom ??= entry.offset;
    return parts(last, late.add(entry));
  };

  /** After an answer, only the next one tells whose request this was. */
  const addRequest = (entry: ApiRequestEntry): TurnEvent[] => {
    if (!awaitsPrompt() || open?.thread.hasAnswerTo(entry) === true) return addToThread(entry);
    if (closed?.hasAnswerTo(entry) !== true) pendingRequests.push(entry);
    return [];
  };

  const addAttachment = (entry: AttachmentEntry): TurnEvent[] => {
    if (
      open !== undefined &&
      entry.attachmentType === 'hook_additional_context' &&
      entry.hookEvent === 'Stop'
    ) {
      open.continues = true;
    }
    const { prompt } = entry;
    if (prompt === undefined) return addToThread(entry);
    // Queued while the turn ran, but read when it was over: it begins a turn if the model answers it.
    if (open === undefined) candidates.push(asPrompt(entry, prompt));
    const events = open === undefined ? [] : absorb(entry, prompt);
    const notification = parseNotification(textOf(prompt));
    if (notification !== undefined) events.push({ kind: 'notification', notification, at: entry.timestamp });
    return events;
  };

  const addAssistant = (entry: AssistantEntry): TurnEvent[] => {
    const filler = entry.model === '<synthetic>' && !entry.isApiError;
    const events: TurnEvent[] = [];
    if (held.length > 0 && !filler) {
      if (open?.thread.knows(entry) === true) {
        const absorbed = held;
        held = [];
        events.push(...absorbed.flatMap((prompt) => absorb(prompt, prompt.content)));
      } else {
        events.push(...release());
      }
    }
    const [candidate] = candidates;
    if (!filler && candidate !== undefined && awaitsPrompt()) {
      events.push(...closeBy('interrupted'), ...openTurn(candidate, candidates));
    } else if (!filler && open === undefined && closed?.knows(entry) !== true) {
      events.push(...openTurn(putIn[0] ?? entry, putIn));
    }
    if (open !== undefined) open.continues = false;
    const requests = pendingRequests;
    pendingRequests = [];
    for (const request of requests) {
      if (open !== undefined) open.thread.add(request);
      else if (last !== undefined) (late ??= createThread(request.timestamp, measures)).add(request);
    }
    events.push(...addToThread(entry));
    return events;
  };

  return {
    add: (entry) => {
      switch (entry.kind) {
        case 'user':
          return addUser(entry);
        case 'assistant':
          return addAssistant(entry);
        case 'attachment':
          return addAttachment(entry);
        case 'stop-hook-summary': {
          if (open?.thread.hasAssistantLine() !== true) return [];
          const goesOn = open.continues && !entry.preventedContinuation;
          return goesOn ? [] : closeByMark('interrupted');
        }
        case 'turn-duration':
          return open?.thread.hasAssistantLine() === true ? closeByMark('interrupted') : [];
        case 'retry':
        case 'compaction':
          return [...release(), ...addToThread(entry)];
        case 'api-request':
          return addRequest(entry);
        case 'agent-progress':
          return addToThread(entry);
      }
    },
    link: (url) => {
      if (open === undefined) return [{ kind: 'linked', url }];
      open.linked.add(url);
      return [];
    },
    entitle: ({ by, title }) => {
      titles = { ...titles, [by]: title === '' ? undefined : title };
    },
    settle: () => {
      const { failedPrompts, over, saidGoodbye, quietAfterStop } = facts();
      if (open !== undefined) {
        const { promptId, clientVersion } = open.scope;
        const stopFailed = promptId !== undefined && failedPrompts.has(promptId);
        if (stopFailed && open.thread.failure() !== undefined) return closeByMark('failed');
        if (wasResumed(open.thread)) return closeByMark('lost');
        if (quietAfterStop && writesNoSummary(clientVersion) && open.thread.answered())
          return closeByMark('interrupted');
      }
      return over ? [...release(), ...closeBy('lost', undefined, saidGoodbye), ...finishLate()] : [];
    },
    isOpen: () => open !== undefined,
    isUndecided: () => open !== undefined || late?.hasAssistantLine() === true,
    // An answer that is still to come depends on all these lines: on its request, on what it follows.
    undecidedFrom: () =>
      open === undefined
        ? firstOf(lateFrom, candidates[0]?.offset, putIn[0]?.offset, pendingRequests[0]?.offset)
        : openFrom,
    count: () => turns,
    last: () => last,
    titles: () => titles,
  };
}

/** A queued message as the prompt that it is. */
function asPrompt(line: AttachmentEntry, content: Message['blocks']): UserEntry {
  return { ...line, kind: 'user', content, isMeta: false, isCompactSummary: false };
}

/** Clients before 2.0.50 write no `stop_hook_summary` (seen: 2.0.0 none, 2.0.50 always). */
export function writesNoSummary(version: string | undefined): boolean {
  const [major = 0, minor = 0, patch = 0] = (version ?? '').split('.').map(Number);
  return version !== undefined && (major < 2 || (major === 2 && minor === 0 && patch < 50));
}
