// In: the entries of one conversation in file order: a turn's own, or an agent run's. Out: its generations, tool calls
// and compactions, each as soon as nothing can change it any more.
// Always: lines of one response are grouped by message id, not by neighbourhood (results stand between them); results
// find their call by id in any order. A generation is complete when a line of it has a `stop_reason` and a later one of
// the thread began (clients since 2.1.97 write the reason on every line, and the next line may add a block), or when the
// thread ended: without a reason, lines of two responses can interleave.
import type {
  ApiRequestEntry,
  AssistantEntry,
  CompactionEntry,
  ConversationEntry,
  RetryEntry,
  UserEntry,
} from '../transcript/entry.ts';
import type { Block } from '../transcript/content.ts';
import type { Measures } from './measures.ts';
import type { Compaction, Generation, Message, RollUp, ToolCall } from './model.ts';
import {
  generationId,
  openGeneration,
  unansweredGeneration,
  type OpenGeneration,
} from './open-generation.ts';
import {
  abandonToolCall,
  finishToolCall,
  isBackgroundLaunch,
  isResultOfDeadClient,
  openToolCall,
  type OpenToolCall,
} from './open-tool-call.ts';
import { emptyRollUp, withGeneration, withToolCall } from './roll-up.ts';
import { createWorkSum } from './work.ts';

/** What a thread hands out. `background`: the call only started an agent that goes on. */
export type ThreadPart =
  | { readonly kind: 'generation'; readonly generation: Generation }
  | { readonly kind: 'tool-call'; readonly toolCall: ToolCall; readonly background: boolean }
  | { readonly kind: 'compaction'; readonly compaction: Compaction };

export interface Thread {
  add(entry: ConversationEntry | ApiRequestEntry): ThreadPart[];
  /** Nothing more will come: hands out what is still open, ended where the thread was last heard of. */
  finish(): ThreadPart[];
  /** Is its last word an answer of the model, with no tool call open? */
  answered(): boolean;
  hasAssistantLine(): boolean;
  /** Did an answer name this request? */
  hasAnswerTo(request: ApiRequestEntry): boolean;
  /** Is this line one more of a response that it has begun? */
  knows(line: AssistantEntry): boolean;
  /** Can its last response get another line? Nothing has told yet why it stopped. */
  mayGoOn(): boolean;
  /** How hard the model was asked to think, in its last response that tells. */
  effort(): string | undefined;
  /** Does a tool call still want its result? */
  hasOpenCalls(): boolean;
  /** The API error that is its last assistant line. */
  failure(): AssistantEntry | undefined;
  /** A later client found it cut off and filled in results. */
  cutOff(): boolean;
  /** What the model said last. */
  lastOutput(): readonly Block[];
  /** Retries that no answer followed yet. */
  pendingRetries(): readonly RetryEntry[];
  rollUp(): RollUp;
  /** Time of the last recorded line. */
  lastAt(): number;
}

const SYNTHETIC = '<synthetic>';
/** What requests of a conversation call themselves (`querySource`); others are helpers, such as titles. */
const CONVERSATION = /^(repl_main_thread|sdk|agent:)/;

