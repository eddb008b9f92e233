// A cell of a notebook was changed. The client records no patch of it.
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';

const MODES = ['replace', 'insert', 'delete'];

export const notebookEdit: ToolExtractor = {
  tools: ['NotebookEdit'],
  describe: ({ input }) => ({
    facts: { [Tool.editMode]: input.oneOf('edit_mode', MODES) },
    texts: { [Tool.filePath]: input.text('notebook_path') },
  }),
};
