// In: one completed thing of a session, or what is known of its beginning and end. Out: its events, as log records.
// Always: the same thing makes the same events with the same ids; each is in the trace of the thing's span; which text
// they carry is the policy's decision.
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { Completed } from '../../session/model.ts';
import type { SpanOptions } from '../to-span.ts';
import { EVENT_KINDS, type EventKind } from './catalog.ts';
import { compactionEvent } from './compaction.ts';
import { errorEvents } from './error.ts';
import type { EventRecord } from './event.ts';
import { generationEvent } from './generation.ts';
import { promptEvents } from './prompt.ts';
import { sessionEndEvent, sessionStartEvent, type SessionEvent } from './session-events.ts';
import { subagentEvents } from './subagent.ts';
import { toLogRecord } from './to-log-record.ts';
import { toolResultEvent } from './tool-result.ts';

/** What decides an event beside the transcript: what decides a span, and which kinds are wanted. */
export interface EventOptions extends SpanOptions {
  /** All of them, where nothing is said. */
  readonly kinds?: ReadonlySet<EventKind> | undefined;
}

/** The events of a completed thing, as log records. */
export function toLogRecords(completed: Completed, options: EventOptions): ReadableLogRecord[] {
  return eventsOf(completed, options).map((event) => toLogRecord(event, options));
}

/** The events of a completed thing. */
export function eventsOf(
  completed: Completed,
  { content, traceOf, kinds = ALL }: Pick<EventOptions, 'content' | 'traceOf' | 'kinds'>,
): EventRecord[] {
  const events: EventRecord[] = [];
  switch (completed.kind) {
    case 'generation':
      if (kinds.has('generation')) events.push(generationEvent(completed.generation, completed, traceOf));
      break;
    case 'tool-call':
      if (kinds.has('tool')) events.push(toolResultEvent(completed.toolCall, completed, content, traceOf));
      break;
    case 'compaction':
      if (kinds.has('compaction')) events.push(compactionEvent(completed.compaction, completed, traceOf));
      break;
    case 'agent-run':
      if (kinds.has('subagent'))
        events.push(...subagentEvents(completed.agentRun, completed.scope, content, traceOf));
      break;
    case 'turn':
      if (kinds.has('prompt')) events.push(...promptEvents(completed.turn, content, traceOf));
      break;
  }
  if (kinds.has('error')) events.push(...errorEvents(completed, content, traceOf));
  return events;
}

const ALL: ReadonlySet<EventKind> = new Set(EVENT_KINDS);

/** The beginning or the end of a session; none where it is not wanted, nothing tells when that was, or the session goes on. */
export function sessionRecords({ kind, summary }: SessionEvent, options: EventOptions): ReadableLogRecord[] {
  const { kinds = ALL, content } = options;
  if (!kinds.has('session')) return [];
  const event = kind === 'start' ? sessionStartEvent(summary, content) : sessionEndEvent(summary, content);
  return event === undefined ? [] : [toLogRecord(event, options)];
}
