// In: the hook's environment. Out: the Claude Code process that called it, as `<pid> <start time>`.
// Always: it is an ancestor of the hook, and a pid comes with its start time or not at all, because pids repeat.
import { processStat } from './process-stat.ts';

const SHELLS = new Set(['sh', 'ash', 'bash', 'busybox', 'dash', 'ksh', 'mksh', 'yash', 'zsh']);
const CLIENTS = new Set(['node', 'claude']);

/**
 * CLAUDE_PID where that is an ancestor, else the first ancestor that is no shell: clients before 2.1.220 do not set the
 * variable, so a project's settings may have. Undefined where there is no /proc.
 */
export function findClient(claudePid: string | undefined, parentPid: number): string | undefined {
  let nearest: string | undefined;
  for (
    let pid = String(parentPid), stat = processStat(pid);
    stat;
    pid = stat.parent, stat = processStat(pid)
  ) {
    const found = `${pid} ${stat.startTime}`;
    if (pid === claudePid) return found;
    if (!SHELLS.has(stat.name) && !isAdopter(pid, stat.name)) nearest ??= found;
    if (nearest !== undefined && !claudePid) break;
  }
  return nearest;
}

/** In a container the client may be process 1; any other process 1 has only adopted an orphan. */
function isAdopter(pid: string, name: string): boolean {
  return pid === '1' && !CLIENTS.has(name);
}
