// In: a `tool_use` block and, later, the line with its result. Out: the tool call.
import type { AssistantEntry, UserEntry } from '../transcript/entry.ts';
import type { Block } from '../transcript/content.ts';
import type { ToolCall, ToolOutcome } from './model.ts';
import { textOf } from './speaker.ts';
import { asObject, textField } from './json-fields.ts';

export type ToolUse = Extract<Block, { type: 'tool_use' }>;
export type ToolResult = Extract<Block, { type: 'tool_result' }>;

export interface OpenToolCall {
  readonly use: ToolUse;
  readonly startedAt: number;
}

export function openToolCall(use: ToolUse, line: AssistantEntry): OpenToolCall {
  return { use, startedAt: line.timestamp };
}

/** The tool call with its result. */
export function finishToolCall(
  { use, startedAt }: OpenToolCall,
  result: ToolResult,
  line: UserEntry,
): ToolCall {
  return {
    id: use.id,
    name: use.name,
    startedAt,
    endedAt: Math.max(startedAt, line.timestamp),
    endInferred: false,
    outcome: outcomeOf(result, line),
    arguments: use.input,
    result: result.content,
    details: line.toolUseResult,
    permissionDecision: line.permissionDecision,
    permissionSource: line.permissionSource,
    denialKind: line.toolDenialKind,
    agentId: launchedAgent(line),
  };
}

/** A tool call whose result was never recorded: it ends with its thread. */
export function abandonToolCall({ use, startedAt }: OpenToolCall, threadEndedAt: number): ToolCall {
  return {
    id: use.id,
    name: use.name,
    startedAt,
    endedAt: Math.max(startedAt, threadEndedAt),
    endInferred: true,
    outcome: 'unfinished',
    arguments: use.input,
  };
}

/** A resuming client writes results for the calls of a dead one: not recorded work, so no end of theirs. */
export function isResultOfDeadClient(result: ToolResult, line: UserEntry): boolean {
  return (
    line.toolDenialKind === 'interrupted' &&
    resultText(result).startsWith('[Tool call interrupted: the session ended before')
  );
}

/** Did the tool only start its agents, or wake one (SendMessage), which go on in the background? */
export function isBackgroundLaunch(line: UserEntry): boolean {
  const result = asObject(line.toolUseResult);
  return (
    result?.['isAsync'] === true ||
    result?.['status'] === 'async_launched' ||
    result?.['status'] === 'teammate_spawned' ||
    result?.['resumedAgentId'] !== undefined
  );
}

function launchedAgent(line: UserEntry): string | undefined {
  const told = (key: string): string | undefined => textField(line.toolUseResult, key);
  const workflow = told('taskType') === 'local_workflow' ? told('runId') : undefined;
  return told('agentId') ?? told('resumedAgentId') ?? workflow;
}

function outcomeOf(result: ToolResult, line: UserEntry): ToolOutcome {
  switch (line.toolDenialKind) {
    case undefined:
      break;
    case 'cancelled':
    case 'interrupted':
      return 'interrupted';
    default:
      return 'denied';
  }
  if (!result.isError) return 'succeeded';
  // Clients before 2.1.215 tell by the text alone what was no failure of the tool.
  const text = resultText(result);
  if (DENIED.test(text)) return 'denied';
  return NEVER_RAN.test(text) ? 'interrupted' : 'failed';
}

/** By the user, by a rule, or because nobody was there to be asked (`-p`). */
const DENIED =
  /^(The user doesn't want to |Permission to use [^]* has been denied\.|Claude requested permissions to [^]* but you haven't granted it yet\.)/;

/** Stopped by the user, or not begun because a call beside it had failed. */
const NEVER_RAN = /^(\[Request interrupted by user|(<tool_use_error>)?Sibling tool call errored)/;

function resultText(result: ToolResult): string {
  if (typeof result.content === 'string') return result.content;
  if (!Array.isArray(result.content)) return '';
  return textOf(result.content.filter(isTextBlock));
}

function isTextBlock(value: unknown): value is Extract<Block, { type: 'text' }> {
  return textField(value, 'type') === 'text' && textField(value, 'text') !== undefined;
}
