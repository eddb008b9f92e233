// A file was read: what kind it is, how many lines were read, and how many it has.
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';

const KINDS = ['text', 'image', 'pdf', 'notebook', 'parts', 'file_unchanged'];

export const read: ToolExtractor = {
  tools: ['Read'],
  describe: ({ input, result }) => {
    const file = result.object('file');
    return {
      facts: {
        [Tool.fileKind]: result.oneOf('type', KINDS),
        [Tool.linesRead]: file.number('numLines'),
        [Tool.fileLines]: file.number('totalLines'),
      },
      texts: { [Tool.filePath]: file.text('filePath') ?? input.text('file_path') },
    };
  },
};
