// In: attempts of a request that failed and were tried again. Out: span events.
import type { Generation } from '../session/model.ts';
import { constant } from '../privacy/safe-text.ts';
import { Common, Turnspan } from './semconv.ts';
import type { SafeEvent } from './span.ts';

export function retryEvents(retries: Generation['retries']): SafeEvent[] {
  return retries.map((retry) => ({
    name: constant('turnspan.retry'),
    at: retry.timestamp,
    attributes: {
      [Common.httpStatus]: retry.status,
      [Turnspan.retryAttempt]: retry.attempt,
      [Turnspan.retryWaitMs]: retry.waitMs,
    },
  }));
}
