// Files were searched. Its mode decides what the client counts: lines of content, files, or matches in files. In the
// mode `content` it records 0 files, which only means that it did not count them.
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';

const MODES = ['content', 'files_with_matches', 'count'];

export const grep: ToolExtractor = {
  tools: ['Grep'],
  describe: ({ input, result }) => {
    const mode = result.oneOf('mode', MODES);
    return {
      facts: {
        [Tool.searchMode]: mode,
        [Tool.files]: mode === 'content' ? undefined : result.number('numFiles'),
        [Tool.matches]: result.number('numMatches'),
        [Tool.lines]: result.number('numLines'),
      },
      texts: {
        [Tool.pattern]: input.text('pattern'),
        [Tool.path]: input.text('path'),
        [Tool.fileFilter]: input.text('glob'),
      },
    };
  },
};
