// Real sessions, which lie beside the checkout and are not part of it. Nothing here throws where they are missing.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Corpus {
  /** Every file, the agents' too. */
  readonly files: readonly string[];
  /** Every session; the file is not there where only the agents' files are left. */
  readonly transcripts: readonly string[];
  /** The folder with most transcripts: the command takes one at a time. */
  readonly largestFolder: string;
}

/** The corpus, or nothing. The bundle of the bench lies in dist/. */
export function findCorpus(): Corpus | undefined {
  const folder = join(import.meta.dirname, '../../shared/corpus');
  if (!existsSync(folder)) return undefined;
  const transcripts = transcriptsBelow(folder);
  return {
    files: readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => join(folder, name)),
    transcripts,
    largestFolder: mostFrequent(transcripts.map((transcript) => dirname(transcript))) ?? folder,
  };
}

function transcriptsBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return entry.name.endsWith('.jsonl') ? [path] : [];
    if (existsSync(join(path, 'subagents'))) return existsSync(`${path}.jsonl`) ? [] : [`${path}.jsonl`];
    return transcriptsBelow(path);
  });
}

function mostFrequent(names: readonly string[]): string | undefined {
  const count = (name: string): number => names.filter((other) => other === name).length;
  return [...names].sort((a, b) => count(b) - count(a))[0];
}
