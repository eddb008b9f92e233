// In: a session as `readSession` gives it. Out: its spans, as the OpenTelemetry SDK's own type.
// Always: the spans that the worker and `turnspan export` send of the same session, with the same ids; each once. No
// text is in them unless `content: 'full'` asks for it.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import * as z from 'zod';
import type { ContentLevel } from './privacy/policy.ts';
import type { Session } from './read-session.ts';
import { spanMaker } from './span-maker.ts';

/** What decides the spans beside the session. */
export interface SpansOptions {
  /** `none` (the default): numbers, ids, outcomes, and names of tools, models and agents. `full`: texts too. */
  readonly content?: ContentLevel | undefined;
  /** `service.name` of the resource; `claude-code` if nothing else is said. */
  readonly serviceName?: string | undefined;
  /** More attributes of the resource; they win over Turnspan's own. */
  readonly resourceAttributes?: Readonly<Record<string, string>> | undefined;
}

/**
 * Makes the spans of a session, for any `SpanExporter`. All spans of one client version share one resource.
 *
 * @throws TypeError for options that there are not: a level that is misspelt must not send what nobody meant to send.
 */
export function toReadableSpans(session: Session, options: SpansOptions = {}): ReadableSpan[] {
  const { content, serviceName, resourceAttributes } = parseOptions(options);
  const toSpan = spanMaker(content, {
    ...(serviceName === undefined ? {} : { serviceName }),
    attributes: resourceAttributes,
  });
  const spans = new Map<string, ReadableSpan>();
  for (const one of session.completed) {
    const span = toSpan(one);
    const { spanId } = span.spanContext();
    // Lines can stand in more than one of a session's files: what they tell happened once.
    if (!spans.has(spanId)) spans.set(spanId, span);
  }
  return [...spans.values()];
}

const optionsSchema = z.strictObject({
  content: z.enum(['none', 'full']).default('none'),
  serviceName: z.string().optional(),
  resourceAttributes: z.record(z.string(), z.string()).default({}),
});

function parseOptions(options: SpansOptions): z.infer<typeof optionsSchema> {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new TypeError(`toReadableSpans: invalid options:\n${z.prettifyError(parsed.error)}`);
}
