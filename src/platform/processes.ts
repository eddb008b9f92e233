// In: a process id, or the identity that a process wrote down earlier. Out: what the system says of it now.
// Always: a number alone proves nothing (numbers are used again), so an identity is compared by start time, boot and
// pid namespace as far as both sides know them; what cannot be known is 'unknown', never a guess.
import { readFileSync, readlinkSync } from 'node:fs';
import { errorCode } from './reason.ts';

/** Names one process for ever: the number, and what tells it from a later process with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot, decimal digits, as in `/proc/PID/stat` field 22. Absent where there is no `/proc`. */
  readonly startTime?: string;
  /** `/proc/sys/kernel/random/boot_id`. */
  readonly bootId?: string;
  /** The target of `/proc/self/ns/pid`, for example `pid:[4026531836]`. */
  readonly pidNamespace?: string;
}

/** What `/proc/PID/stat` says. */
export interface ProcessFacts {
  readonly pid: number;
  readonly startTime: string;
  /** Ended, and only waiting for its parent: it keeps its start time and answers `kill -0`. */
  readonly zombie: boolean;
}

export type Liveness = 'alive' | 'dead' | 'unknown';

/**
 * Whether the process that `identity` names still runs. Another boot, another start time and a zombie are 'dead'; a
 * process of another pid namespace is 'unknown', because its number means something else here. Where `/proc` cannot
 * tell, `kill -0` does, and then 'alive' may be a later process with the same number.
 */
export function liveness(identity: ProcessIdentity, self: ProcessIdentity = identifySelf()): Liveness {
  if (differ(identity.bootId, self.bootId)) return 'dead';
  if (differ(identity.pidNamespace, self.pidNamespace)) return 'unknown';
  const facts = readProcess(identity.pid);
  if (facts === undefined) return answersSignals(identity.pid) ? 'alive' : 'dead';
  return facts.zombie || differ(identity.startTime, facts.startTime) ? 'dead' : 'alive';
}

/** The identity of this process, with whatever the system can tell. */
export function identifySelf(): ProcessIdentity {
  const startTime = readProcess(process.pid)?.startTime;
  const bootId = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const pidNamespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  return {
    pid: process.pid,
    ...(startTime === undefined ? {} : { startTime }),
    ...(bootId === undefined ? {} : { bootId }),
    ...(pidNamespace === undefined ? {} : { pidNamespace }),
  };
}

/** The process with this number, or undefined: it is gone, hidden, or there is no `/proc` that speaks of our numbers. */
export function readProcess(pid: number): ProcessFacts | undefined {
  if (!isProcessNumber(pid) || !procSpeaksOurNumbers()) return undefined;
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  return stat === undefined ? undefined : parseStat(pid, stat);
}

/**
 * Some variables of a running process, as they were when it was started: `/proc/PID/environ` does not show what the
 * process changed later. Only the named ones are ever made into values, since an environment holds secrets; a name
 * that is not set is not in the map. Undefined: not readable, or not (any longer) the process with `startTime`.
 */
export function readEnvironment(
  pid: number,
  names: readonly string[],
  startTime?: string,
): ReadonlyMap<string, string> | undefined {
  const before = readProcess(pid);
  if (before === undefined || before.zombie || differ(startTime, before.startTime)) return undefined;
  const bytes = attempt(() => readFileSync(`/proc/${pid}/environ`));
  const after = readProcess(pid);
  // The environ of a process that just ended reads as empty: that is no answer.
  if (bytes === undefined || after?.startTime !== before.startTime || after.zombie) return undefined;
  return pickVariables(bytes, new Set(names));
}

/** `NAME=value` entries, each ended by NUL. The first one of a name counts, as it does for getenv. */
function pickVariables(bytes: Buffer, names: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let start = 0; start < bytes.length;) {
    const nul = bytes.indexOf(0, start);
    const end = nul === -1 ? bytes.length : nul;
    const equals = bytes.indexOf('=', start);
    if (equals !== -1 && equals < end) {
      const name = bytes.toString('utf8', start, equals);
      if (names.has(name) && !found.has(name)) found.set(name, bytes.toString('utf8', equals + 1, end));
    }
    start = end + 1;
  }
  return found;
}

/** Field 2 is the command in parentheses and may hold spaces and parentheses of its own: fields count from the last one. */
function parseStat(pid: number, stat: string): ProcessFacts | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  if (state === undefined || startTime === undefined) return undefined;
  return { pid, startTime, zombie: 'ZXx'.includes(state) };
}

/** A `/proc` that was mounted in another pid namespace would tell of other processes. */
function procSpeaksOurNumbers(): boolean {
  return attempt(() => readlinkSync('/proc/self')) === String(process.pid);
}

function answersSignals(pid: number): boolean {
  // 0 and negative numbers address whole groups, this process among them.
  if (!isProcessNumber(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(errorCode(error) === 'ESRCH');
  }
}

/** Larger ones would be cut to 32 bits on their way to the system, and mean another process or a group. */
function isProcessNumber(pid: number): boolean {
  return Number.isInteger(pid) && pid > 0 && pid < 2 ** 31;
}

/** True when both are known and not the same. */
function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

/** What `read` gives, or undefined when the file system refuses: here, a refusal is an answer like any other. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
