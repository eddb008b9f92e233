// In: the path of a transcript that nobody writes any more. Out: the whole session as one value.
// Always: nothing is logged and nothing is written; what could not be read is part of the value, by its place and
// never by its text. The texts in the value are the user's own and unprotected: `toReadableSpans` protects them.
import { stat } from 'node:fs/promises';
import { readFinished, sessionIdOf } from './finished-session.ts';
import { silentLog } from './platform/log.ts';
import { errorCode } from './platform/reason.ts';
import type { Completed } from './session/model.ts';
import type { LineFault } from './session-reader.ts';
import type { PriceOverride } from './telemetry/cost/overrides.ts';
import { pricing, type CostOf } from './telemetry/cost/pricing.ts';
import { listAgentFiles } from './transcript/agent-files.ts';

/** A session as its files tell it. */
export interface Session {
  /** The name of the transcript without `.jsonl`. */
  readonly sessionId: string;
  /**
   * Every response, tool call, compaction, agent run and turn, in the order in which each was complete: turn after turn,
   * each turn behind its parts. Only what came after a turn had ended stands behind it: parts of its agents in the
   * background, and a compaction by `/compact`. Prompts, answers, arguments and results are in here as recorded.
   */
  readonly completed: readonly Completed[];
  /** Lines that could not be read, and were passed over. */
  readonly unreadable: readonly UnreadableLine[];
  /** How many lines there are of each type that this version does not know; they were passed over too. */
  readonly unknownTypes: Readonly<Record<string, number>>;
}

/** Where a line is that could not be read, and why. */
export interface UnreadableLine {
  /** Name of the file, without its folder: the transcript's or an agent's. */
  readonly file: string;
  /** Byte at which the line begins. */
  readonly offset: number;
  /** What is wrong with it, in words that quote nothing of it. */
  readonly reason: string;
}

/** What decides a session beside its files. */
export interface ReadOptions {
  /** Prices of your own, in place of the list's or off them; the first whose pattern names a model counts. */
  readonly prices?: readonly PriceOverride[] | undefined;
}

/**
 * Reads a transcript and its agents' files to their ends, into memory. They are taken as finished: what is open at the
 * end is over, an open turn as `lost`. Of a session whose transcript is lost, what is left of its agents is read.
 *
 * @param path The transcript, `<session id>.jsonl`. Its agents' files are found beside it.
 * @param options Prices of your own.
 * @returns The session; broken and unknown lines are told in it and no error.
 * @throws Error (the promise rejects) where there is no such file, or a file cannot be opened or read: the message names
 *   the path and what to do, `cause` is the system's own error. It rejects, because a caller cannot go on without the
 *   session, and one who forgets to look must not take a wrong path for an empty session.
 */
export async function readSession(path: string, { prices }: ReadOptions = {}): Promise<Session> {
  try {
    await expectTranscript(path);
    return await readAll(path, pricing(prices));
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    throw new Error(`cannot read the session "${path}" (${code}): may this process read its files?`, {
      cause: error,
    });
  }
}

async function expectTranscript(path: string): Promise<void> {
  try {
    if ((await stat(path)).isFile()) return;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    if (listAgentFiles(path).length > 0) return;
    throw new Error(`there is no transcript "${path}": name a session's .jsonl file`, { cause: error });
  }
  throw new Error(`"${path}" is no file: name a session's transcript, the .jsonl file beside its folder`);
}

async function readAll(path: string, costOf: CostOf): Promise<Session> {
  const completed: Completed[] = [];
  const unreadable: UnreadableLine[] = [];
  const unknown = new Map<string, number>();
  const onFault = (fault: LineFault, file: string): void => {
    if (fault.kind === 'unknown') unknown.set(fault.type, (unknown.get(fault.type) ?? 0) + 1);
    else unreadable.push({ file, offset: fault.offset, reason: fault.reason });
  };
  for await (const some of readFinished(path, { log: silentLog, onFault, costOf })) {
    for (const one of some) completed.push(one);
  }
  return { sessionId: sessionIdOf(path), completed, unreadable, unknownTypes: Object.fromEntries(unknown) };
}
