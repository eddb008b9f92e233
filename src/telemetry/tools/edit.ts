// A file was changed in one place or several. The patch is what really changed, also where the user changed the proposal.
import { changedLines } from '../changed-lines.ts';
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';

export const edit: ToolExtractor = {
  tools: ['Edit', 'MultiEdit'],
  describe: ({ input, result }) => {
    const { added, removed } = changedLines(result);
    return {
      facts: {
        [Tool.linesAdded]: added,
        [Tool.linesRemoved]: removed,
        [Tool.edits]: input.list('edits')?.length,
        [Tool.replaceAll]: result.mark('replaceAll'),
        [Tool.userModified]: result.mark('userModified'),
      },
      texts: { [Tool.filePath]: result.text('filePath') ?? input.text('file_path') },
    };
  },
};
