// What is remembered of one session between two wake-ups, and its schema on disk.
// Always: position and memory describe one moment, at which no turn was open; from there everything can be read again.
import * as z from 'zod';
import type { SessionMemory } from '../session/session.ts';
import type { Position } from '../transcript/position.ts';
import { sessionRuns, type StoredRuns } from './session-runs.ts';

/** Where reading goes on, and what the lines before it said. */
export interface Checkpoint {
  /** Absent: from the beginning. */
  readonly main?: Position | undefined;
  /** By agent id; an agent that is not named here is read from the beginning. */
  readonly agents: Readonly<Record<string, Position>>;
  readonly memory: SessionMemory;
}

/** What a ticket said of a prompt: of which trace the client's own span of that turn is, if it makes one. */
export interface PromptTicket {
  readonly promptId: string;
  readonly traceParent?:
    { readonly traceId: string; readonly spanId: string; readonly sampled: boolean } | undefined;
  /** The client was started by a program (`-p`, an SDK), and takes the trace that it was started with for its parent. */
  readonly isHeadless: boolean;
}

/** What the session's tickets said. Times in milliseconds since the epoch. */
export interface TicketFacts {
  readonly client?: { readonly pid: number; readonly startTime: string } | undefined;
  /** The configuration variables of the newest ticket, and the folders that may be its project. */
  readonly hookVariables: Readonly<Record<string, string>>;
  readonly projectDirs: readonly string[];
  readonly failedPrompts: readonly string[];
  readonly resumedAt: readonly number[];
  readonly stoppedAt?: number | undefined;
  /** The prompt whose turn it was, where the hook tells. */
  readonly stoppedPrompt?: string | undefined;
  /** That hook was Stop: a summary of the Stop hooks comes after it. */
  readonly stopHasSummary?: boolean | undefined;
  readonly ended: boolean;
  /** Prompts whose turns have not closed yet, in the order of their first tickets. */
  readonly prompts: readonly PromptTicket[];
  /** The first hook at which a turn may begin. What had ended before was copied from another session. */
  readonly beganAt?: number | undefined;
}

export interface SessionRecord {
  readonly version: 1;
  readonly sessionId: string;
  readonly transcript: string;
  /** Name of the project's ledger; stays when the folder is moved. */
  readonly ledger: string;
  readonly checkpoint: Checkpoint;
  readonly facts: TicketFacts;
  /** Its beginnings and ends, with what lies between. */
  readonly runs: StoredRuns;
  /** What is in the sums of the runs and can be read again from the checkpoint. */
  readonly counted: readonly CountedThing[];
}

/** A thing that counts, by the id of its span. */
export interface CountedThing {
  readonly spanId: string;
  /** The number of its turn. */
  readonly turn: number;
  /** The agent that it is of. */
  readonly agentId?: string | undefined;
}

export const emptyCheckpoint: Checkpoint = { agents: {}, memory: { turns: 0, launches: [] } };

export const emptyFacts: TicketFacts = {
  hookVariables: {},
  projectDirs: [],
  failedPrompts: [],
  resumedAt: [],
  ended: false,
  prompts: [],
};

const text = z.string().optional();
const position = z.object({ inode: z.number(), offset: z.number(), head: z.string(), tail: z.string() });
const scope = z.object({
  turnId: z.string(),
  number: z.number(),
  sessionId: z.string(),
  promptId: text,
  startedAt: z.number(),
  clientVersion: text,
});
const launch = z.object({
  agentId: z.string(),
  toolUseId: text,
  parentAgentId: text,
  scope,
  calledAt: z.number(),
  type: text,
  description: text,
  depth: z.number(),
  background: z.boolean(),
  ended: z.enum(['completed', 'failed', 'stopped', 'unknown']).optional(),
  endedAt: z.number().optional(),
  unlaunched: z.enum(['adopted', 'orphan']).optional(),
  teammate: text,
  workflowRun: text,
  runId: text,
});

export const sessionRecordSchema = z.object({
  version: z.literal(1),
  sessionId: z.string(),
  transcript: z.string(),
  ledger: z.string(),
  checkpoint: z.object({
    main: position.optional(),
    agents: z.record(z.string(), position),
    memory: z.object({
      turns: z.number(),
      lastTurn: scope.optional(),
      launches: z.array(launch),
      summaryAt: z.number().optional(),
      pullRequests: z.array(z.string()).optional(),
      titles: z.object({ user: text, client: text }).optional(),
    }),
  }),
  facts: z.object({
    client: z.object({ pid: z.number(), startTime: z.string() }).optional(),
    hookVariables: z.record(z.string(), z.string()),
    projectDirs: z.array(z.string()),
    failedPrompts: z.array(z.string()),
    resumedAt: z.array(z.number()),
    stoppedAt: z.number().optional(),
    stoppedPrompt: text,
    stopHasSummary: z.boolean().optional(),
    ended: z.boolean(),
    prompts: z
      .array(
        z.object({
          promptId: z.string(),
          traceParent: z.object({ traceId: z.string(), spanId: z.string(), sampled: z.boolean() }).optional(),
          isHeadless: z.boolean(),
        }),
      )
      .default([]),
    beganAt: z.number().optional(),
  }),
  runs: sessionRuns.default([]),
  counted: z.array(z.object({ spanId: z.string(), turn: z.number(), agentId: text })).default([]),
}) satisfies z.ZodType<SessionRecord>;
