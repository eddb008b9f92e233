// Transcripts to send: that of a user who has just played a session, and a recorded one with other ids everywhere, so that
// its spans are others and all else is the same.
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The transcript of the one session below a home. */
export function transcriptBelow(home: string): string {
  const project = join(home, '.claude/projects/-home-ada-shop');
  const name = readdirSync(project).find((one) => one.endsWith('.jsonl'));
  if (name === undefined) throw new Error('the session has written no transcript');
  return join(project, name);
}

/** Copies the transcript and its agents into `folder`; gives the path of the copy. */
export function anotherSession(transcript: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const name = basename(transcript, '.jsonl');
  for (const part of [`${name}.jsonl`, name]) {
    cpSync(join(dirname(transcript), part), join(folder, part), { recursive: true });
  }
  renew(folder);
  return join(folder, `${another(name)}.jsonl`);
}

function renew(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) renew(path);
    else writeFileSync(path, another(readFileSync(path, 'utf8')));
    renameSync(path, join(folder, another(name)));
  }
}

/** Uuids, the API's ids and the ids of agents, each to one of its own; the same each time. */
function another(text: string): string {
  return text
    .replaceAll(/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g, turned)
    .replaceAll(
      /\b(msg|toolu|req)_0(\d)/g,
      (_, prefix: string, digit: string) => `${prefix}_0${(Number(digit) + 1) % 10}`,
    )
    .replaceAll(/\ba[\da-f]{16}\b/g, (id) => `a${turned(id.slice(1))}`);
}

/** Each digit becomes the next one. */
function turned(id: string): string {
  return id.replaceAll(/[\da-f]/g, (digit) => ((Number.parseInt(digit, 16) + 1) % 16).toString(16));
}
