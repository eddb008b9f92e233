// In: an installation's folder. Out: who this installation is and since when it is there.
// Always: made once and never changed. Hooks send only what began after it: resuming an old session sends nothing old.
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeAtomic } from '../platform/atomic-file.ts';
import { readIfThere } from '../platform/if-there.ts';
import { jsonIn } from './json-text.ts';

/** `createdAt` in milliseconds since the epoch. */
export interface Installation {
  readonly version: 1;
  readonly id: string;
  readonly createdAt: number;
}

const schema = z.object({ version: z.literal(1), id: z.string().min(1), createdAt: z.number() });

/**
 * Reads the installation, or makes it with `createdAt`. Also makes the folders that the hook needs. Throws where the
 * file is there and is not of this version: guessing would send what is old, or nothing.
 */
export function openInstallation(dir: string, createdAt: number): Installation {
  mkdirSync(join(dir, 'inbox'), { recursive: true, mode: 0o700 });
  const path = join(dir, 'installation.json');
  const text = readIfThere(path);
  if (text !== undefined) {
    const parsed = schema.safeParse(jsonIn(text));
    if (parsed.success) return parsed.data;
    throw new Error(
      'installation.json is not of this version: repair it, or remove it to begin anew from now on',
    );
  }
  const installation: Installation = { version: 1, id: randomUUID(), createdAt };
  writeAtomic(path, `${JSON.stringify(installation)}\n`);
  return installation;
}
