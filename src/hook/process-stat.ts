// In: a process id. Out: what Linux says of that process, or nothing where there is no /proc or no such process.
// The twin of turnspan_stat in hook.sh.
import { readFileSync } from 'node:fs';

/** Fields 2, 3, 4 and 22 of /proc/PID/stat (proc(5)). `startTime` counts clock ticks since the machine started; with the pid it names one process for good. */
export interface ProcessStat {
  readonly name: string;
  readonly state: string;
  readonly parent: string;
  readonly startTime: string;
}

export function processStat(pid: string): ProcessStat | undefined {
  const line = readStat(pid);
  // The name stands in parentheses and may hold spaces, parentheses and newlines.
  const nameEnds = line.lastIndexOf(')');
  const [state, parent, ...rest] = line.slice(nameEnds + 2).split(' ');
  const startTime = rest[17];
  if (state === undefined || parent === undefined || startTime === undefined) return undefined;
  return { name: line.slice(line.indexOf('(') + 1, nameEnds), state, parent, startTime };
}

function readStat(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return '';
  }
}
