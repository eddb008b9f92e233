// A session as Turnspan sends it, invented: three turns with parallel tools of which one fails, a subagent with a nested
// one, a background subagent that ends after its turn, inferred times and long texts; and a trace of another service.
import { type Attributes, type TestSpan, id, traceRequest } from './otlp.ts';

export const SESSION = '5f0c2a7e-93b1-4c1d-8e57-2b6d1f4a9c30';
export const TURNS = [
  '4bf92f3577b34da6a3ce929d0e0e4731',
  '4bf92f3577b34da6a3ce929d0e0e4732',
  '4bf92f3577b34da6a3ce929d0e0e4733',
] as const;
const OTHER_TRACE = '9d0e4b7a1c2f4e5d8a6b3c7f10e2d4b5';

/** The requests in the order in which they are sent: children first, the root last. Times end at `end` (Unix ms). */
export function seedRequests(end: number): object[] {
  return [
    traceRequest(firstTurn(), { traceId: TURNS[0], base: end - 130_000 }),
    traceRequest(secondTurn(), { traceId: TURNS[1], base: end - 62_000 }),
    traceRequest(thirdTurn(), { traceId: TURNS[2], base: end - 9_000 }),
    traceRequest(otherService(), {
      traceId: OTHER_TRACE,
      base: end - 90_000,
      resource: { 'service.name': 'checkout', 'host.name': 'shop-1' },
    }),
  ];
}

function firstTurn(): TestSpan[] {
  const turn = inTurn(1);
  return [
    chat(turn, 2, 1, 120, 3_900, {
      input: 2_113,
      output: 188,
      finish: 'tool_call',
      output_text: 'I will look at both files and run the tests.',
    }),
    tool(
      turn,
      3,
      1,
      3_950,
      4_180,
      'Read',
      { file_path: 'src/cart.ts' },
      'export function total(items: Item[]): number {\n  return items.reduce((sum, item) => sum + item.price, 0);\n}\n'.repeat(
        12,
      ),
    ),
    tool(
      turn,
      4,
      1,
      3_950,
      4_420,
      'Grep',
      { pattern: 'total\\(', path: 'src' },
      'src/cart.ts:1\nsrc/checkout.ts:44',
    ),
    {
      ...tool(
        turn,
        5,
        1,
        3_960,
        9_700,
        'Bash',
        { command: 'npm test -- cart' },
        'FAIL test/cart.test.ts\n  expected 12.5 to be 25\n',
      ),
      error: 'Exit code 1',
    },
    chat(turn, 6, 1, 9_800, 14_300, {
      input: 4_870,
      output: 402,
      finish: 'tool_call',
      output_text: 'The quantity is ignored.',
    }),
    tool(
      turn,
      7,
      1,
      14_350,
      14_410,
      'Edit',
      { file_path: 'src/cart.ts', old_string: 'item.price', new_string: 'item.price * item.quantity' },
      'The file src/cart.ts has been updated.',
    ),
    chat(turn, 8, 1, 14_500, 18_020, {
      input: 5_301,
      output: 96,
      finish: 'stop',
      output_text: 'Fixed: `total` now multiplies by the quantity.',
    }),
    root(
      turn,
      0,
      18_200,
      'completed',
      'The cart shows half of the real total when an item is bought twice. Find out why, fix it, and add a test. <b>Do not</b> touch the checkout page.',
      'Fixed: `total` now multiplies by the quantity.',
    ),
  ];
}

function secondTurn(): TestSpan[] {
  const turn = inTurn(2);
  return [
    chat(turn, 2, 1, 80, 4_200, {
      input: 6_020,
      output: 310,
      finish: 'tool_call',
      output_text: 'I will ask two agents.',
    }),
    tool(
      turn,
      3,
      1,
      4_300,
      31_000,
      'Task',
      { subagent_type: 'reviewer', description: 'Review the change' },
      'Two findings.',
    ),
    agent(turn, 4, 3, 4_400, 30_900, 'reviewer'),
    chat(turn, 5, 4, 4_500, 9_800, { input: 1_880, output: 240, finish: 'tool_call' }),
    tool(
      turn,
      6,
      4,
      9_900,
      24_000,
      'Task',
      { subagent_type: 'Explore', description: 'Find callers' },
      'src/checkout.ts',
    ),
    agent(turn, 7, 6, 10_000, 23_900, 'Explore'),
    chat(turn, 8, 7, 10_100, 14_200, { input: 920, output: 77, finish: 'tool_call' }),
    tool(turn, 9, 7, 14_300, 14_900, 'Glob', { pattern: '**/*.ts' }, 'src/cart.ts\nsrc/checkout.ts'),
    chat(turn, 10, 7, 15_000, 23_800, { input: 1_400, output: 515, finish: 'stop' }),
    {
      ...chat(turn, 11, 4, 24_100, 30_800, { input: 3_300, output: 610, finish: 'stop' }),
      attributes: {
        ...chat(turn, 11, 4, 0, 0, { input: 3_300, output: 610, finish: 'stop' }).attributes,
        'turnspan.start.inferred': true,
      },
    },
    tool(
      turn,
      12,
      1,
      4_310,
      4_900,
      'Task',
      { subagent_type: 'doc-writer', run_in_background: true },
      'started',
    ),
    {
      ...agent(turn, 13, 12, 4_950, 41_000, 'doc-writer'),
      attributes: { ...agent(turn, 13, 12, 0, 0, 'doc-writer').attributes, 'turnspan.end.inferred': true },
    },
    chat(turn, 14, 13, 5_000, 40_500, { input: 2_450, output: 1_980, finish: 'stop' }),
    chat(turn, 15, 1, 31_100, 36_000, {
      input: 8_410,
      output: 222,
      finish: 'stop',
      output_text: 'The review found two small things; the documentation is being written.',
    }),
    root(
      turn,
      0,
      36_100,
      'completed',
      'Have the change reviewed, and let someone write the documentation in the background.',
      'The review found two small things.',
    ),
  ];
}

