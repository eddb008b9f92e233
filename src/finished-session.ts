// In: a transcript that nobody writes any more. Out: what is complete in it and in its agents' files, to their ends.
// Always: nothing is remembered and nothing is waited for; a turn that is open at the end is over, as `lost`.
import { basename } from 'node:path';
import { createSessionReader, type ReaderOptions } from './session-reader.ts';
import type { Completed } from './session/model.ts';
import { noFacts } from './session/session-facts.ts';
import { emptyCheckpoint } from './state/session-record.ts';

/** The id of a session, which is the name of its transcript. */
export function sessionIdOf(transcript: string): string {
  return basename(transcript, '.jsonl');
}

/** What a reading of finished sessions can be asked for. */
export type ReadingOptions = Pick<ReaderOptions, 'log' | 'onFault' | 'wholeInput' | 'costOf'>;

/** Reads a finished session from its beginning, a step at a time, so that a huge one needs little memory. */
export function readFinished(transcript: string, options: ReadingOptions): AsyncGenerator<Completed[]> {
  const reader = createSessionReader({
    ...options,
    sessionId: sessionIdOf(transcript),
    transcript,
    checkpoint: emptyCheckpoint,
    takeLast: true,
  });
  return reader.read({ ...noFacts, over: true });
}
