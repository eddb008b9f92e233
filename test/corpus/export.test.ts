// `export` of every real session, against a count made straight from the lines of its files.
import { describe, test } from 'vitest';

import { checkExport } from '../support/check-export.ts';
import { corpusSessions, SKIPPED } from './sessions.ts';

for (const { name, transcript } of corpusSessions) {
  describe(`export of ${name}`, () => {
    checkExport(transcript);
  });
}

if (corpusSessions.length === 0) test.skip(`export of the corpus ${SKIPPED}`, () => {});
