// In: a completed thing. Out: what went into it and what came out, in the shapes that backends show well.
// Always: content: nothing of it leaves but through the policy, which is asked before anything is built.
import type { ContentPolicy } from '../../privacy/policy.ts';
import type { SafeText } from '../../privacy/safe-text.ts';
import type { Completed, Message } from '../../session/model.ts';
import { withoutImages } from '../messages.ts';

type Block = Message['blocks'][number];

/** The messages of a turn, an agent run or a generation. */
export interface Conversation {
  readonly input: readonly Message[];
  readonly output: readonly Block[];
}

/** A tool call and a compaction have none. */
export function conversationOf(one: Completed): Conversation | undefined {
  switch (one.kind) {
    case 'turn':
      return one.turn;
    case 'agent-run':
      return one.agentRun;
    case 'generation':
      return { input: one.generation.wholeInput ?? one.generation.input, output: one.generation.output };
    case 'tool-call':
    case 'compaction':
      return undefined;
  }
}

/** A list of messages with `role` and `content`, tool calls and results as Anthropic's API has them; none where there is none. */
export function chatText(messages: readonly Message[], content: ContentPolicy): SafeText | undefined {
  if (messages.every(({ blocks }) => blocks.length === 0)) return undefined;
  return content.json(() => messages.map(({ role, blocks }) => ({ role, content: contentOf(blocks) })));
}

/** The text of blocks as people read it, where they are text alone. */
export function plainText(blocks: readonly Block[]): string | undefined {
  if (blocks.length === 0) return undefined;
  const texts = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  return texts.length === blocks.length ? texts.join('\n') : undefined;
}

/** A single text as it is, because that is what a prompt mostly is. */
function contentOf(blocks: readonly Block[]): unknown {
  const [first] = blocks;
  return blocks.length === 1 && first?.type === 'text' ? first.text : blocks.map(toPart);
}

function toPart(block: Block): unknown {
  switch (block.type) {
    case 'text':
    case 'thinking':
      return block;
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, input: block.input };
    case 'tool_result':
      return {
        type: 'tool_result',
        tool_use_id: block.toolUseId,
        content: withoutImages(block.content),
        ...(block.isError ? { is_error: true } : {}),
      };
    case 'image':
    case 'other':
      return { type: block.type === 'image' ? 'image' : block.name };
  }
}
