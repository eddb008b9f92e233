// In: a time and ids. Out: the spans of a test trace: one turn with one API response, as a real one looks, without content.
// Always: marked `turnspan.test`, so that nobody counts them; they say nothing of this machine but Turnspan's version.
import { randomBytes } from 'node:crypto';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { configured, constant, safeName } from '../privacy/safe-text.ts';
import type { ResourceSettings } from '../config/resource.ts';
import { Common, GenAi, Turnspan } from '../telemetry/semconv.ts';
import { createSources } from '../telemetry/source.ts';
import { toSpan } from '../telemetry/span.ts';
import { version } from '../version.ts';

export interface TestTrace {
  readonly traceId: string;
  /** The child first, the root last, as always. */
  readonly spans: readonly ReadableSpan[];
}

/** What marks a trace that `turnspan test` made. */
export const TEST_MARK = 'turnspan.test';

/** A trace that ended at `now` (milliseconds since 1970), with ids of its own. */
export function testTrace(now: number, { serviceName }: Pick<ResourceSettings, 'serviceName'>): TestTrace {
  const traceId = randomBytes(16).toString('hex');
  const [root, child] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')];
  const source = createSources(safeName(version), {
    serviceName: serviceName === undefined ? undefined : configured(serviceName),
  })(undefined);
  const common = {
    [TEST_MARK]: true,
    [GenAi.provider]: constant('anthropic'),
    [GenAi.conversationId]: safeName(`turnspan-test-${traceId.slice(0, 8)}`),
    [Common.sessionId]: safeName(`turnspan-test-${traceId.slice(0, 8)}`),
  };
  const chat = toSpan(
    {
      traceId,
      spanId: child,
      parentSpanId: root,
      name: constant('chat turnspan-test'),
      kind: 'client',
      startedAt: now - 900,
      endedAt: now - 100,
      attributes: [
        common,
        {
          [GenAi.operation]: constant('chat'),
          [GenAi.requestModel]: constant('turnspan-test'),
          [GenAi.responseModel]: constant('turnspan-test'),
          [GenAi.inputTokens]: 2,
          [GenAi.outputTokens]: 1,
        },
      ],
    },
    source,
  );
  const turn = toSpan(
    {
      traceId,
      spanId: root,
      name: constant('invoke_agent claude-code'),
      kind: 'internal',
      startedAt: now - 1000,
      endedAt: now,
      attributes: [
        common,
        {
          [GenAi.operation]: constant('invoke_agent'),
          [GenAi.agentName]: constant('claude-code'),
          [Turnspan.turnStatus]: constant('completed'),
        },
      ],
    },
    source,
  );
  return { traceId, spans: [chat, turn] };
}