function thirdTurn(): TestSpan[] {
  const turn = inTurn(3);
  return [
    {
      ...chat(turn, 2, 1, 100, 6_200, { input: 9_120, output: 0, finish: 'error' }),
      error: 'overloaded_error',
      events: [
        {
          name: 'turnspan.api_retry',
          at: 2_100,
          attributes: { attempt: 1, 'http.response.status_code': 529 },
        },
        {
          name: 'turnspan.api_retry',
          at: 4_300,
          attributes: { attempt: 2, 'http.response.status_code': 529 },
        },
      ],
    },
    {
      ...root(turn, 0, 6_300, 'failed', 'Thanks. What did the documentation agent write?', ''),
      error: 'API error',
      links: [
        { traceId: TURNS[1], spanId: spanId(2, 12), attributes: { 'turnspan.link': 'background agent' } },
      ],
    },
  ];
}

function otherService(): TestSpan[] {
  return [
    {
      id: id(0xa1),
      name: 'GET /cart',
      kind: 2,
      start: 0,
      end: 240,
      attributes: {
        'http.request.method': 'GET',
        'http.response.status_code': 200,
        'server.tags': ['eu', 'blue'],
      },
    },
    {
      id: id(0xa2),
      parent: id(0xa1),
      name: 'SELECT items',
      kind: 3,
      start: 20,
      end: 180,
      attributes: { 'db.system.name': 'postgresql' },
    },
    { id: id(0xa3), parent: id(0xff), name: 'publish', kind: 4, start: 190, end: 210 },
  ];
}

interface Turn {
  readonly number: number;
  readonly attributes: Attributes;
}

function inTurn(number: number): Turn {
  return {
    number,
    attributes: {
      'session.id': SESSION,
      'turnspan.turn.id': `turn-${number}`,
      'turnspan.turn.number': number,
    },
  };
}

function root(
  turn: Turn,
  start: number,
  end: number,
  status: string,
  prompt: string,
  answer: string,
): TestSpan {
  return {
    id: spanId(turn.number, 1),
    name: 'invoke_agent claude-code',
    start,
    end,
    attributes: {
      ...turn.attributes,
      'turnspan.turn.status': status,
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'claude-code',
      'gen_ai.input.messages': messages('user', prompt),
      ...(answer === '' ? {} : { 'gen_ai.output.messages': messages('assistant', answer) }),
    },
  };
}

function agent(turn: Turn, n: number, parent: number, start: number, end: number, name: string): TestSpan {
  return {
    id: spanId(turn.number, n),
    parent: spanId(turn.number, parent),
    name: `invoke_agent ${name}`,
    start,
    end,
    attributes: { ...turn.attributes, 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name },
  };
}

interface Generation {
  readonly input: number;
  readonly output: number;
  readonly finish: string;
  readonly output_text?: string;
}

function chat(
  turn: Turn,
  n: number,
  parent: number,
  start: number,
  end: number,
  facts: Generation,
): TestSpan {
  return {
    id: spanId(turn.number, n),
    parent: spanId(turn.number, parent),
    name: 'chat claude-sonnet-4-5',
    kind: 3,
    start,
    end,
    attributes: {
      ...turn.attributes,
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.response.finish_reasons': [facts.finish],
      'gen_ai.usage.input_tokens': facts.input,
      'gen_ai.usage.output_tokens': facts.output,
      ...(facts.output_text === undefined
        ? {}
        : { 'gen_ai.output.messages': messages('assistant', facts.output_text) }),
    },
  };
}

function tool(
  turn: Turn,
  n: number,
  parent: number,
  start: number,
  end: number,
  name: string,
  input: object,
  result: string,
): TestSpan {
  return {
    id: spanId(turn.number, n),
    parent: spanId(turn.number, parent),
    name: `execute_tool ${name}`,
    start,
    end,
    attributes: {
      ...turn.attributes,
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      'gen_ai.tool.call.arguments': JSON.stringify(input),
      'gen_ai.tool.call.result': result,
    },
  };
}

function messages(role: string, content: string): string {
  return JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);
}

export function spanId(turn: number, n: number): string {
  return id(turn * 0x100 + n);
}
