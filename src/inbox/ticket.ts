// In: the bytes of one ticket. Out: what it says, typed, or why it says nothing.
// Always: only what later rooms need is kept (an event may hold megabytes of an answer's text, and that stands in the
// transcript anyway); a key that is missing or of another type than expected is absent, since clients differ.
import * as z from 'zod';
import { openEnvelope, type Client } from './envelope.ts';
import { parseTraceParent, type TraceParent } from './trace-parent.ts';

/** One event of Claude Code, as its hook was told of it (Claude Code's hooks reference, 1.0.40 to 2.1.329). */
export interface Ticket {
  /** The file's name in inbox/. */
  readonly name: string;
  /** Milliseconds since 1970: the file's own time, when the hook had written it. */
  readonly arrivedAt: number;
  /** The named variables that were set in the hook's environment; whoever uses one decides whether to trust it. */
  readonly variables: ReadonlyMap<string, string>;
  /** What `TRACEPARENT` names, if it names anything. */
  readonly traceParent?: TraceParent | undefined;
  /** Absent where there is no /proc, or the process was gone already. */
  readonly client?: Client | undefined;
  /** Claude Code's name for it: `Stop`, `SessionEnd`, … */
  readonly event: string;
  readonly sessionId?: string | undefined;
  /** May name a file that does not exist yet. */
  readonly transcriptPath?: string | undefined;
  readonly cwd?: string | undefined;
  /** Equals `promptId` of the transcript's lines. Since 2.1.196. */
  readonly promptId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly agentType?: string | undefined;
  readonly agentTranscriptPath?: string | undefined;
  /** Of SessionEnd: `clear`, `resume`, `logout`, `prompt_input_exit`, `other`. */
  readonly reason?: string | undefined;
  /** Of SessionStart: `startup`, `resume`, `clear`, `compact`, `fork`. */
  readonly source?: string | undefined;
  /** Of SessionStart, where the client tells it. */
  readonly model?: string | undefined;
  /** Of StopFailure: the kind of error, `rate_limit` and the like. */
  readonly error?: string | undefined;
  /** True when an earlier Stop hook of the same turn blocked. */
  readonly stopHookActive?: boolean | undefined;
}

/** `unfinished`: a hook still writes it, or was killed. A `reason` holds no content. */
export type ParsedTicket =
  | { readonly kind: 'ticket'; readonly ticket: Ticket }
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads a ticket that lies in inbox/ under `name` since `arrivedAt` (milliseconds since 1970). */
export function parseTicket(name: string, arrivedAt: number, bytes: Buffer): ParsedTicket {
  const envelope = openEnvelope(bytes);
  if (envelope.kind === 'unfinished') return { kind: 'unfinished' };
  if (envelope.kind === 'unknown') return unreadable('not a ticket of this version');
  if (envelope.event.length === 0) return unreadable('the hook got no event on its standard input');
  const json = parseJson(envelope.event);
  if (json === undefined) return unreadable('the event is not JSON');
  const event = hookEvent.safeParse(json);
  if (!event.success) return unreadable('the event has no hook_event_name');
  const { variables, client } = envelope;
  const traceParent = parseTraceParent(variables.get('TRACEPARENT'));
  return { kind: 'ticket', ticket: { name, arrivedAt, variables, traceParent, client, ...event.data } };
}

const text = z.string().optional().catch(undefined);

/** The keys of a hook's input that are used. */
const hookEvent = z
  .object({
    hook_event_name: z.string().min(1),
    session_id: text,
    transcript_path: text,
    cwd: text,
    prompt_id: text,
    agent_id: text,
    agent_type: text,
    agent_transcript_path: text,
    reason: text,
    source: text,
    model: text,
    error: text,
    stop_hook_active: z.boolean().optional().catch(undefined),
  })
  .transform((event) => ({
    event: event.hook_event_name,
    sessionId: event.session_id,
    transcriptPath: event.transcript_path,
    cwd: event.cwd,
    promptId: event.prompt_id,
    agentId: event.agent_id,
    agentType: event.agent_type,
    agentTranscriptPath: event.agent_transcript_path,
    reason: event.reason,
    source: event.source,
    model: event.model,
    error: event.error,
    stopHookActive: event.stop_hook_active,
  }));

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function unreadable(reason: string): ParsedTicket {
  return { kind: 'unreadable', reason };
}
