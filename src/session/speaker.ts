// In: a user line. Out: who speaks. The client writes much as `user` that no person said.
// Source: the catalogue of transcripts §3.1 and runs of the real client, 1.0 to 2.1.329.
import type { Block } from '../transcript/content.ts';
import type { UserEntry } from '../transcript/entry.ts';

/**
 * `prompt` starts a turn (a person, an SDK, or the notification of a background agent); `command` is a slash command,
 * `!` command or the output of one, which starts a turn only if the model answers it; `injected` is text that the
 * client put in.
 */
export type Speaker = 'tool-result' | 'interrupt' | 'command' | 'injected' | 'prompt';

const INTERRUPT = /^\[Request interrupted by user( for tool use)?\]/;
const COMMAND =
  /^\s*<(command-name|command-message|command-args|local-command-stdout|local-command-stderr|local-command-caveat|bash-input|bash-stdout|bash-stderr)>/;
/** What `-p` says to a slash command that it does not have: `skill` on 2.1.50, `slash command` before. */
const UNKNOWN_COMMAND = /^Unknown (skill|slash command): \S+$/;
const INJECTED = /^\s*(<system-reminder>|Caveat: The messages below)/;

/** Who speaks in this line? */
export function speakerOf(entry: UserEntry): Speaker {
  if (entry.content.some((block) => block.type === 'tool_result')) return 'tool-result';
  const text = textOf(entry.content);
  if (INTERRUPT.test(text)) return 'interrupt';
  if (entry.isMeta || entry.isCompactSummary) return 'injected';
  if (COMMAND.test(text) || UNKNOWN_COMMAND.test(text)) return 'command';
  return INJECTED.test(text) ? 'injected' : 'prompt';
}

/** A Stop hook of the user's blocked: the turn goes on. */
export function isStopHookFeedback(entry: UserEntry): boolean {
  return entry.isMeta && textOf(entry.content).startsWith('Stop hook feedback:');
}

/** The texts of a message, one below the other. */
export function textOf(blocks: readonly Block[]): string {
  const texts: string[] = [];
  for (const block of blocks) if (block.type === 'text') texts.push(block.text);
  return texts.join('\n');
}
