// Writes one answer of the Messages API: whole, or as the stream of server-sent events that the real one sends.
// In: the answer with its ids and usage. Out: its bytes, at the pace that the script asked for.
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Tokens as the API reports them at the end of an answer. */
export interface Usage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation: {
    readonly ephemeral_5m_input_tokens: number;
    readonly ephemeral_1h_input_tokens: number;
  };
  readonly output_tokens: number;
  readonly service_tier: 'standard';
}

/** A block as it stands on the wire. */
export type WireBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown };

/** One answer, ready to be sent. */
export interface WireAnswer {
  readonly messageId: string;
  readonly requestId: string;
  readonly model: string;
  readonly blocks: readonly WireBlock[];
  readonly stopReason: string;
  readonly usage: Usage;
  readonly pieceMs: number;
  /** The stream stands still after so many pieces; undefined for never. */
  readonly stallAfter: number | undefined;
}

/** In one piece, for clients that ask so. */
export function sendWhole(response: ServerResponse, answer: WireAnswer): void {
  response.writeHead(200, { 'content-type': 'application/json', 'request-id': answer.requestId });
  response.end(
    JSON.stringify({
      ...opening(answer),
      content: answer.blocks,
      stop_reason: answer.stopReason,
      usage: answer.usage,
    }),
  );
}

/** As a stream, told of each block as it is through. Resolves to `cut` when it was told to stand still, or when the client went away. */
export async function sendStream(
  response: ServerResponse,
  answer: WireAnswer,
  blockSent: (block: WireBlock) => void = () => {},
): Promise<'whole' | 'cut'> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': answer.requestId });
  let left = answer.stallAfter ?? Infinity;
  const send = (type: string, data: object) => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  };
  send('message_start', { message: { ...opening(answer), usage: { ...answer.usage, output_tokens: 1 } } });
  for (const [index, block] of answer.blocks.entries()) {
    send('content_block_start', { index, content_block: emptied(block) });
    for (const delta of deltas(block)) {
      if (left-- <= 0) return 'cut';
      await sleep(answer.pieceMs);
      if (response.destroyed) return 'cut';
      send('content_block_delta', { index, delta });
    }
    send('content_block_stop', { index });
    blockSent(block);
  }
  send('message_delta', {
    delta: { stop_reason: answer.stopReason, stop_sequence: null },
    usage: answer.usage,
  });
  send('message_stop', {});
  response.end();
  return 'whole';
}

function opening({ messageId, model }: WireAnswer) {
  return {
    id: messageId,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

function emptied(block: WireBlock): object {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: '' };
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'tool_use':
      return { ...block, input: {} };
  }
}

function deltas(block: WireBlock): object[] {
  switch (block.type) {
    case 'text':
      return pieces(block.text).map((text) => ({ type: 'text_delta', text }));
    case 'thinking':
      return [
        ...pieces(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: block.signature },
      ];
    case 'tool_use':
      return pieces(JSON.stringify(block.input)).map((partial_json) => ({
        type: 'input_json_delta',
        partial_json,
      }));
  }
}

function pieces(text: string): string[] {
  return text.match(/[^]{1,24}/g) ?? [];
}
