// The list of things to do was written: how long it is, and how much of it is done.
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';
import { fieldsOf } from '../tool-fields.ts';

export const todoWrite: ToolExtractor = {
  tools: ['TodoWrite'],
  describe: ({ input }) => {
    const todos = input.list('todos');
    return {
      facts: {
        [Tool.todos]: todos?.length,
        [Tool.todosCompleted]: todos?.filter((todo) => fieldsOf(todo).text('status') === 'completed').length,
      },
    };
  },
};
