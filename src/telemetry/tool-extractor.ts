// The shape of an extractor: what one built-in tool tells in its input and its structured result.
// Always: an extractor cannot let text out. What it puts into `texts` obeys the content level; into `facts` go numbers,
// booleans and words of the client.
import type { SafeText } from '../privacy/safe-text.ts';
import type { Fields } from './tool-fields.ts';

/** A tool call as an extractor sees it. */
export interface RecordedCall {
  /** As the model asked for it. */
  readonly input: Fields;
  /** As the client recorded it; without fields where the call failed, was denied or has no result. */
  readonly result: Fields;
  /** The text of its error, where it failed. */
  readonly failure?: string | undefined;
}

/** Attributes by name. Those without a value are left out. */
export interface ToolTold {
  /** Leave at every content level. */
  readonly facts?: Readonly<Record<string, number | boolean | SafeText | undefined>>;
  /** Content: commands, paths, URLs, queries, patterns, names that users give. */
  readonly texts?: Readonly<Record<string, string | undefined>>;
}

export interface ToolExtractor {
  /** Names of the tool, old ones too. */
  readonly tools: readonly string[];
  describe(call: RecordedCall): ToolTold;
}
