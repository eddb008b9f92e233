// All that a judgement is made of: what the model server answered, what the client wrote down, what came to the backend.
import type { LogRow, MetricPoint, SpanRow } from '../../collector/model.ts';
import type { Expected } from './scenario.ts';
import type { Exchange } from './support/model-exchanges.ts';
import type { Written } from './written.ts';

export interface Evidence {
  readonly expected: Expected;
  /** In the order of their arrival. */
  readonly exchanges: readonly Exchange[];
  readonly written: Written;
  /** Turnspan's, in the order of their arrival. */
  readonly spans: readonly SpanRow[];
  /** Turnspan's metrics, in the order of their arrival. */
  readonly points: readonly MetricPoint[];
  /** All that Turnspan's own files say when everything is done. */
  readonly kept: string;
  /** The client's own; empty where it has none or it is off. */
  readonly native: {
    readonly spans: readonly SpanRow[];
    readonly logs: readonly LogRow[];
    readonly points: readonly MetricPoint[];
  };
}

/** Something that is not as it should be. */
export interface Fault {
  /** The rule that is broken, a few words. */
  readonly rule: string;
  /** What is wrong with what. */
  readonly what: string;
  /** A time is off: a busy machine can be the reason. */
  readonly isTime?: boolean;
}
