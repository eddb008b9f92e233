// What a dialect is: names that one backend reads beside the base attributes, with the same meaning.
// Always: it adds, and changes nothing that is there; what it says comes from the span's base attributes, or from the thing
// through the content policy, so that it lets nothing out that the base would not.
import type { ContentPolicy } from '../../privacy/policy.ts';
import type { Completed } from '../../session/model.ts';
import type { SafeAttributes } from '../span.ts';

/** The span as it is without the dialect. */
export interface BaseSpan {
  /** With the user's marks. */
  readonly attributes: SafeAttributes;
  /** Its status is ERROR. */
  readonly failed: boolean;
  /** Characters that a text may have; where it is not there, nothing limits it. */
  readonly valueLength?: number | undefined;
}

/** The attributes that a backend reads of the span of one thing. */
export type Dialect = (one: Completed, base: BaseSpan, content: ContentPolicy) => SafeAttributes;
