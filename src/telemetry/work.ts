// In: one tool call. Out: what it did to the work: files, lines, commits, pull requests; and what it made use of.
// Always: of files, lines and commits only what its result says was done; a call that failed, was denied or has no result did
// nothing. A search, a skill or an MCP server was made use of whatever came of it, as the counts of tools have it. Which command commits
// is the client's own rule, as for the metrics; how many commits came of it, and what they are called, is what git printed. The
// texts are the user's own and unprotected: they are kept to tell what is different, and the policy decides about them later.
import type { ToolCall, ToolWork } from '../session/model.ts';
import { mcpServerOf } from './mcp-server.ts';
import { madeCommit, madePullRequest } from './metrics/made-by-tools.ts';
import { Tool } from './semconv.ts';
import type { ToolExtractor } from './tool-extractor.ts';
import { fieldsOf } from './tool-fields.ts';
import { edit } from './tools/edit.ts';
import { notebookEdit } from './tools/notebook-edit.ts';
import { read } from './tools/read.ts';
import { skill } from './tools/skill.ts';
import { write } from './tools/write.ts';
import { textOfResult } from './events/texts.ts';

/** What a call did. Most did nothing of this, which their names tell at once. */
export function workOf(toolCall: ToolCall): ToolWork {
  const { name, outcome } = toolCall;
  const done = outcome === 'succeeded';
  switch (name) {
    case 'Read':
      return done ? { ...NONE, fileRead: told(read, toolCall).texts?.[Tool.filePath] } : NONE;
    case 'Edit':
    case 'MultiEdit':
      return done ? modified(edit, toolCall) : NONE;
    case 'Write':
      return done ? modified(write, toolCall) : NONE;
    case 'NotebookEdit':
      return done ? modified(notebookEdit, toolCall) : NONE;
    case 'Bash':
    case 'PowerShell':
      return done ? { ...COMMAND, ...made(toolCall) } : NONE;
    case 'WebSearch':
      return SEARCH;
    case 'WebFetch':
      return FETCH;
    case 'Skill':
    case 'SlashCommand':
      return { ...NONE, isSkill: true, skill: told(skill, toolCall).texts?.[Tool.skill] };
    default: {
      const mcpServer = mcpServerOf(name);
      return mcpServer === undefined ? NONE : { ...NONE, ...made(toolCall), mcpServer };
    }
  }
}

/** With all its fields: V8 of Node 20 takes a hundred times as long for new ones that stand behind a spread. */
const NONE: ToolWork = {
  fileRead: undefined,
  fileModified: undefined,
  linesAdded: 0,
  linesRemoved: 0,
  isCommand: false,
  commits: [],
  pullRequests: [],
  isWebSearch: false,
  isWebFetch: false,
  isSkill: false,
  skill: undefined,
  mcpServer: undefined,
};
const COMMAND: ToolWork = { ...NONE, isCommand: true };
const SEARCH: ToolWork = { ...NONE, isWebSearch: true };
const FETCH: ToolWork = { ...NONE, isWebFetch: true };

/** As the extractor of its tool tells it. */
function told(extractor: ToolExtractor, { arguments: input, details }: ToolCall) {
  return extractor.describe({ input: fieldsOf(input), result: fieldsOf(details) });
}

function modified(extractor: ToolExtractor, toolCall: ToolCall): ToolWork {
  const { facts, texts } = told(extractor, toolCall);
  return {
    ...NONE,
    fileModified: texts?.[Tool.filePath],
    linesAdded: numberIn(facts?.[Tool.linesAdded]),
    linesRemoved: numberIn(facts?.[Tool.linesRemoved]),
  };
}

function numberIn(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** Commits and pull requests. */
function made(toolCall: ToolCall): Pick<ToolWork, 'commits' | 'pullRequests'> {
  return {
    commits: madeCommit(toolCall) ? commitsIn(toolCall) : NONE.commits,
    pullRequests: madePullRequest(toolCall) ? [urlIn(toolCall) ?? toolCall.id] : NONE.pullRequests,
  };
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
