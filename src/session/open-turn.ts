// In: the prompt lines of a turn, and its thread when nothing more belongs to it. Out: the turn, all but what its agents add.
import type { UserEntry } from '../transcript/entry.ts';
import type { Measures } from './measures.ts';
import type { AbsorbedMessage, Message, Turn, TurnScope, TurnStatus } from './model.ts';
import { parseNotification, type AgentNotification } from './notification.ts';
import { textOf } from './speaker.ts';
import { createThread, type Thread } from './thread.ts';

export type ClosedTurn = Omit<Turn, 'agentsPending' | 'notifiedBy' | 'forkedFrom'> & {
  readonly notification?: AgentNotification | undefined;
  /** URLs of pull requests that lines in it link to. */
  readonly linked: readonly string[];
};

export interface OpenTurn {
  readonly scope: TurnScope;
  readonly thread: Thread;
  readonly input: readonly Message[];
  readonly origin: string | undefined;
  readonly permissionMode: string | undefined;
  readonly notification: AgentNotification | undefined;
  readonly previous: TurnScope | undefined;
  readonly workingDirectory: string | undefined;
  readonly branch: string | undefined;
  readonly absorbed: AbsorbedMessage[];
  readonly linked: Set<string>;
  /** A Stop hook asked the model to go on, since its last line. */
  continues: boolean;
}

/** Begins a turn; a file that begins in the middle has one without a prompt. */
export function beginTurn(
  scope: TurnScope,
  prompts: readonly UserEntry[],
  previous: TurnScope | undefined,
  measures: Measures,
): OpenTurn {
  const prompt = prompts[0];
  const turn: OpenTurn = {
    scope,
    thread: createThread(scope.startedAt, measures),
    input: prompts.map(({ content }) => ({ role: 'user', blocks: content })),
    origin: prompts.every(({ isMeta }) => isMeta)
      ? 'unknown'
      : (prompts.find((one) => one.origin !== undefined)?.origin ?? originInText(prompts[0])),
    permissionMode: prompt?.permissionMode,
    notification: parseNotification(textOf(prompt?.content ?? [])),
    previous,
    workingDirectory: prompt?.workingDirectory,
    branch: branchOf(prompt),
    absorbed: [],
    linked: new Set(),
    continues: false,
  };
  for (const line of prompts) turn.thread.add(line);
  return turn;
}

/** A head that is detached, or no repository, is no branch. */
function branchOf(prompt: UserEntry | undefined): string | undefined {
  const branch = prompt?.branch;
  return branch === '' || branch === 'HEAD' ? undefined : branch;
}

/** What was going on when a turn closed. `withGoodbye`: its client ended, which it did by itself. */
export interface TurnClose {
  readonly status: TurnStatus;
  readonly withGoodbye: boolean;
  readonly title: string | undefined;
}

/** The turn as it closes. */
export function closedTurn(open: OpenTurn, { status, withGoodbye, title }: TurnClose): ClosedTurn {
  const { scope, thread, input, origin, permissionMode, notification, previous, absorbed, linked } = open;
  return {
    scope,
    workingDirectory: open.workingDirectory,
    branch: open.branch,
    title,
    previous,
    origin,
    permissionMode,
    effort: thread.effort(),
    endedAt: thread.lastAt(),
    endInferred: status === 'lost',
    status,
    withGoodbye,
    errorStatus: status === 'failed' ? thread.failure()?.apiErrorStatus : undefined,
    error: status === 'failed' ? (thread.failure()?.error ?? 'api_error') : undefined,
    input,
    output: thread.lastOutput(),
    rollUp: thread.rollUp(),
    retries: thread.pendingRetries(),
    absorbed,
    notification,
    linked: [...linked],
  };
}

/** Status by the lines; `undecided` is what an unfinished turn is called by the one who closes it. */
export function statusOf(thread: Thread, undecided: TurnStatus): TurnStatus {
  if (thread.failure() !== undefined) return 'failed';
  if (thread.cutOff()) return 'lost';
  return thread.answered() ? 'completed' : undecided;
}

/** Where the client does not say who speaks, the words that it wrote itself do. */
function originInText(prompt: UserEntry | undefined): string | undefined {
  const text = textOf(prompt?.content ?? []);
  if (parseNotification(text) !== undefined) return 'task-notification';
  return TEAMMATE.test(text) ? 'teammate' : undefined;
}

const TEAMMATE = /^\s*(Another Claude session sent a message:\s*)?<teammate-message /;
