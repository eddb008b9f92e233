// The recorded example session, and its writes in the order in which they reached the disk.
import { join } from 'node:path';
import { readStory, type Told } from './recorded-story.ts';

const folder = join(import.meta.dirname, '../../examples/session');

/** Id of the example, which is the name of its files. */
export const EXAMPLE_ID = 'dfd7c184-e8a4-4722-9ba0-bbc1e17e2fdd';
export const EXAMPLE_TRANSCRIPT = join(folder, `${EXAMPLE_ID}.jsonl`);

/** Reads the example as a story. */
export function exampleStory(): Told {
  return readStory(EXAMPLE_TRANSCRIPT);
}
