// Transcripts as Claude Code writes them, told like a story: who says what, in the order in which it reaches the disk.
// Always: the lines have the keys of the real client (2.1.329 unless a test names another version), the content is
// invented, and the same story gives the same bytes: ids count up, and each line comes a second after the one before.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

type Fields = Readonly<Record<string, unknown>>;

/** One write to one file, in the order of the disk. `file` is `main` or an agent's id. */
export interface Write {
  readonly file: string;
  readonly text: string;
}

/** A prompt that was written. */
export interface Prompt {
  readonly uuid: string;
  readonly promptId: string;
}

/** One API response: each call writes one line with one block. */
export interface Response {
  readonly messageId: string;
  thinking(text: string, fields?: Fields): string;
  text(text: string, fields?: Fields): string;
  /** Gives the tool use id. */
  tool(name: string, input?: Fields, fields?: Fields): string;
}

export interface ResponseOptions {
  readonly messageId?: string;
  /** On every line; `null` as clients before 2.1.59 write it. */
  readonly stopReason?: string | null;
  readonly usage?: Fields;
  /** Leave out the `api-request` line. */
  readonly unrecorded?: boolean;
  readonly model?: string;
}

/** One file of a session: the main one or an agent's. */
export interface Conversation {
  /** A line with a place in the conversation; gives its uuid. Fields that are `undefined` are left out. */
  line(fields: Fields): string;
  /** A line without one (`mode`, `last-prompt`, …). */
  note(fields: Fields): void;
  /** Bytes as they are. */
  raw(text: string): void;
  prompt(text: string, fields?: Fields): Prompt;
  /** Text that the client puts in (`isMeta`), with the prompt id of the last prompt. */
  injected(text: string, fields?: Fields): string;
  /** Begins a response: the request's line, then one line for each block. */
  response(options?: ResponseOptions): Response;
  /** A whole response of one text, `end_turn`. */
  answer(text: string, options?: ResponseOptions): string;
  result(toolUseId: string, content: unknown, fields?: Fields & { readonly isError?: boolean }): string;
  attachment(attachment: Fields, fields?: Fields): string;
  system(subtype: string, fields?: Fields): string;
}

export interface AgentOptions {
  readonly toolUseId?: string;
  readonly type?: string;
  readonly description?: string;
  readonly depth?: number;
  readonly parentAgentId?: string;
  readonly background?: boolean;
  /** No `.meta.json`: as before 2.1.2x, and for the short time before it is written. */
  readonly noMeta?: boolean;
}

export interface Story extends Conversation {
  readonly sessionId: string;
  readonly version: string;
  readonly writes: readonly Write[];
  /** Meta files by agent id. */
  readonly metas: Map<string, string>;
  /** Time of the last line, milliseconds since the epoch. */
  now(): number;
  /** Time passes. */
  wait(milliseconds: number): void;
  /** Begins an agent's file with its prompt. */
  agent(agentId: string, prompt: string, options?: AgentOptions): Conversation;
  /** `stop_hook_summary`: the Stop hooks have returned. */
  stopSummary(fields?: Fields): void;
  turnDuration(fields?: Fields): void;
  /** How a turn ends in a terminal: both of them. */
  endOfTurn(): void;
  /** The user pressed Esc. */
  interrupt(forToolUse?: boolean): string;
  /** A request failed for good: the client's own message. */
  apiError(error: string, status: number): string;
  /** A request failed and is tried again. */
  retry(attempt: number, status?: number): string;
  /** A background agent has ended: the prompt line of its turn. */
  notification(agentId: string, fields?: { readonly toolUseId?: string; readonly status?: string }): Prompt;
  compaction(trigger?: 'manual' | 'auto'): void;
}

export interface StoryOptions {
  readonly version?: string;
  readonly sessionId?: string;
  /** When the first line is written; milliseconds since the epoch. */
  readonly startsAt?: number;
}

const NEWEST = '2.1.329';
export const STORY_BEGINS = Date.parse('2026-11-18T09:00:00.000Z');
const STEP_MS = 1000;

