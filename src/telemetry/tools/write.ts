// A file was written: made, or replaced. A new one has an empty patch: its lines are those of its content.
import { changedLines } from '../changed-lines.ts';
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';

const CHANGES = ['create', 'update'];

export const write: ToolExtractor = {
  tools: ['Write'],
  describe: ({ input, result }) => {
    const change = result.oneOf('type', CHANGES);
    const { added, removed } = changedLines(result);
    const created = change === 'create' && result.list('structuredPatch')?.length === 0;
    return {
      facts: {
        [Tool.fileChange]: change,
        [Tool.linesAdded]: created ? linesOf(result.text('content') ?? input.text('content')) : added,
        [Tool.linesRemoved]: removed,
        [Tool.userModified]: result.mark('userModified'),
      },
      texts: { [Tool.filePath]: result.text('filePath') ?? input.text('file_path') },
    };
  },
};

/** A last line counts with and without the newline at its end. */
function linesOf(text = ''): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
