// In: a span's attributes. Out: the facts that lists and plain SQL ask for, as columns; `null` where there is none.
import type { Json, JsonObject, SpanRow } from '../model.ts';

export interface SpanFacts {
  readonly serviceName: string;
  readonly sessionId: string | null;
  readonly turnId: string | null;
  readonly turnNumber: number | null;
  /** Set on the root of a turn only. */
  readonly turnStatus: string | null;
  /** Start of what the user asked; on the root of a turn that carries content. */
  readonly prompt: string | null;
  readonly operation: string | null;
  readonly agentName: string | null;
  readonly toolName: string | null;
  readonly model: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

/** What is known of a span. A value of an unexpected type is no fact. */
export function factsOf({ attributes, resource }: Pick<SpanRow, 'attributes' | 'resource'>): SpanFacts {
  const turnStatus = text(attributes['turnspan.turn.status']);
  return {
    serviceName: serviceNameOf(resource),
    sessionId: sessionIdOf(attributes, resource),
    turnId: text(attributes['turnspan.turn.id']),
    turnNumber: count(attributes['turnspan.turn.number']),
    turnStatus,
    prompt: turnStatus === null ? null : firstText(attributes['gen_ai.input.messages']),
    operation: text(attributes['gen_ai.operation.name']),
    agentName: text(attributes['gen_ai.agent.name']),
    toolName: text(attributes['gen_ai.tool.name']),
    model: text(attributes['gen_ai.response.model']) ?? text(attributes['gen_ai.request.model']),
    inputTokens: count(attributes['gen_ai.usage.input_tokens']),
    outputTokens: count(attributes['gen_ai.usage.output_tokens']),
  };
}

/** `service.name`, or the name that the specification gives to a resource without. */
export function serviceNameOf(resource: JsonObject): string {
  return text(resource['service.name']) ?? 'unknown_service';
}

/** The session of a record: its own, else its resource's. */
export function sessionIdOf(attributes: JsonObject, resource: JsonObject): string | null {
  return text(attributes['session.id']) ?? text(resource['session.id']);
}

const PROMPT_LENGTH = 200;

/** The first text part of messages in the form of the GenAI conventions, structured or as a JSON string. */
function firstText(messages: Json | undefined): string | null {
  const list = typeof messages === 'string' ? parseJson(messages) : messages;
  if (!isList(list)) return null;
  for (const message of list) {
    const parts = isObject(message) ? message['parts'] : undefined;
    if (!isList(parts)) continue;
    const part = parts.find((each) => isObject(each) && each['type'] === 'text');
    const content = isObject(part) ? text(part['content']) : null;
    // A cut may fall inside a surrogate pair.
    if (content !== null) return content.trim().slice(0, PROMPT_LENGTH).toWellFormed();
  }
  return null;
}

function parseJson(source: string): Json {
  try {
    return JSON.parse(source) as Json; // what JSON.parse makes is JSON
  } catch {
    return null;
  }
}

function text(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function count(value: Json | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
