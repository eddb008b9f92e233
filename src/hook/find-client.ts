// In: the hook's environment. Out: the Claude Code process that called it, as `<pid> <start time>`.
// Always: a pid comes with its start time or not at all, because pids repeat.
import { processStat } from './process-stat.ts';

const SHELLS = new Set(['sh', 'ash', 'bash', 'busybox', 'dash', 'ksh', 'mksh', 'yash', 'zsh']);
const CLIENTS = new Set(['node', 'claude']);

/** CLAUDE_PID, or for clients before 2.1.220 the first ancestor that is no shell. Undefined where there is no /proc. */
export function findClient(claudePid: string | undefined, parentPid: number): string | undefined {
  if (!claudePid) return firstAncestorThatIsNoShell(String(parentPid));
  if (!/^\d+$/.test(claudePid)) return undefined;
  const stat = processStat(claudePid);
  return stat && `${claudePid} ${stat.startTime}`;
}

function firstAncestorThatIsNoShell(first: string): string | undefined {
  for (let pid = first, stat = processStat(pid); stat; pid = stat.parent, stat = processStat(pid)) {
    if (SHELLS.has(stat.name)) continue;
    // In a container the client may be process 1; any other process 1 has only adopted an orphan.
    return pid === '1' && !CLIENTS.has(stat.name) ? undefined : `${pid} ${stat.startTime}`;
  }
  return undefined;
}
