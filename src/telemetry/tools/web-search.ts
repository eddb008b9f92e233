// The web was searched: for what, and how many pages were found.
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';
import { fieldsOf, type Fields } from '../tool-fields.ts';

export const webSearch: ToolExtractor = {
  tools: ['WebSearch'],
  describe: ({ input, result }) => ({
    facts: { [Tool.results]: pagesFound(result) },
    texts: { [Tool.query]: input.text('query') ?? result.text('query') },
  }),
};

/** `results` mixes lists of pages, one for each search, with the model's own text. */
function pagesFound(result: Fields): number | undefined {
  return result
    .list('results')
    ?.reduce<number>((sum, one) => sum + (fieldsOf(one).list('content')?.length ?? 0), 0);
}
