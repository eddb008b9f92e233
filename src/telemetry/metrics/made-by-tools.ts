// In: a tool call. Out: whether it made a commit or a pull request, as far as the client itself can tell.
// Always: the client's own rule, so that the numbers can be compared: it counts successful shell calls by their command, and
// knows nothing of hooks that refuse, or of `|| true`. One call counts once. What stands in quotes is no command; a command
// in the background has no result to tell from.
import type { ToolCall } from '../../session/model.ts';
import { fieldsOf } from '../tool-fields.ts';

/** `git commit`, options of git itself before it; each alternative begins differently, so that nothing is tried twice. */
const COMMIT = /(?:^|[\s;&|(])git(?:\s+-(?:[cC]\s+\S+|[cC]\S+|[^\scC]\S*))*\s+commit(?=$|[\s;&|)])/;
const NO_COMMIT = /\s--(?:dry-run|help)(?=$|[\s;&|)])/;
const PULL_REQUEST = /(?:^|[\s;&|(])(?:gh\s+pr|glab\s+mr)\s+create(?=$|[\s;&|)])/;
const PULL_REQUEST_TOOL = /^mcp__.+__create_(?:pull|merge)_request$/;

export function madeCommit(toolCall: ToolCall): boolean {
  const command = commandOf(toolCall, 'commit');
  return command !== undefined && COMMIT.test(command) && !NO_COMMIT.test(command);
}

export function madePullRequest(toolCall: ToolCall): boolean {
  if (toolCall.outcome === 'succeeded' && PULL_REQUEST_TOOL.test(toolCall.name)) return true;
  const command = commandOf(toolCall, 'create');
  return command !== undefined && PULL_REQUEST.test(command) && !NO_COMMIT.test(command);
}

const SHELLS = ['Bash', 'PowerShell'];

/** The command of a shell that has run to its good end, what is quoted left out; `undefined` where it lacks the word. */
function commandOf(
  { name, outcome, arguments: input, details }: ToolCall,
  word: 'commit' | 'create',
): string | undefined {
  if (outcome !== 'succeeded' || !SHELLS.includes(name)) return undefined;
  const command = fieldsOf(input).text('command');
  // Few commands have it, and to leave out what is quoted takes long.
  if (command?.includes(word) !== true) return undefined;
  const result = fieldsOf(details);
  if (result.mark('interrupted') === true || result.text('backgroundTaskId') !== undefined) return undefined;
  return command.replace(/'[^']*'|"(?:[^"\\]|\\.)*"/g, '""');
}
