// In: a tool call. Out: the attributes that its tool has of its own, one extractor for each tool in `tools/`.
// Always: the content policy decides about every text; a tool without an extractor has no such attributes.
import type { ContentPolicy } from '../privacy/policy.ts';
import type { SafeText } from '../privacy/safe-text.ts';
import type { ToolCall } from '../session/model.ts';
import type { SafeAttributes } from './span.ts';
import type { ToolExtractor, ToolTold } from './tool-extractor.ts';
import { fieldsOf } from './tool-fields.ts';
import { agent } from './tools/agent.ts';
import { askUserQuestion } from './tools/ask-user-question.ts';
import { bash } from './tools/bash.ts';
import { edit } from './tools/edit.ts';
import { exitPlanMode } from './tools/exit-plan-mode.ts';
import { glob } from './tools/glob.ts';
import { grep } from './tools/grep.ts';
import { notebookEdit } from './tools/notebook-edit.ts';
import { read } from './tools/read.ts';
import { skill } from './tools/skill.ts';
import { taskOutput } from './tools/task-output.ts';
import { todoWrite } from './tools/todo-write.ts';
import { webFetch } from './tools/web-fetch.ts';
import { webSearch } from './tools/web-search.ts';
import { write } from './tools/write.ts';

/** Every extractor. */
export const toolExtractors: readonly ToolExtractor[] = [
  agent,
  askUserQuestion,
  bash,
  edit,
  exitPlanMode,
  glob,
  grep,
  notebookEdit,
  read,
  skill,
  taskOutput,
  todoWrite,
  webFetch,
  webSearch,
  write,
];

const byTool = new Map(
  toolExtractors.flatMap((extractor) => extractor.tools.map((name) => [name, extractor])),
);

/** What the tool tells about this call. */
export function toolDetails(toolCall: ToolCall, content: ContentPolicy): SafeAttributes {
  const extractor = byTool.get(toolCall.name);
  if (extractor === undefined) return {};
  const { facts = {}, texts = {} } = extractor.describe({
    input: fieldsOf(toolCall.arguments),
    result: fieldsOf(toolCall.details),
    failure: toolCall.outcome === 'failed' ? failureOf(toolCall) : undefined,
  });
  return content.level === 'none' ? facts : { ...facts, ...released(texts, content) };
}

function released(texts: NonNullable<ToolTold['texts']>, content: ContentPolicy): SafeAttributes {
  const safe: Record<string, SafeText | undefined> = {};
  for (const [name, text] of Object.entries(texts)) {
    if (text !== undefined) safe[name] = content.text(text);
  }
  return safe;
}

/** The client keeps an error as `Error: …` beside the result; agents of some versions have the result alone. */
function failureOf({ details, result }: ToolCall): string | undefined {
  if (typeof details === 'string') return details.replace(/^Error: /, '');
  return typeof result === 'string' ? result : undefined;
}