/** Begins a story. */
export function newStory({
  version = NEWEST,
  sessionId = '0d0e0f00-0000-4000-8000-000000000001',
  startsAt = STORY_BEGINS,
}: StoryOptions = {}): Story {
  const writes: Write[] = [];
  const metas = new Map<string, string>();
  /** Clients as new as the one that was observed record requests and prompt ids. */
  const isNew = version === NEWEST;
  let now = startsAt - STEP_MS;
  let made = 0;
  let promptId: string | undefined;

  const next = (prefix: string): string => `${prefix}${String(++made).padStart(6, '0')}`;
  const nextUuid = (): string => `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`;

  const conversation = (file: string, own: Fields): Conversation => {
    let parent: string | null = null;

    const note = (fields: Fields): void => {
      writes.push({ file, text: `${JSON.stringify(fields)}\n` });
    };
    const line = (fields: Fields): string => {
      now += STEP_MS;
      const uuid = nextUuid();
      note({
        parentUuid: parent,
        isSidechain: false,
        ...own,
        uuid,
        timestamp: new Date(now).toISOString(),
        userType: 'external',
        entrypoint: 'cli',
        cwd: '/home/ada/shop',
        sessionId,
        version,
        gitBranch: 'main',
        ...fields,
      });
      parent = uuid;
      return uuid;
    };
    const user = (content: unknown, fields: Fields = {}): string =>
      line({
        type: 'user',
        message: { role: 'user', content },
        ...(isNew ? { promptId } : {}),
        ...fields,
      });

    const response = (options: ResponseOptions = {}): Response => {
      const messageId = options.messageId ?? next('msg_');
      const requestId = next('req_');
      const requestRef = isNew && options.unrecorded !== true ? nextUuid() : undefined;
      if (requestRef !== undefined) {
        now += STEP_MS;
        note({
          type: 'api-request',
          sessionId,
          id: requestRef,
          timestamp: new Date(now).toISOString(),
          version,
          querySource: 'repl_main_thread',
          params: { model: options.model ?? 'claude-opus-5-5', max_tokens: 128000 },
          keep: 0,
          tail: [],
        });
      }
      let index = 0;
      const block = (content: Fields, stopReason: string, fields: Fields = {}): string =>
        line({
          type: 'assistant',
          message: {
            id: messageId,
            type: 'message',
            role: 'assistant',
            model: options.model ?? 'claude-opus-5-5',
            content: [content],
            stop_reason: options.stopReason === undefined ? stopReason : options.stopReason,
            stop_sequence: null,
            usage: {
              input_tokens: 4,
              cache_creation_input_tokens: 30,
              cache_read_input_tokens: 200,
              output_tokens: 10,
              service_tier: 'standard',
              ...options.usage,
            },
          },
          apiBlockIndex: index++,
          requestId,
          ...(requestRef === undefined ? {} : { requestRef, requestedModel: 'claude-opus-5-5' }),
          ...fields,
        });
      return {
        messageId,
        thinking: (text, fields) =>
          block({ type: 'thinking', thinking: text, signature: 'c2ln' }, 'tool_use', fields),
        text: (text, fields) => block({ type: 'text', text }, 'tool_use', fields),
        tool: (name, input = {}, fields) => {
          const id = next('toolu_');
          block({ type: 'tool_use', id, name, input }, 'tool_use', fields);
          return id;
        },
      };
    };

    return {
      line,
      note,
      raw: (text) => {
        writes.push({ file, text });
      },
      prompt: (text, fields) => {
        const id = nextUuid();
        if (file === 'main') promptId = id;
        const uuid = user(text, {
          permissionMode: 'default',
          origin: { kind: 'human' },
          promptSource: 'typed',
          ...(isNew ? { turnOrigin: 'human' } : {}),
          ...fields,
        });
        return { uuid, promptId: id };
      },
      injected: (text, fields) => user(text, { isMeta: true, ...fields }),
      response,
      answer: (text, options) => response({ stopReason: 'end_turn', ...options }).text(text),
      result: (toolUseId, content, { isError = false, ...fields } = {}) =>
        user([{ tool_use_id: toolUseId, type: 'tool_result', content, is_error: isError }], fields),
      attachment: (attachment, fields) => line({ attachment, type: 'attachment', ...fields }),
      system: (subtype, fields) => line({ type: 'system', subtype, ...fields }),
    };
  };

  const main = conversation('main', {});
  const user = (text: string, fields: Fields = {}): string =>
    main.line({
      type: 'user',
      message: { role: 'user', content: [{ type: 'text', text }] },
      ...(isNew ? { promptId } : {}),
      ...fields,
    });

  const story: Story = {
    ...main,
    sessionId,
    version,
    writes,
    metas,
    now: () => now,
    wait: (milliseconds) => {
      now += milliseconds;
    },
    agent: (agentId, prompt, options = {}) => {
      const { toolUseId, type = 'general-purpose', description, depth = 1, parentAgentId } = options;
      if (options.noMeta !== true) {
        const shape = options.background === true ? 'background' : 'foreground';
        const meta = { agentType: type, description, toolUseId, parentAgentId, spawnDepth: depth };
        metas.set(agentId, JSON.stringify({ ...meta, requestShape: shape }));
      }
      const agent = conversation(agentId, { isSidechain: true, agentId });
      agent.prompt(prompt, { promptSource: undefined, origin: undefined, turnOrigin: undefined });
      return agent;
    },
    stopSummary: (fields) => {
      main.system('stop_hook_summary', {
        hookCount: 1,
        hookInfos: [{ command: '/home/ada/hook.sh', durationMs: 6 }],
        hookErrors: [],
        failedHookErrorIndexes: [],
        hookAdditionalContext: [],
        preventedContinuation: false,
        stopReason: '',
        hasOutput: false,
        level: 'suggestion',
        ...fields,
      });
    },
    turnDuration: (fields) => {
      main.system('turn_duration', { durationMs: 2085, messageCount: 4, isMeta: false, ...fields });
    },
    endOfTurn: () => {
      story.stopSummary();
      story.turnDuration();
    },
    interrupt: (forToolUse = false) =>
      user(`[Request interrupted by user${forToolUse ? ' for tool use' : ''}]`),
    apiError: (error, status) =>
      main.line({
        type: 'assistant',
        message: {
          id: nextUuid(),
          type: 'message',
          role: 'assistant',
          model: '<synthetic>',
          content: [{ type: 'text', text: `API Error: ${status}` }],
          stop_reason: 'stop_sequence',
          usage: { input_tokens: 0, output_tokens: 0 },
        },
        error,
        isApiErrorMessage: true,
        apiErrorStatus: status,
      }),
    retry: (attempt, status = 529) =>
      main.system('api_error', {
        level: 'error',
        status,
        error: { status },
        retryInMs: 500 * attempt,
        retryAttempt: attempt,
        maxRetries: 10,
      }),
    notification: (agentId, { toolUseId, status = 'completed' } = {}) => {
      const call = toolUseId === undefined ? '' : `<tool-use-id>${toolUseId}</tool-use-id>\n`;
      const text = `<task-notification>\n<task-id>${agentId}</task-id>\n${call}<status>${status}</status>\n<result>The pages are written.</result>\n</task-notification>`;
      const timestamp = new Date(now).toISOString();
      main.note({ type: 'queue-operation', operation: 'enqueue', timestamp, sessionId, content: text });
      main.note({ type: 'queue-operation', operation: 'dequeue', timestamp, sessionId });
      return main.prompt(text, {
        origin: { kind: 'task-notification', producer: 'session-task' },
        promptSource: 'system',
        turnOrigin: 'task_notification',
      });
    },
    compaction: (trigger = 'manual') => {
      main.system('compact_boundary', {
        parentUuid: null,
        content: 'Conversation compacted',
        level: 'info',
        compactMetadata: { trigger, preTokens: 27512, postTokens: 1590, durationMs: 700 },
      });
      main.line({
        type: 'user',
        message: { role: 'user', content: 'This session is being continued from a previous conversation …' },
        isVisibleInTranscriptOnly: true,
        isCompactSummary: true,
        ...(isNew ? { promptId } : {}),
      });
    },
  };
  return story;
}

