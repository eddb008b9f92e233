// OpenInference, what Arize Phoenix and Arize AX read: kinds, `llm.*`, `tool.*`, and input and output as one value each.
// Always: prompt tokens include what was read from and written to the cache, as the conventions have it. Session and user
// are under the base's own names there.
// Source: the OpenInference semantic conventions (github.com/Arize-ai/openinference, spec/semantic_conventions.md).
import type { ContentPolicy } from '../../privacy/policy.ts';
import { constant, optionalName, safeName, type SafeText } from '../../privacy/safe-text.ts';
import type { Completed, Generation, Message, ToolCall } from '../../session/model.ts';
import { inDollars } from '../in-dollars.ts';
import { GenAi, Turnspan } from '../semconv.ts';
import type { SafeAttributes, SafeValue } from '../span.ts';
import { chatText, conversationOf, plainText, type Conversation } from './conversation.ts';
import type { BaseSpan, Dialect } from './dialect.ts';
import { metadataOf } from './metadata.ts';
import { safeJson } from './safe-json.ts';

export const openInference: Dialect = (one, base, content) => {
  const told = conversationOf(one);
  return {
    'openinference.span.kind': KINDS[one.kind],
    'tag.tags': base.attributes[Turnspan.tags],
    metadata: safeJson(metadataOf(base.attributes), base.valueLength),
    ...value(
      'input',
      told === undefined ? json(base.attributes[GenAi.toolArguments]) : inputOf(told, content),
    ),
    ...value(
      'output',
      told === undefined ? json(base.attributes[GenAi.toolResult]) : outputOf(told, content),
    ),
    ...ofKind(one, base, content),
  };
};

const KINDS = {
  turn: constant('AGENT'),
  'agent-run': constant('AGENT'),
  generation: constant('LLM'),
  'tool-call': constant('TOOL'),
  compaction: constant('CHAIN'),
} as const satisfies Record<Completed['kind'], SafeText>;

function ofKind(one: Completed, base: BaseSpan, content: ContentPolicy): SafeAttributes {
  switch (one.kind) {
    case 'generation':
      return ofGeneration(one.generation, base, content);
    case 'tool-call':
      return ofToolCall(one.toolCall, base.attributes);
    case 'turn':
    case 'agent-run':
      return { 'agent.name': base.attributes[GenAi.agentName] };
    case 'compaction':
      return {};
  }
}

/** A text, and which kind. */
interface Shown {
  readonly text: SafeValue;
  readonly isJson: boolean;
}

function value(side: 'input' | 'output', { text, isJson }: Shown): SafeAttributes {
  if (text === undefined) return {};
  return {
    [`${side}.value`]: text,
    [`${side}.mime_type`]: isJson ? constant('application/json') : constant('text/plain'),
  };
}

function json(text: SafeValue): Shown {
  return { text, isJson: true };
}

function inputOf({ input }: Conversation, content: ContentPolicy): Shown {
  const [first] = input;
  const plain = input.length === 1 && first !== undefined ? plainText(first.blocks) : undefined;
  return plain === undefined ? json(chatText(input, content)) : { text: content.text(plain), isJson: false };
}

function outputOf({ output }: Conversation, content: ContentPolicy): Shown {
  const plain = plainText(output);
  return plain === undefined
    ? json(chatText([{ role: 'assistant', blocks: output }], content))
    : { text: content.text(plain), isJson: false };
}

function ofGeneration(
  generation: Generation,
  { attributes, valueLength }: BaseSpan,
  content: ContentPolicy,
): SafeAttributes {
  const { usage, request } = generation;
  const prompt =
    usage === undefined ? undefined : usage.inputTokens + usage.cacheReadTokens + usage.cacheCreationTokens;
  const input = generation.wholeInput ?? generation.input;
  return {
    'llm.model_name': optionalName(generation.model ?? generation.requestedModel),
    'llm.system': constant('anthropic'),
    'llm.provider': providerOf(attributes[GenAi.provider]),
    'llm.invocation_parameters': safeJson(
      {
        max_tokens: request?.maxTokens,
        temperature: request?.temperature,
        thinking_budget: request?.thinkingBudget,
        effort: optionalName(generation.effort),
        speed: optionalName(usage?.speed),
      },
      valueLength,
    ),
    'llm.token_count.prompt': prompt,
    'llm.token_count.completion': usage?.outputTokens,
    'llm.token_count.total':
      prompt === undefined || usage === undefined ? undefined : prompt + usage.outputTokens,
    'llm.token_count.prompt_details.cache_read': usage?.cacheReadTokens,
    'llm.token_count.prompt_details.cache_write': usage?.cacheCreationTokens,
    'llm.token_count.completion_details.reasoning': usage?.thinkingTokens,
    'llm.cost.total': inDollars(generation.cost),
    ...messages('llm.input_messages', input, content),
    ...messages('llm.output_messages', [{ role: 'assistant', blocks: generation.output }], content),
  };
}

/** Who serves the model, in OpenInference's words. */
function providerOf(provider: SafeValue): SafeText {
  switch (provider) {
    case 'aws.bedrock':
      return constant('aws');
    case 'gcp.vertex_ai':
      return constant('google');
    default:
      return constant('anthropic');
  }
}

/** A message is several attributes, each with its place in its name. */
function messages(list: string, all: readonly Message[], content: ContentPolicy): SafeAttributes {
  if (content.level === 'none') return {};
  const set: Record<string, SafeValue> = {};
  let place = 0;
  for (const { role, blocks } of all) {
    const results = blocks.filter((block) => block.type === 'tool_result');
    for (const result of results) {
      const prefix = `${list}.${place++}.message`;
      set[`${prefix}.role`] = constant('tool');
      set[`${prefix}.tool_call_id`] = safeName(result.toolUseId);
      set[`${prefix}.content`] = textOf(result.content, content);
    }
    const texts = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : []));
    const calls = blocks.filter((block) => block.type === 'tool_use');
    if (texts.length === 0 && calls.length === 0) continue;
    const prefix = `${list}.${place++}.message`;
    set[`${prefix}.role`] = constant(role);
    set[`${prefix}.content`] = texts.length === 0 ? undefined : content.text(texts.join('\n'));
    calls.forEach((call, n) => {
      const one = `${prefix}.tool_calls.${n}.tool_call`;
      set[`${one}.id`] = safeName(call.id);
      // The model wrote it: content, like all of the message.
      set[`${one}.function.name`] = content.text(call.name);
      set[`${one}.function.arguments`] = content.json(() => call.input);
    });
  }
  return set;
}

/** A tool's result, as people read it where it is text. */
function textOf(result: unknown, content: ContentPolicy): SafeText | undefined {
  if (typeof result === 'string') return content.text(result);
  const parts = Array.isArray(result) ? (result as readonly unknown[]) : [];
  const texts = parts.flatMap((part) =>
    typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string'
      ? [part.text]
      : [],
  );
  return texts.length === 0 ? undefined : content.text(texts.join('\n'));
}

function ofToolCall({ id }: ToolCall, base: SafeAttributes): SafeAttributes {
  return {
    'tool.name': base[GenAi.toolName],
    'tool.id': safeName(id),
    'tool.parameters': base[GenAi.toolArguments],
  };
}
