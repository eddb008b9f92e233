// In: one tool call. Out: its span, `execute_tool {tool}`. A tool of an MCP server carries the MCP attributes on the
// same span.
import type { ToolCall } from '../session/model.ts';
import type { ContentPolicy } from '../privacy/policy.ts';
import { constant, safeName } from '../privacy/safe-text.ts';
import { spanId } from './ids.ts';
import { withoutImages } from './messages.ts';
import { commonAttributes, under, type Place } from './place.ts';
import { Common, GenAi, Native, Turnspan } from './semconv.ts';
import type { SafeAttributes, SpanInput } from './span.ts';

export function toolSpan(toolCall: ToolCall, place: Place, content: ContentPolicy): SpanInput {
  const name = safeName(toolCall.name);
  const id = safeName(toolCall.id);
  const failed = toolCall.outcome === 'failed';
  return {
    ...under(place),
    spanId: toolSpanId(toolCall.id),
    name: safeName(`execute_tool ${name}`),
    kind: 'internal',
    startedAt: toolCall.startedAt,
    endedAt: toolCall.endedAt,
    failed,
    attributes: {
      ...commonAttributes(place),
      [GenAi.operation]: constant('execute_tool'),
      [GenAi.toolName]: name,
      [GenAi.toolCallId]: id,
      [Native.toolUseId]: id,
      [GenAi.toolType]: constant('function'),
      [Turnspan.toolOutcome]: constant(toolCall.outcome),
      [Common.errorType]: failed ? constant('tool_error') : undefined,
      [Turnspan.toolInputBytes]: jsonBytes(toolCall.arguments),
      [Turnspan.toolResultBytes]: toolCall.result === undefined ? undefined : jsonBytes(toolCall.result),
      [Turnspan.endInferred]: toolCall.endInferred || undefined,
      ...mcpAttributes(toolCall.name),
      [GenAi.toolArguments]: content.json(() => toolCall.arguments),
      [GenAi.toolResult]:
        toolCall.result === undefined ? undefined : content.json(() => withoutImages(toolCall.result)),
    },
  };
}

export function toolSpanId(toolUseId: string): string {
  return spanId('tool', toolUseId);
}

/** `mcp__server__tool` is how the client names a tool of an MCP server. */
function mcpAttributes(name: string): SafeAttributes {
  const server = /^mcp__(.+?)__/.exec(name)?.[1];
  if (server === undefined) return {};
  return { [Common.mcpMethod]: constant('tools/call'), [Turnspan.mcpServer]: safeName(server) };
}

/** Size in UTF-8 bytes: of a text itself, of anything else as JSON. */
function jsonBytes(value: unknown): number {
  return utf8Bytes(typeof value === 'string' ? value : JSON.stringify(value));
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
