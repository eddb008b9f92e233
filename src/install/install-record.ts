// In and out: what `install` did to which settings file, in the installation's folder, so that `uninstall` can take exactly
// that back. Always: a record that cannot be read counts as none; taking out works without one, only less exactly.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeAtomic } from '../platform/atomic-file.ts';

/** What is remembered of one settings file. */
export type SettingsRecord = z.infer<typeof settingsRecord>;
/** By the path of the file itself, links followed. */
export type InstallRecord = ReadonlyMap<string, SettingsRecord>;

export function readRecord(state: string): InstallRecord {
  try {
    const { settings } = schema.parse(JSON.parse(readFileSync(join(state, NAME), 'utf8')));
    return new Map(Object.entries(settings));
  } catch {
    return new Map();
  }
}

/** Remembers `file`, or forgets it. */
export function changeRecord(state: string, file: string, record: SettingsRecord | undefined): void {
  const settings = new Map(readRecord(state));
  const old = settings.get(file);
  if (JSON.stringify(old) === JSON.stringify(record)) return;
  if (record === undefined) settings.delete(file);
  else settings.set(file, record);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const content = { version: 1, settings: Object.fromEntries(settings) };
  writeAtomic(join(state, NAME), `${JSON.stringify(content, null, 2)}\n`);
}

const NAME = 'install.json';

const settingsRecord = z.object({
  /** See `BeforeUs`. */
  before: z.object({
    blank: z.string().optional(),
    made: z.array(z.string()).readonly(),
    gaps: z.record(z.string(), z.string()).readonly(),
  }),
  /** There was no file. */
  madeFile: z.boolean(),
  /** The uppermost folder that was made for it. */
  madeFolder: z.string().optional(),
});

const schema = z.object({ version: z.literal(1), settings: z.record(z.string(), settingsRecord) });
