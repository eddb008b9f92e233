// In: an answer as a script writes it. Out: the same as it goes over the wire, with ids, usage and stop reason.
// Always: ids and usage are different for every answer, so that no two can be mistaken for each other and a sum tells
// what is in it.
import { randomBytes } from 'node:crypto';
import type { Usage, WireAnswer, WireBlock } from './model-answer.ts';
import type { ModelRequest } from './model-request.ts';
import type { Block, Reply } from './model-script.ts';

/** Gives the answer its ids and its usage. `keys` learns which tool call has which key. */
export function toWire(
  reply: Extract<Reply, { kind: 'answer' }>,
  request: ModelRequest,
  requestId: string,
  keys: Map<string, string>,
): WireAnswer {
  const blocks = reply.blocks.map((block) => wireBlock(block, request, keys));
  return {
    messageId: freshId('msg_01', 28),
    requestId,
    model: request.model,
    blocks,
    stopReason: reply.stopReason ?? (blocks.at(-1)?.type === 'tool_use' ? 'tool_use' : 'end_turn'),
    usage: usageOf(request.number),
    pieceMs: reply.pieceMs ?? 10,
    stallAfter: reply.stallAfter,
  };
}

/** An id as long as the API's own. */
export function freshId(prefix: string, length: number): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789';
  const random = [...randomBytes(length - prefix.length)].map((byte) => letters[byte % letters.length]);
  return prefix + random.join('');
}

function wireBlock(block: Block, request: ModelRequest, keys: Map<string, string>): WireBlock {
  switch (block.type) {
    case 'text':
      return block;
    case 'thinking':
      return { ...block, signature: randomBytes(24).toString('base64') };
    case 'tool_use': {
      const id = freshId('toolu_01', 30);
      if (block.key !== undefined) keys.set(id, block.key);
      return { type: 'tool_use', id, name: offeredName(block.name, request.tools), input: block.input };
    }
  }
}

/** Before 2.1.63 `Agent` was `Task`. */
function offeredName(name: string, tools: readonly string[]): string {
  return name === 'Agent' && !tools.includes('Agent') && tools.includes('Task') ? 'Task' : name;
}

function usageOf(number: number): Usage {
  const written = 200 + 10 * number;
  const short = number % 2 === 0 ? written : 100;
  return {
    input_tokens: 3 + number,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: 9000 + 300 * number,
    cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: written - short },
    output_tokens: 100 + 7 * number,
    service_tier: 'standard',
  };
}
