// In: one run of a subagent. Out: its span, `invoke_agent {type}`, under the tool call that launched it.
import type { AgentRun, TurnScope } from '../session/model.ts';
import type { ContentPolicy } from '../privacy/policy.ts';
import { constant, optionalName, safeName, writtenName } from '../privacy/safe-text.ts';
import { inputText, outputText } from './messages.ts';
import { agentSpanId, commonAttributes, turnSpanId, turnTraceId } from './place.ts';
import { rollUpAttributes } from './roll-up-attributes.ts';
import { Common, GenAi, Turnspan } from './semconv.ts';
import type { SpanInput } from './span.ts';
import { toolSpanId } from './tool-span.ts';
import type { TraceOf } from './trace-context.ts';
import { workAttributes } from './work-attributes.ts';

export function agentSpan(
  run: AgentRun,
  scope: TurnScope,
  content: ContentPolicy,
  traceOf: TraceOf,
): SpanInput {
  const failed = run.outcome === 'failed';
  const type = writtenName(run.type);
  return {
    traceId: turnTraceId(scope, traceOf),
    spanId: agentSpanId(run.owner),
    parentSpanId: parentOf(run, scope),
    name: type === undefined ? constant('invoke_agent') : safeName(`invoke_agent ${type}`),
    kind: 'internal',
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    failed,
    attributes: [
      ...commonAttributes({ scope, owner: run.owner }),
      {
        [GenAi.operation]: constant('invoke_agent'),
        [GenAi.provider]: constant('anthropic'),
        [GenAi.agentName]: type,
        [GenAi.agentId]: safeName(run.owner.agentId),
        [Turnspan.agentUnlaunched]: run.unlaunched === undefined ? undefined : constant(run.unlaunched),
        [Turnspan.agentDepth]: run.depth,
        [Turnspan.agentBackground]: run.background,
        [Turnspan.agentOutcome]: constant(run.outcome),
        [Common.errorType]: failed ? (optionalName(run.error) ?? constant('agent_error')) : undefined,
        [Turnspan.endInferred]: run.endInferred || undefined,
      },
      rollUpAttributes('turnspan.agent', run.rollUp),
      workAttributes('turnspan.agent', run.rollUp.work, content),
      {
        [GenAi.agentDescription]: run.description === undefined ? undefined : content.text(run.description),
        [GenAi.inputMessages]: inputText(run.input, content),
        [GenAi.outputMessages]: outputText(
          run.output,
          run.outcome === 'completed' ? 'stop' : 'error',
          content,
        ),
      },
    ],
  };
}

function parentOf(run: AgentRun, scope: TurnScope): string | undefined {
  if (run.unlaunched === 'orphan') return undefined;
  return run.toolUseId === undefined ? turnSpanId(scope) : toolSpanId(run.toolUseId);
}
