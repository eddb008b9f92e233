// In: TURNSPAN_CONTENT, and the switch that every GenAI instrumentation reads. Out: the content level of a destination.
// Always: ours goes before what the config file says of a destination. The ecosystem's speaks of instrumentations at large: it
// counts only where variables alone name the destination, and lets nothing out to one of the config file. Where nobody says a
// readable word, nothing; a word of ours that cannot be read is no leave for the other to let more out.
import { bestOf } from './best-of.ts';
import type { Warn } from './best-of.ts';
import type { ContentLevel } from './destination.ts';
import type { Signal } from './signal.ts';
import { CAPTURE_VARIABLE } from './variables.ts';

/** Decides for one signal of a destination; `own` is what the config file says of it, `unsaid` where it stands there without a level. */
export type ContentOf = (signal: Signal, own?: ContentLevel | 'unsaid') => DecidedContent;

export interface ContentSwitches {
  /** What `TURNSPAN_CONTENT` says. */
  readonly level: ContentLevel | undefined;
  readonly contentOf: ContentOf;
}

export interface DecidedContent {
  readonly value: ContentLevel;
  /** `file`: what the config file says of the destination; `default`: nobody said anything. */
  readonly by: 'TURNSPAN_CONTENT' | 'file' | typeof CAPTURE_VARIABLE | 'default';
}

/** Reads both switches. */
export function readContent(variables: ReadonlyMap<string, string>, warn: Warn): ContentSwitches {
  const ours = bestOf<ContentLevel | undefined>(variables, ['TURNSPAN_CONTENT'], LEVEL, undefined, warn);
  const captured = bestOf<Capture | undefined>(variables, [CAPTURE_VARIABLE], CAPTURE, undefined, warn);
  const contentOf: ContentOf = (signal, own) => {
    // In a metric there is no content.
    if (signal === 'metrics') return { value: 'none', by: 'default' };
    if (ours.value !== undefined) return { value: ours.value, by: 'TURNSPAN_CONTENT' };
    if (own !== undefined && own !== 'unsaid') return { value: own, by: 'file' };
    if (own === 'unsaid' || captured.value === undefined || variables.has('TURNSPAN_CONTENT'))
      return { value: 'none', by: 'default' };
    const isWanted = captured.value === 'all' || captured.value === signal;
    return { value: isWanted ? 'full' : 'none', by: CAPTURE_VARIABLE };
  };
  return { level: ours.value, contentOf };
}

const LEVEL = {
  expected: 'none or full',
  parse: (text: string) => (['none', 'full'] as const).find((level) => level === text.toLowerCase()),
};

/** What may have content. OpenTelemetry's events are log records. */
type Capture = 'none' | 'traces' | 'logs' | 'all';

const CAPTURE_WORDS = new Map<string, Capture>([
  ['true', 'all'],
  ['span_and_event', 'all'],
  ['span_only', 'traces'],
  ['event_only', 'logs'],
  ['no_content', 'none'],
  ['false', 'none'],
]);

const CAPTURE = {
  expected: 'true, false, NO_CONTENT, SPAN_ONLY, EVENT_ONLY or SPAN_AND_EVENT',
  parse: (text: string) => CAPTURE_WORDS.get(text.toLowerCase()),
};
