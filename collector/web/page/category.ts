// In: a span. Out: the category that gives it its colour.
import type { SpanView } from '../../query/views.ts';

export type Category = 'agent' | 'chat' | 'tool' | 'other';

export const CATEGORY_NAMES: Readonly<Record<Category, string>> = {
  agent: 'agent',
  chat: 'generation',
  tool: 'tool call',
  other: 'other',
};

export function categoryOf(span: SpanView): Category {
  const operation = span.attributes['gen_ai.operation.name'];
  return (typeof operation === 'string' ? OPERATIONS.get(operation) : undefined) ?? 'other';
}

const OPERATIONS: ReadonlyMap<string, Category> = new Map([
  ['invoke_agent', 'agent'],
  ['create_agent', 'agent'],
  ['invoke_workflow', 'agent'],
  ['chat', 'chat'],
  ['text_completion', 'chat'],
  ['generate_content', 'chat'],
  ['execute_tool', 'tool'],
]);