/** Begins a thread; `startedAt` is the time of its first line. */
export function createThread(startedAt: number, { costOf, workOf }: Measures): Thread {
  const openTools = new Map<string, OpenToolCall>();
  const seenTools = new Set<string>();
  const generations = new Map<string, OpenGeneration>();
  const closedGenerations = new Set<string>();
  const requests = new Map<string, ApiRequestEntry>();
  /** Requests that an answer named. */
  const answeredRequests = new Set<string>();
  let last: { line: AssistantEntry; asksForTool: boolean; output: Block[] } | undefined;
  let input: Message[] = [];
  let retries: RetryEntry[] = [];
  let followsAt = startedAt;
  let lastAt = startedAt;
  let cutOff = false;
  let effort: string | undefined;
  let rollUp = emptyRollUp;
  /** Added to in place: a thread can change thousands of files. */
  const work = createWorkSum();
  /**
   * Time of the latest line of a response, and whether one that is open has told why it stopped. Kept, because each new
   * response asks, and of old clients thousands can be open.
   */
  let answeredAt = startedAt;
  let someHaveStopped = false;

  const close = (closed: Generation): ThreadPart => {
    const cost = costOf(closed);
    // In front: V8 of Node 20 takes a hundred times as long for fields that stand behind a spread.
    const generation = cost === undefined ? closed : { cost, ...closed };
    rollUp = withGeneration(rollUp, generation);
    return { kind: 'generation', generation };
  };

  const closeGenerations = (which: (generation: OpenGeneration) => boolean): ThreadPart[] =>
    [...generations.values()].filter(which).map((generation) => {
      generations.delete(generation.id);
      closedGenerations.add(generation.id);
      return close(generation.close());
    });

  const closeTool = (toolCall: ToolCall, background: boolean): ThreadPart => {
    rollUp = withToolCall(rollUp, toolCall);
    const done = workOf(toolCall);
    if (done !== undefined) work.add(done);
    return { kind: 'tool-call', toolCall, background };
  };

  const addAssistant = (line: AssistantEntry): ThreadPart[] => {
    if (line.model === SYNTHETIC) {
      if (line.isApiError) last = { line, asksForTool: false, output: [...line.content] };
      return [];
    }
    effort = line.effort ?? effort;
    if (line.plugin !== undefined) work.addPlugin(line.plugin);
    const id = generationId(line);
    const known = generations.get(id);
    known?.add(line);
    const isNew = known === undefined && !closedGenerations.has(id);
    const parts = isNew ? begin(id, line) : [];
    if (isNew || known !== undefined) {
      answeredAt = Math.max(answeredAt, line.timestamp);
      someHaveStopped ||= line.stopReason !== undefined;
    }
    if (line.requestRef !== undefined) {
      answeredRequests.add(line.requestRef);
      requests.delete(line.requestRef);
    }
    const asksForTool =
      openTool(line) || (last !== undefined && generationId(last.line) === id && last.asksForTool);
    const output = last !== undefined && generationId(last.line) === id ? last.output : [];
    last = { line, asksForTool, output: [...output, ...line.content] };
    return parts;
  };

  const begin = (id: string, line: AssistantEntry): ThreadPart[] => {
    followsAt = Math.max(followsAt, answeredAt);
    const parts = someHaveStopped ? closeGenerations((before) => before.hasStopped()) : [];
    someHaveStopped = false;
    const request = line.requestRef === undefined ? undefined : requests.get(line.requestRef);
    generations.set(id, openGeneration(line, { request, followsAt, input, retries }));
    input = [];
    retries = [];
    forgetRequests(request?.timestamp ?? line.timestamp);
    return parts;
  };

  /** Where the client keeps two writers, a request can stand below its answer. */
  const addRequest = (request: ApiRequestEntry): void => {
    if (!answeredRequests.has(request.id)) requests.set(request.id, request);
    else for (const generation of generations.values()) if (generation.addRequest(request)) return;
  };

  /** Earlier requests came to nothing (they were tried again, or failed); later ones can stand before the answer to this one. */
  const forgetRequests = (until: number): void => {
    for (const { id, timestamp } of requests.values()) if (timestamp <= until) requests.delete(id);
  };

  /** The request that the thread ended with, if it is one of the conversation and no answer was written to it. */
  const unanswered = (): ThreadPart[] => {
    const request = [...requests.values()].findLast(({ source }) => CONVERSATION.test(source ?? ''));
    if (request === undefined || last?.line.isApiError === true) return [];
    lastAt = Math.max(lastAt, request.timestamp);
    const generation = unansweredGeneration(request, { input, retries }, lastAt);
    requests.clear();
    input = [];
    retries = [];
    return [close(generation)];
  };

  const openTool = (line: AssistantEntry): boolean => {
    const uses = line.content.filter((block) => block.type === 'tool_use');
    for (const use of uses) {
      if (!seenTools.has(use.id)) openTools.set(use.id, openToolCall(use, line));
      seenTools.add(use.id);
    }
    return uses.length > 0;
  };

  const addUser = (line: UserEntry): ThreadPart[] => {
    const parts: ThreadPart[] = [];
    const results = line.content.filter((block) => block.type === 'tool_result');
    for (const result of results) {
      const open = openTools.get(result.toolUseId);
      if (open === undefined) continue;
      if (isResultOfDeadClient(result, line)) {
        cutOff = true;
        continue;
      }
      openTools.delete(result.toolUseId);
      parts.push(closeTool(finishToolCall(open, result, line), isBackgroundLaunch(line)));
    }
    if (!cutOff) {
      input.push({ role: results.length > 0 ? 'tool' : 'user', blocks: line.content });
      followsAt = Math.max(followsAt, line.timestamp);
    }
    return parts;
  };

  const add = (entry: ConversationEntry | ApiRequestEntry): ThreadPart[] => {
    switch (entry.kind) {
      case 'api-request':
        addRequest(entry);
        return [];
      case 'assistant':
        if (!cutOff) lastAt = Math.max(lastAt, entry.timestamp);
        return addAssistant(entry);
      case 'user': {
        const parts = addUser(entry);
        if (!cutOff) lastAt = Math.max(lastAt, entry.timestamp);
        return parts;
      }
      case 'retry':
        forgetRequests(entry.timestamp);
        retries.push(entry);
        lastAt = Math.max(lastAt, entry.timestamp);
        return [];
      case 'compaction':
        return [{ kind: 'compaction', compaction: toCompaction(entry) }];
      case 'attachment':
        for (const blocks of [entry.prompt, entry.context]) {
          if (blocks !== undefined) input.push({ role: 'user', blocks });
        }
        return [];
      case 'agent-progress':
      case 'stop-hook-summary':
      case 'turn-duration':
        return [];
    }
  };

  return {
    add,
    finish: () => {
      const parts = [...closeGenerations(() => true), ...unanswered()];
      for (const open of openTools.values()) parts.push(closeTool(abandonToolCall(open, lastAt), false));
      openTools.clear();
      return parts;
    },
    answered: () =>
      last !== undefined &&
      !last.line.isApiError &&
      !last.asksForTool &&
      openTools.size === 0 &&
      isAnswer(last.line),
    hasAssistantLine: () => last !== undefined,
    hasAnswerTo: ({ id }) => answeredRequests.has(id),
    knows: (line) => generations.has(generationId(line)) || closedGenerations.has(generationId(line)),
    mayGoOn: () => last !== undefined && generations.get(generationId(last.line))?.hasStopped() === false,
    effort: () => effort,
    hasOpenCalls: () => openTools.size > 0,
    failure: () => (last?.line.isApiError === true ? last.line : undefined),
    cutOff: () => cutOff,
    lastOutput: () => last?.output ?? [],
    pendingRetries: () => retries,
    rollUp: () => ({ ...rollUp, retries: rollUp.retries + retries.length, work: work.sum() }),
    lastAt: () => lastAt,
  };
}

/** Did the model finish? Clients before 2.1.59 write no `stop_reason`: there a text is the sign. */
function isAnswer(line: AssistantEntry): boolean {
  if (line.stopReason !== undefined)
    return line.stopReason !== 'tool_use' && line.stopReason !== 'pause_turn';
  return line.content.at(-1)?.type === 'text';
}

function toCompaction(entry: CompactionEntry): Compaction {
  return {
    id: entry.uuid,
    startedAt: entry.timestamp - (entry.durationMs ?? 0),
    startInferred: entry.durationMs === undefined,
    endedAt: entry.timestamp,
    trigger: entry.trigger,
    tokensBefore: entry.tokensBefore,
    tokensAfter: entry.tokensAfter,
  };
}
