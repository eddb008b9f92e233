// In: what a user typed. Out: the transcripts that it means, or a message that says what is wrong with it.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from './command.ts';

/** A `.jsonl` file, a session's folder (its transcript stands beside it, or is lost), or a folder of transcripts. */
export function findTranscripts(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`there is no file or folder "${path}"`);
  const full = resolve(path);
  if (stats.isFile()) {
    if (!full.endsWith('.jsonl'))
      throw new UsageError(`"${path}" is no transcript: its name does not end in .jsonl`);
    return [full];
  }
  const beside = `${full}.jsonl`;
  if (existsSync(beside) || existsSync(join(full, 'subagents'))) return [beside];
  const inside = readdirSync(full)
    .filter((name) => name.endsWith('.jsonl') && !name.startsWith('agent-'))
    .sort();
  if (inside.length === 0) throw new UsageError(`the folder "${path}" holds no transcript (*.jsonl)`);
  return inside.map((name) => join(full, name));
}
