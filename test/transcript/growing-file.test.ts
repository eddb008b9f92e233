// A file that grows, is torn, shortened and replaced, and a reader that comes by now and then: it reads each line once
// for as long as the file only grows, and begins again when what it had read is no longer there.
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { readLines } from '../../src/transcript/lines.ts';
import { checkPosition, positionAt, type Position } from '../../src/transcript/position.ts';

type Action =
  /** The client writes lines; the last one may be torn. */
  | { readonly kind: 'append'; readonly text: string }
  /** The client takes back what it wrote last (a stream that failed). */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** Somebody puts another file in its place. */
  | { readonly kind: 'replace'; readonly text: string }
  | { readonly kind: 'read'; readonly chunkBytes: number };

const text = fc
  .array(fc.constantFrom('{"a":1}\n', '{"ü":"🎉"}\n', '{"torn', '":2}\n', '\n'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join(''));

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), text }),
  fc.record({ kind: fc.constant('truncate' as const), bytes: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('replace' as const), text }),
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('read' as const), chunkBytes: fc.integer({ min: 1, max: 50 }) }),
  },
);

/** The whole lines in some bytes; half a character (the file was shortened there) reads as U+FFFD. */
function linesOf(bytes: Buffer): string[] {
  return bytes.toString('utf8').split('\n').slice(0, -1);
}

test('reading goes on or begins again, and is never wrong about which', () => {
  const folder = mkdtempSync(join(tmpdir(), 'turnspan-test-'));
  const path = join(folder, 'session.jsonl');
  try {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 15 }), (actions) => {
        writeFileSync(`${path}.new`, '');
        renameSync(`${path}.new`, path);
        /** What is in the file, what of it was read, and whether it is still the file that was read. */
        let content = Buffer.alloc(0);
        let known = Buffer.alloc(0);
        let isSame = true;
        let position: Position | undefined;
        for (const one of actions) {
          switch (one.kind) {
            case 'append':
              appendFileSync(path, one.text);
              content = Buffer.concat([content, Buffer.from(one.text)]);
              break;
            case 'truncate':
              content = content.subarray(0, Math.max(0, content.length - one.bytes));
              truncateSync(path, content.length);
              break;
            case 'replace':
              writeFileSync(`${path}.new`, one.text);
              renameSync(`${path}.new`, path);
              content = Buffer.from(one.text);
              isSame = false;
              break;
            case 'read': {
              const fd = openSync(path, 'r');
              try {
                const check = position === undefined ? undefined : checkPosition(fd, position);
                const isThere = content.subarray(0, known.length).equals(known);
                // Another file with the same bytes may have got the old one's inode: both answers are right.
                if (check !== undefined && (isSame || !isThere)) {
                  expect(check.status).toBe(isThere ? 'continues' : 'restart');
                }
                const from = check?.status === 'continues' ? known.length : 0;
                const lines: string[] = [];
                let end = from;
                for (const some of readLines(fd, from, { chunkBytes: one.chunkBytes })) {
                  for (const line of some) {
                    if (line.kind === 'line') lines.push(line.text);
                    end = line.end;
                  }
                }
                expect(lines).toEqual(linesOf(content.subarray(from)));
                known = content.subarray(0, end);
                isSame = true;
                position = positionAt(fd, end);
              } finally {
                closeSync(fd);
              }
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
