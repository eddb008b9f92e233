// LangSmith: the kind of a run, its tags, what can be filtered, and what makes a thread of the turns of a session.
// Always: the session is on every run, because a thread counts tokens and cost only of runs that name it. It is metadata and
// not `langsmith.trace.session_id`: what LangSmith calls a session there is one of its projects. Messages, tokens and models
// are read from the base.
// Source: docs.langchain.com/langsmith/trace-with-opentelemetry.
import type { ContentPolicy } from '../../privacy/policy.ts';
import { configured, constant, type SafeText } from '../../privacy/safe-text.ts';
import type { Completed } from '../../session/model.ts';
import { Common, GenAi, Turnspan } from '../semconv.ts';
import type { SafeAttributes, SafeValue } from '../span.ts';
import { chatText, conversationOf } from './conversation.ts';
import type { Dialect } from './dialect.ts';
import { metadataBelow } from './metadata.ts';

export const langsmith: Dialect = (one, { attributes }, content) => ({
  'langsmith.span.kind': KINDS[one.kind],
  'langsmith.span.tags': tagsOf(attributes[Turnspan.tags]),
  'langsmith.metadata.session_id': attributes[Common.sessionId],
  'langsmith.metadata.user_id': attributes[Common.userId],
  ...metadataBelow('langsmith.metadata', attributes),
  ...values(one, attributes, content),
});

const KINDS = {
  turn: constant('chain'),
  'agent-run': constant('chain'),
  generation: constant('llm'),
  'tool-call': constant('tool'),
  compaction: constant('chain'),
} as const satisfies Record<Completed['kind'], SafeText>;

/** One text, separated by commas. */
function tagsOf(tags: SafeValue): SafeText | undefined {
  if (typeof tags !== 'object') return undefined;
  return configured(tags.map((tag) => tag.replaceAll(',', ' ')).join(','));
}

/** Chains and tools: of a model's run it reads the messages of the base. */
function values(one: Completed, base: SafeAttributes, content: ContentPolicy): SafeAttributes {
  if (one.kind === 'generation') return {};
  const told = conversationOf(one);
  if (told === undefined)
    return { 'input.value': base[GenAi.toolArguments], 'output.value': base[GenAi.toolResult] };
  return {
    'input.value': chatText(told.input, content),
    'output.value': chatText([{ role: 'assistant', blocks: told.output }], content),
  };
}
