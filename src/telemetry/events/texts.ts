// In: blocks of a message, or what a tool gave back. Out: the words in it as one text, still unprotected.
import type { Message } from '../../session/model.ts';

/** The texts, one below the other; pictures and calls have none. */
export function textOf(blocks: Message['blocks']): string {
  return blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

/** The text of a tool's `content`: it is one, or a list of blocks as recorded. */
export function textOfResult(result: unknown): string | undefined {
  if (typeof result === 'string') return result;
  if (!Array.isArray(result)) return undefined;
  const texts = result.flatMap((part: unknown) =>
    typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string'
      ? [part.text]
      : [],
  );
  return texts.length === 0 ? undefined : texts.join('\n');
}
