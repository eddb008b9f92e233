// In: one tool call. Out: its span, `execute_tool {tool}`. A tool of an MCP server carries the MCP attributes on the
// same span.
import type { ToolCall } from '../session/model.ts';
import type { ContentPolicy } from '../privacy/policy.ts';
import { constant, optionalName, safeName, writtenName } from '../privacy/safe-text.ts';
import { mcpServerOf } from './mcp-server.ts';
import { spanId } from './ids.ts';
import { withoutImages } from './messages.ts';
import { commonAttributes, under, type Place } from './place.ts';
import { Common, GenAi, Native, Turnspan } from './semconv.ts';
import type { SafeAttributes, SpanInput } from './span.ts';
import { toolDetails } from './tool-details.ts';
import { fieldsOf } from './tool-fields.ts';
import type { TraceOf } from './trace-context.ts';

export function toolSpan(
  toolCall: ToolCall,
  place: Place,
  content: ContentPolicy,
  traceOf: TraceOf,
): SpanInput {
  const name = writtenName(toolCall.name) ?? constant('unknown');
  const id = safeName(toolCall.id);
  const failed = toolCall.outcome === 'failed';
  return {
    spanId: toolSpanId(toolCall.id),
    name: safeName(`execute_tool ${name}`),
    kind: 'internal',
    startedAt: toolCall.startedAt,
    endedAt: toolCall.endedAt,
    failed,
    attributes: [
      ...commonAttributes(place),
      {
        [GenAi.operation]: constant('execute_tool'),
        [GenAi.toolName]: name,
        [GenAi.toolCallId]: id,
        [Native.toolUseId]: id,
        [GenAi.toolType]: constant('function'),
        [Turnspan.toolOutcome]: constant(toolCall.outcome),
        [Common.errorType]: failed ? constant('tool_error') : undefined,
        [Turnspan.toolInputBytes]: jsonBytes(toolCall.arguments),
        [Turnspan.toolResultBytes]: toolCall.result === undefined ? undefined : jsonBytes(toolCall.result),
        [Turnspan.toolDurationMs]: toldDuration(toolCall),
        [Turnspan.toolPermissionWaitMs]: permissionWait(toolCall),
        [Turnspan.toolPermissionDecision]: optionalName(toolCall.permissionDecision),
        [Turnspan.toolPermissionSource]: optionalName(toolCall.permissionSource),
        [Turnspan.toolDenialKind]: optionalName(toolCall.denialKind),
        [Turnspan.endInferred]: toolCall.endInferred || undefined,
      },
      mcpAttributes(toolCall.name),
      toolDetails(toolCall, content),
      {
        [GenAi.toolArguments]: content.json(() => toolCall.arguments),
        [GenAi.toolResult]:
          toolCall.result === undefined ? undefined : content.json(() => withoutImages(toolCall.result)),
      },
    ],
    ...under(place, traceOf),
  };
}

export function toolSpanId(toolUseId: string): string {
  return spanId('tool', toolUseId);
}

function mcpAttributes(name: string): SafeAttributes {
  const server = mcpServerOf(name);
  if (server === undefined) return {};
  return { [Common.mcpMethod]: constant('tools/call'), [Turnspan.mcpServer]: writtenName(server) };
}

/** How long the tool itself says that it worked: without the wait for a permission or behind a sibling. */
function toldDuration({ name, details }: ToolCall): number | undefined {
  // The result of an MCP tool is its own: a field of this name there can mean anything.
  if (name.startsWith('mcp__')) return undefined;
  const told = fieldsOf(details);
  const seconds = told.number('durationSeconds');
  const milliseconds = told.number('durationMs') ?? told.number('totalDurationMs');
  return milliseconds ?? (seconds === undefined ? undefined : Math.round(seconds * 1000));
}

/** How long a person was asked: what the tool did not work, where a person decided about it. */
function permissionWait(toolCall: ToolCall): number | undefined {
  const worked = toldDuration(toolCall);
  if (worked === undefined || toolCall.permissionSource?.startsWith('user_') !== true) return undefined;
  return Math.max(0, toolCall.endedAt - toolCall.startedAt - worked);
}

/** Size in UTF-8 bytes: of a text itself, of anything else as JSON. */
function jsonBytes(value: unknown): number {
  return utf8Bytes(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Most texts are ASCII, which a regular expression tells three times as fast as `byteLength` counts. */
function utf8Bytes(text: string): number {
  return BEYOND_ASCII.test(text) ? Buffer.byteLength(text) : text.length;
}

const BEYOND_ASCII = /[^\0-\x7f]/;
