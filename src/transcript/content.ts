// In: the `content` of a message, as the transcript has it. Out: typed blocks.
// Always: a block of a kind that we do not know is kept as `other` with its name, so it can be counted and shown.
import { field, flag, text } from './fields.ts';

/** One piece of a message. `input` and `content` stay as the transcript has them: any JSON. */
export type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown }
  | {
      readonly type: 'tool_result';
      readonly toolUseId: string;
      readonly content: unknown;
      readonly isError: boolean;
    }
  | { readonly type: 'image'; readonly mediaType: string | undefined }
  | { readonly type: 'other'; readonly name: string };

/** A message's content: a string (which is one text block) or an array of blocks; `undefined` for anything else. */
export function parseContent(content: unknown): readonly Block[] | undefined {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return undefined;
  const blocks: Block[] = [];
  for (const value of content as readonly unknown[]) {
    const block = parseBlock(value);
    if (block === undefined) return undefined;
    blocks.push(block);
  }
  return blocks;
}

/** A block without the fields that its kind must have is `other` too. */
function parseBlock(value: unknown): Block | undefined {
  if (typeof value === 'string') return { type: 'text', text: value };
  const type = text(value, 'type');
  return type === undefined ? undefined : (knownBlock(type, value) ?? { type: 'other', name: type });
}

function knownBlock(type: string, block: unknown): Block | undefined {
  switch (type) {
    case 'text': {
      const said = text(block, 'text');
      return said === undefined ? undefined : { type, text: said };
    }
    case 'thinking': {
      const thinking = text(block, 'thinking');
      return thinking === undefined ? undefined : { type, thinking };
    }
    case 'tool_use': {
      const id = text(block, 'id');
      const name = text(block, 'name');
      if (id === undefined || name === undefined) return undefined;
      return { type, id, name, input: field(block, 'input') ?? null };
    }
    case 'tool_result': {
      const toolUseId = text(block, 'tool_use_id');
      if (toolUseId === undefined) return undefined;
      return { type, toolUseId, content: field(block, 'content'), isError: flag(block, 'is_error') };
    }
    case 'image':
      return { type, mediaType: text(field(block, 'source'), 'media_type') };
    default:
      return undefined;
  }
}
