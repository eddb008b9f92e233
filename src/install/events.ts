// Which events of Claude Code Turnspan listens to, why, and since which version a client knows each.
// Always: no event is registered that a client on this machine does not know: one unknown name makes an older client drop
// every hook of the file, the user's own too, without a word.
import { atLeast, type Version } from './version-order.ts';

export interface HookEvent {
  readonly name: string;
  /** The first client that knows it. */
  readonly since: Version;
  /** Seconds. The hook takes milliseconds; this is for a disk that hangs. */
  readonly timeout: number;
  /** What would be missing without it. */
  readonly why: string;
}

// PostToolUse is left out: it would tell a tool's own duration to the millisecond, and costs a process at every tool call,
// while the transcript tells when each call began and when its result came.
const EVENTS: readonly HookEvent[] = [
  {
    name: 'Stop',
    since: '1.0.38',
    timeout: 5,
    why: 'a turn is over and its spans can leave',
  },
  {
    name: 'StopFailure',
    since: '2.1.78',
    timeout: 5,
    why: 'a turn ended in an API error: it has no Stop',
  },
  {
    name: 'SubagentStop',
    since: '1.0.41',
    timeout: 5,
    why: 'an agent in the background may end long after the Stop of its turn',
  },
  {
    name: 'UserPromptSubmit',
    since: '1.0.54',
    timeout: 5,
    why: 'an interrupted turn has no Stop and is found at the next prompt; it also names the native trace, and the client while its environment can still be read',
  },
  {
    name: 'SessionStart',
    since: '1.0.62',
    timeout: 5,
    why: "the client's environment is read before a headless client is gone; what an earlier session left is sent",
  },
  {
    name: 'SessionEnd',
    since: '1.0.85',
    // The client gives all SessionEnd hooks 1.5 s together, or as long as the longest timeout of one: ours must not be that one.
    timeout: 1,
    why: 'the last turn of a session, closed or not, is complete',
  },
];

/** All events that a client of `version` knows. */
export function eventsFor(version: Version): readonly HookEvent[] {
  return EVENTS.filter(({ since }) => atLeast(version, since));
}

/** What is assumed of a client that cannot be asked: all events but StopFailure, which came half a year later. */
export const CAUTIOUS_VERSION: Version = '1.0.85';
