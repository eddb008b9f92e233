// What an export costs over reading alone: all spans of the corpus, encoded and dropped, against a loop that reads the
// same files and parses each of their lines. In this process; the whole cold command beside it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requestsOf } from '../src/export-sessions.ts';
import { silentLog } from '../src/platform/log.ts';
import type { ContentLevel } from '../src/privacy/policy.ts';
import { spanMaker } from '../src/span-maker.ts';
import { alternate, median, ratioOf, takeTurns, timed, type Run } from './alternate.ts';
import { bundle, runChild } from './child.ts';
import { findCorpus, type Corpus } from './corpus.ts';
import type { Figure } from './outcome.ts';

/** What the issue promises: an export at content `none` over reading alone. */
const RATIO_BOUND = 2;

/** No figures where there is no corpus. */
export async function benchExport(folder: string): Promise<Figure[]> {
  const corpus = findCorpus();
  if (corpus === undefined) return [];
  const [bare = [], none = []] = await takeTurns([reading(corpus), exporting(corpus, 'none')], 15, 1);
  const [full = NaN] = await alternate([exporting(corpus, 'full')], 5, 1);
  const [command = NaN] = await alternate([() => commandTime(corpus, folder)], 5, 1);
  return [
    { name: 'reading alone: bytes, lines, JSON', value: median(bare), unit: 'ms' },
    { name: 'export, content none', value: median(none), unit: 'ms' },
    { name: 'ratio of the two', value: ratioOf(bare, none), unit: '×', bound: RATIO_BOUND },
    { name: 'export, content full', value: full, unit: 'ms' },
    { name: 'turnspan export of its largest folder, cold', value: command, unit: 'ms' },
  ];
}

/** The bare side. */
function reading({ files }: Corpus): Run {
  return () =>
    timed(() => {
      for (const file of files) parseLines(readFileSync(file));
    });
}

function parseLines(bytes: Buffer): void {
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    try {
      JSON.parse(bytes.toString('utf8', start, end));
    } catch {
      // Some lines are broken, as they are in real files.
    }
    start = end + 1;
  }
}

/** Our side: the same files, as sessions. */
function exporting({ transcripts }: Corpus, content: ContentLevel): Run {
  return () =>
    timed(async () => {
      const toSpan = spanMaker(content, { attributes: {} });
      let spans = 0;
      for await (const request of requestsOf(transcripts, toSpan, 'protobuf', { log: silentLog }))
        spans += request.spans;
      if (spans === 0) throw new Error('the corpus has no spans');
    });
}

/** The command, from its start to its end. */
function commandTime({ largestFolder }: Corpus, out: string): Promise<number> {
  return runChild([bundle('turnspan'), 'export', largestFolder, '--file', join(out, 'out.jsonl')]);
}
