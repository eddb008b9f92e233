// In: the `content` of a message, as the transcript has it. Out: typed blocks.
// Always: a block of a kind that we do not know is kept as `other` with its name, so it can be counted and shown.
import * as z from 'zod';

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

const block = z.union([
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('thinking'), thinking: z.string() }),
  z
    .object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown().optional() })
    .transform(({ type, id, name, input }) => ({ type, id, name, input: input ?? null })),
  z
    .object({
      type: z.literal('tool_result'),
      tool_use_id: z.string(),
      content: z.unknown().optional(),
      is_error: z.boolean().nullish().catch(undefined),
    })
    .transform(({ tool_use_id, content, is_error }) => ({
      type: 'tool_result' as const,
      toolUseId: tool_use_id,
      content,
      isError: is_error === true,
    })),
  z
    .object({
      type: z.literal('image'),
      source: z.object({ media_type: z.string() }).optional().catch(undefined),
    })
    .transform(({ source }) => ({ type: 'image' as const, mediaType: source?.media_type })),
  z
    .object({ type: z.string() })
    .transform(({ type }): Extract<Block, { type: 'other' }> => ({ type: 'other', name: type })),
  z.string().transform((text): Extract<Block, { type: 'text' }> => ({ type: 'text', text })),
]);

/** A message's content: a string (which is one text block) or an array of blocks. */
export const contentSchema: z.ZodType<readonly Block[]> = z.union([
  z.string().transform((text): readonly Block[] => [{ type: 'text', text }]),
  z.array(block),
]);
