// `export` of every scenario, against a count made straight from the lines of its files: a tree can be read wrongly.
import { basename } from 'node:path';
import { describe } from 'vitest';

import { checkExport } from '../support/check-export.ts';
import { scenarios } from './scenarios.ts';

for (const { name, transcripts } of scenarios) {
  for (const transcript of transcripts) {
    describe(`export of ${name} (${basename(transcript).slice(0, 8)})`, () => {
      checkExport(transcript);
    });
  }
}