/** The files of a story in a folder, as Claude Code lays them out. */
export interface StoryFiles {
  /** Path of the main transcript. */
  readonly transcript: string;
  /** Path of a file by its name in `Write`. */
  pathOf(file: string): string;
}

/**
 * Lays out the folders and the agents' meta files; the transcripts themselves are not there yet. An agent's name may
 * lead elsewhere from `subagents`: `workflows/wf_1/a1`, or `../../a1` beside the main file.
 */
export function layOut(folder: string, story: Pick<Story, 'sessionId' | 'metas'>): StoryFiles {
  const transcript = join(folder, `${story.sessionId}.jsonl`);
  const subagents = join(folder, story.sessionId, 'subagents');
  const agentPath = (agent: string, ending: string): string => {
    const place = join(subagents, dirname(agent));
    mkdirSync(place, { recursive: true });
    return join(place, `agent-${basename(agent)}${ending}`);
  };
  const pathOf = (file: string): string => (file === 'main' ? transcript : agentPath(file, '.jsonl'));
  mkdirSync(subagents, { recursive: true });
  for (const [agent, meta] of story.metas) writeFileSync(agentPath(agent, '.meta.json'), meta);
  return { transcript, pathOf };
}

/** Writes a whole story. */
export function writeStory(folder: string, story: Story): StoryFiles {
  const files = layOut(folder, story);
  for (const file of new Set(story.writes.map((write) => write.file))) {
    const text = story.writes.filter((write) => write.file === file).map((write) => write.text);
    writeFileSync(files.pathOf(file), text.join(''));
  }
  return files;
}
