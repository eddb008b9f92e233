// In: the recorded session of examples/, the shape of what Claude Code writes. Out: one turn of it, to be written again as
// often as wanted.
// Always: each copy has uuids, message ids, request ids and tool use ids of its own, which are the same within the copy,
// and begins a minute after the one before it. The same number gives the same bytes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The lines of copy `number`, with `more` added to the file that its Read tool read: twice in one line, as the client does. */
export type RecordedTurn = (number: number, more?: string) => string;

export const SESSION_ID = 'dfd7c184-e8a4-4722-9ba0-bbc1e17e2fdd';

/** Beside the bench's bundle, in dist/. */
export const EXAMPLE = join(import.meta.dirname, '../examples/session', `${SESSION_ID}.jsonl`);

/** A prompt, three parallel tools of which one fails, two more tools, an answer: 47 lines. */
export function turnWithTools(): RecordedTurn {
  return turnAt(0);
}

/** A prompt and its answer: 5 lines. */
export function shortTurn(): RecordedTurn {
  return turnAt(3);
}

/** From the user's prompt with this index to the mark that closes its turn. */
function turnAt(index: number): RecordedTurn {
  const lines = readFileSync(EXAMPLE, 'utf8').split('\n');
  const prompts = lines.flatMap((line, at) => (line.includes('"turnOrigin":"human"') ? [at] : []));
  const from = prompts[index] ?? NaN;
  const to = lines.findIndex((line, at) => at > from && line.includes('"subtype":"turn_duration"'));
  if (to === -1)
    throw new Error('The example session has no such turn: examples/ was changed, change this file too');
  const pieces = lines.slice(from, to + 1).flatMap((line) => [...cut(line), '\n']);
  return (number, more = '') =>
    pieces.map((piece) => (typeof piece === 'string' ? piece : piece(number, more))).join('');
}

type Piece = string | ((number: number, more: string) => string);

const VARIABLE =
  /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|\b(?:msg|req|toolu)_\w+|\b\d{4}-\d\d-\d\dT[\d:.]+Z|\/\/ Money is kept as whole cents\.\\n/g;

const MINUTE_MS = 60_000;

function cut(line: string): Piece[] {
  const pieces: Piece[] = [];
  const isRead = line.includes('"numLines"');
  let end = 0;
  for (const { 0: found, index } of line.matchAll(VARIABLE)) {
    pieces.push(line.slice(end, index));
    end = index + found.length;
    pieces.push(vary(found, isRead));
  }
  return [...pieces, line.slice(end)];
}

function vary(found: string, isRead: boolean): Piece {
  if (found === SESSION_ID) return found;
  if (found.startsWith('//')) return isRead ? (_, more) => found + more : found;
  if (found.endsWith('Z')) {
    const time = Date.parse(found);
    return (number) => new Date(time + number * MINUTE_MS).toISOString();
  }
  // The rest stays random enough to tell the ids of one copy apart.
  return (number) => found.slice(0, -8) + number.toString(16).padStart(8, '0');
}
