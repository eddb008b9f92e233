// In: one tool call. Out: what it did to the work: files, lines, commits, pull requests.
// Always: only what its result says was done; a call that failed, was denied or has no result did nothing. Which command commits
// is the client's own rule, as for the metrics; how many commits came of it, and what they are called, is what git printed. The
// texts are the user's own and unprotected: they are kept to tell what is different, and the policy decides about them later.
import type { ToolCall } from '../../session/model.ts';
import { madeCommit, madePullRequest } from '../metrics/made-by-tools.ts';
import { Tool } from '../semconv.ts';
import { toolExtractors } from '../tool-details.ts';
import { fieldsOf } from '../tool-fields.ts';
import { textOfResult } from './texts.ts';

export interface Work {
  readonly fileRead?: string | undefined;
  readonly fileModified?: string | undefined;
  readonly linesAdded: number;
  readonly linesRemoved: number;
  readonly isCommand: boolean;
  /** What git called them; one that it did not name has the name of its tool call. */
  readonly commits: readonly string[];
  /** Their URLs; one without has the name of its tool call. */
  readonly pullRequests: readonly string[];
}

/** What a call did. */
export function workOf(toolCall: ToolCall): Work {
  const { name, outcome } = toolCall;
  const done = outcome === 'succeeded';
  return {
    ...(done ? fileWorkOf(toolCall) : NO_FILE),
    isCommand: done && SHELLS.has(name),
    commits: madeCommit(toolCall) ? commitsIn(toolCall) : [],
    pullRequests: madePullRequest(toolCall) ? [urlIn(toolCall) ?? toolCall.id] : [],
  };
}

const SHELLS = new Set(['Bash', 'PowerShell']);
const MODIFY = new Set(['Edit', 'MultiEdit', 'Write', 'NotebookEdit']);

type FileWork = Pick<Work, 'fileRead' | 'fileModified' | 'linesAdded' | 'linesRemoved'>;

const NO_FILE: FileWork = { linesAdded: 0, linesRemoved: 0 };

/** As the extractor of its tool tells it. */
function fileWorkOf({ name, arguments: input, details }: ToolCall): FileWork {
  const isRead = name === 'Read';
  if (!isRead && !MODIFY.has(name)) return NO_FILE;
  const extractor = toolExtractors.find(({ tools }) => tools.includes(name));
  const { facts = {}, texts = {} } =
    extractor?.describe({ input: fieldsOf(input), result: fieldsOf(details) }) ?? {};
  const file = texts[Tool.filePath];
  if (isRead) return { ...NO_FILE, fileRead: file };
  const [linesAdded, linesRemoved] = [facts[Tool.linesAdded], facts[Tool.linesRemoved]].map((lines) =>
    typeof lines === 'number' ? lines : 0,
  );
  return { fileModified: file, linesAdded: linesAdded ?? 0, linesRemoved: linesRemoved ?? 0 };
}

/** `[main 76000c9] …`, `[main (root-commit) 6f035fd] …`, `[detached HEAD 6f035fd] …`. */
const COMMIT_LINE = /^\[[^\]\n]* ([0-9a-f]{7,40})\] /gm;
const NO_COMMIT = /^(nothing to commit|nothing added to commit|no changes added to commit)/m;

function commitsIn(toolCall: ToolCall): string[] {
  const output = outputOf(toolCall);
  const named = [...output.matchAll(COMMIT_LINE)].flatMap((line) => line[1] ?? []);
  if (named.length > 0 || NO_COMMIT.test(output)) return named;
  // `git commit -q` prints nothing.
  return [toolCall.id];
}

const REQUEST_URL = /https?:\/\/[^\s"'\\<>]+?\/(?:pull|pulls|pull-requests|merge_requests)\/\d+/;

function urlIn(toolCall: ToolCall): string | undefined {
  return REQUEST_URL.exec(outputOf(toolCall))?.[0];
}

/** What the command printed: beside the result, or the result itself. */
function outputOf({ details, result }: ToolCall): string {
  return fieldsOf(details).text('stdout') ?? textOfResult(result) ?? '';
}
