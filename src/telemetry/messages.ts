// In: messages of the conversation. Out: the same in the GenAI message schema, still unprotected: the policy turns it
// into a JSON text, or drops it.
// Source: GenAI semantic conventions v1.41, gen-ai-input-messages and gen-ai-output-messages.
import type { ContentPolicy } from '../privacy/policy.ts';
import type { SafeText } from '../privacy/safe-text.ts';
import type { Message } from '../session/model.ts';

type Block = Message['blocks'][number];

type Part =
  | { readonly type: 'text' | 'reasoning'; readonly content: string }
  | { readonly type: 'tool_call'; readonly id: string; readonly name: string; readonly arguments: unknown }
  | { readonly type: 'tool_call_response'; readonly id: string; readonly response: unknown }
  | { readonly type: 'blob'; readonly modality: 'image'; readonly mime_type?: string }
  | { readonly type: string };

/** `gen_ai.input.messages`; none where there was no message. */
export function inputText(messages: readonly Message[], content: ContentPolicy): SafeText | undefined {
  if (messages.length === 0) return undefined;
  return content.json(() => messages.map(({ role, blocks }) => ({ role, parts: blocks.map(toPart) })));
}

/** `gen_ai.output.messages`: one message, with its normalised finish reason; none where nothing was said. */
export function outputText(
  blocks: readonly Block[],
  finish: FinishReason,
  content: ContentPolicy,
): SafeText | undefined {
  if (blocks.length === 0) return undefined;
  return content.json(() => [{ role: 'assistant', parts: blocks.map(toPart), finish_reason: finish }]);
}

/** The convention's words for why a response ended. */
export type FinishReason = 'stop' | 'length' | 'tool_call' | 'content_filter' | 'error';

/** Anthropic's stop reason in the convention's words; `error` where the response never ended. */
export function finishReason(stopReason: string | undefined): FinishReason {
  switch (stopReason) {
    case 'end_turn':
    case 'stop_sequence':
    case 'pause_turn':
      return 'stop';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tool_call';
    case 'refusal':
      return 'content_filter';
    default:
      return 'error';
  }
}

function toPart(block: Block): Part {
  switch (block.type) {
    case 'text':
      return { type: 'text', content: block.text };
    case 'thinking':
      return { type: 'reasoning', content: block.thinking };
    case 'tool_use':
      return { type: 'tool_call', id: block.id, name: block.name, arguments: block.input };
    case 'tool_result':
      return { type: 'tool_call_response', id: block.toolUseId, response: withoutImages(block.content) };
    case 'image':
      // The picture itself never leaves: it can be megabytes, and a trace has no use for it.
      return {
        type: 'blob',
        modality: 'image',
        ...(block.mediaType === undefined ? {} : { mime_type: block.mediaType }),
      };
    case 'other':
      return { type: block.name };
  }
}

/** A tool's result without the bytes of pictures in it. */
export function withoutImages(content: unknown): unknown {
  if (!Array.isArray(content)) return content ?? null;
  return content.map((part: unknown) =>
    typeof part === 'object' && part !== null && 'type' in part && part.type === 'image'
      ? { type: 'image' }
      : part,
  );
}
