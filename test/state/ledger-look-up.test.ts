// A ledger searches for the first ids that it is asked for and makes a set for the many: nobody can tell from its answers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { openLedger } from '../../src/state/ledger.ts';
import { temporaryFolder } from '../support/folders.ts';

const idOf = (number: number): string => number.toString(16).padStart(16, '0');

test('a ledger gives the same answer to the first question and to the five hundredth', () => {
  const dir = temporaryFolder();
  const committed = Array.from({ length: 50 }, (_, number) => [idOf(4 * number), idOf(4 * number + 1)]);
  mkdirSync(join(dir, 'ledger'));
  const lines = committed.map(
    (ids, number) =>
      `${idOf(1000 + number)} session-1 @${idOf(5000 + number)}=client:${number}:1 ${ids.join(' ')}\n`,
  );
  writeFileSync(join(dir, 'ledger', 'project'), lines.join(''));
  const ledger = openLedger(dir, 'project');
  const added = idOf(2000);
  ledger.commit('batch', 'session-1', [added]);

  // Batch ids, which look like span ids here, are none.
  const others = [idOf(2), idOf(1001), idOf(3000), idOf(5001), 'batch'];
  for (let round = 0; round < 5; round += 1) {
    expect(others.filter((id) => ledger.senderOf(id) !== undefined)).toEqual([]);
    expect([...committed.flat(), added].filter((id) => ledger.senderOf(id) === undefined)).toEqual([]);
    expect(committed.map((_, number) => ledger.traceOf(idOf(5000 + number)))).toEqual(
      committed.map((_, number) => `client:${number}:1`),
    );
    expect([idOf(0), idOf(6000)].map(ledger.traceOf)).toEqual([undefined, undefined]);
  }
});
