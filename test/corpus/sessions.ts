// Real sessions of 1.0 to 2.1.220. They are not part of the repository and lie beside the checkout where they may; where
// they do not, every test over them says that it was skipped.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const corpus = join(import.meta.dirname, '../../../shared/corpus');

export interface CorpusSession {
  /** Path inside the corpus: the name by which a failure tells it. */
  readonly name: string;
  /** Path of the transcript; the file is not there for a session of which only the agents' files are left. */
  readonly transcript: string;
}

/** Every session of the corpus; none where the corpus is not beside the checkout. */
export const corpusSessions: readonly CorpusSession[] = transcriptsBelow(corpus).map((transcript) => ({
  name: relative(corpus, transcript),
  transcript,
}));

/** What a test over the corpus is called where there is none. */
export const SKIPPED = '(skipped: the corpus is not beside this checkout)';

/** Every transcript below a folder, and every session folder whose transcript is lost. */
function transcriptsBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return entry.name.endsWith('.jsonl') ? [path] : [];
    if (existsSync(join(path, 'subagents'))) return existsSync(`${path}.jsonl`) ? [] : [`${path}.jsonl`];
    return transcriptsBelow(path);
  });
}
