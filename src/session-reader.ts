// In: a session's transcript files and what was remembered of them. Out: what is complete in them, and the checkpoint
// from which all else can be read again.
// Always: a call reads only what is new; the agents' files are read after the main file's lines that speak of them, so
// what those lines call finished is there. A file that is not the one remembered is a `restart`: the caller begins
// again from an empty checkpoint.
import { closeSync, openSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from './platform/log.ts';
import type { Completed, TurnScope } from './session/model.ts';
import { createSession } from './session/session.ts';
import { createWholeInput } from './session/whole-input.ts';
import type { SessionFacts } from './session/session-facts.ts';
import type { Checkpoint } from './state/session-record.ts';
import { listed, type CostOf } from './telemetry/cost/pricing.ts';
import { workOf } from './telemetry/work.ts';
import { listAgentFiles, readAgentMeta } from './transcript/agent-files.ts';
import { copiedLines } from './transcript/copied-lines.ts';
import type { Entry, UnknownEntry, UnreadableEntry } from './transcript/entry.ts';
import { readLines } from './transcript/lines.ts';
import { parseEntries } from './transcript/parse-entry.ts';
import { checkPosition, positionAt, type Position } from './transcript/position.ts';
import { errorCode } from './platform/reason.ts';

export interface SessionReader {
  /** Reads what is new; yields what is complete. Throws `Restart` when a file is not the one remembered. */
  read(facts: SessionFacts): AsyncGenerator<Completed[]>;
  /** For the moment after the last `read`. */
  checkpoint(): Checkpoint;
  /** Something is undecided: a turn is open, or an agent runs. */
  isUndecided(): boolean;
  /** The turn that is open, if one is. */
  openTurn(): TurnScope | undefined;
  /** Has the main file not been written yet? */
  isMissing(): boolean;
  /** Need the lines of this agent, as far as they were read, never be read again? */
  agentIsSettled(agentId: string): boolean;
}

export interface ReaderOptions {
  readonly sessionId: string;
  readonly transcript: string;
  readonly checkpoint: Checkpoint;
  readonly log: Log;
  /** Nobody writes the files any more: an unfinished last line is a line, and there is no place to go on at. */
  readonly takeLast?: boolean;
  /** Each generation with all that it was sent; the messages of the whole session are held in memory for it. */
  readonly wholeInput?: boolean;
  /** What a generation cost, in nanodollars; by the list of prices unless the user has other ones. */
  readonly costOf?: CostOf | undefined;
  /** Takes the lines that tell nothing, with the name of their file; else they go to the log. */
  readonly onFault?: (fault: LineFault, file: string) => void;
}

/** A line that cannot be read, or of a type that is not known. */
export type LineFault = UnreadableEntry | UnknownEntry;

/** A file was replaced, shortened or rewritten since it was read. */
export class Restart extends Error {}

/** Milliseconds that others wait at most, but for one chunk more. */
const TURN_MS = 10;

interface Tail {
  readonly path: string;
  position: Position | undefined;
  /** Where reading went to, in bytes. */
  offset: number;
}

/** A reader that goes on at `checkpoint`. */
export function createSessionReader(options: ReaderOptions): SessionReader {
  const {
    sessionId,
    transcript,
    checkpoint,
    takeLast = false,
    wholeInput = false,
    costOf = listed,
  } = options;
  const whole = wholeInput ? createWholeInput() : undefined;
  const session = createSession(sessionId, checkpoint.memory, whole, { costOf, workOf });
  const main = tailOf(transcript, checkpoint.main);
  const agents = new Map<string, Tail>();
  const isOurs = new Map<string, boolean>();
  let missing = false;

  const readAgents = async (): Promise<void> => {
    for (const file of listAgentFiles(transcript, isOurs)) {
      let tail = agents.get(file.agentId);
      if (tail === undefined) {
        tail = tailOf(file.path, checkpoint.agents[file.agentId]);
        agents.set(file.agentId, tail);
      }
      const size = sizeOf(file.path);
      if (size === undefined || size === tail.offset) continue;
      session.setAgentMeta(file.agentId, readAgentMeta(file));
      const copied = copiedLines(file, transcript);
      for await (const entries of readNew(tail, size)) {
        for (const entry of entries) {
          if (!('uuid' in entry && copied.has(entry.uuid))) session.addAgent(file.agentId, entry);
        }
      }
    }
  };

  /** The entries of a file from where its tail is up to `until`, a chunk at a time. */
  async function* readNew(tail: Tail, until: number): AsyncGenerator<Entry[]> {
    const fd = openSync(tail.path, 'r');
    try {
      checkTail(fd, tail);
      let since = performance.now();
      for (const lines of readLines(fd, tail.offset, { until, takeLast })) {
        const entries: Entry[] = [];
        for (const line of lines) entries.push(...parseEntries(line, wholeInput));
        tail.offset = lines.at(-1)?.end ?? tail.offset;
        reportFaults(entries, tail.path, options);
        yield entries;
        // Deliveries and other sessions go on beside a long file.
        if (performance.now() - since > TURN_MS) {
          await nextTurn();
          since = performance.now();
        }
      }
      // Of a file that nobody writes any more nothing is remembered.
      if (!takeLast) tail.position = positionAt(fd, tail.offset);
    } finally {
      closeSync(fd);
    }
  }

  return {
    read: async function* (facts) {
      session.know(facts);
      const sizeNow = sizeOf(main.path);
      missing = sizeNow === undefined;
      // A file that is not there was moved, or is not written yet: nothing to read, and no reason to begin anew.
      const size = sizeNow ?? main.offset;
      // Lines up to `size` are on disk now, and with them all that the agents had written before.
      const agentsAreRead = once(readAgents);
      const take = async (): Promise<Completed[]> => {
        if (session.wantsAgents()) await agentsAreRead();
        return session.take();
      };
      if (size < main.offset) throw new Restart('shrunk');
      if (size > main.offset) {
        for await (const entries of readNew(main, size)) {
          for (const entry of entries) {
            session.add(entry);
            if (session.wantsAgents()) yield await take();
          }
          yield session.take();
        }
      }
      await agentsAreRead();
      session.settle();
      yield session.take();
    },
    checkpoint: () => {
      const positions: Record<string, Position> = {};
      for (const { agentId } of session.memory().launches) {
        const before = checkpoint.agents[agentId];
        const tail = agents.get(agentId);
        const now = session.agentIsSettled(agentId) ? tail?.position : before;
        const position = now ?? before;
        if (position !== undefined) positions[agentId] = position;
      }
      const undecided = session.undecidedFrom();
      return { main: mainPosition(main, undecided), agents: positions, memory: session.memory() };
    },
    isUndecided: () => session.isUndecided(),
    openTurn: session.openTurn,
    isMissing: () => missing,
    agentIsSettled: session.agentIsSettled,
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

function tailOf(path: string, position: Position | undefined): Tail {
  return { path, position, offset: position?.offset ?? 0 };
}

function checkTail(fd: number, tail: Tail): void {
  if (tail.position === undefined) return;
  const check = checkPosition(fd, tail.position);
  if (check.status === 'restart') throw new Restart(check.reason);
}

function mainPosition(main: Tail, undecidedFrom: number | undefined): Position | undefined {
  if (undecidedFrom === undefined || main.position === undefined) return main.position;
  const fd = openSync(main.path, 'r');
  try {
    return positionAt(fd, undecidedFrom);
  } finally {
    closeSync(fd);
  }
}

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Broken and unknown lines are told, never fatal. The file's name is the session's or agent's id. */
function reportFaults(entries: readonly Entry[], path: string, { log, onFault }: ReaderOptions): void {
  if (onFault !== undefined) {
    for (const entry of entries) {
      if (entry.kind === 'unreadable' || entry.kind === 'unknown') onFault(entry, basename(path));
    }
    return;
  }
  const unknown = new Map<string, number>();
  for (const entry of entries) {
    if (entry.kind === 'unreadable') {
      log.warn('line-unreadable', { file: basename(path), offset: entry.offset, reason: entry.reason });
    } else if (entry.kind === 'unknown') {
      unknown.set(entry.type, (unknown.get(entry.type) ?? 0) + 1);
    }
  }
  for (const [type, count] of unknown) log.info('line-unknown', { file: basename(path), type, count });
}
