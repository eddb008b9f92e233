// Tools of an MCP server: a small one over stdio, one call of which fails.
import { askAll } from '../play.ts';
import { turn, type Scenario } from '../scenario.ts';
import { play, say, use } from '../support/model-script.ts';

const server = `
const answer = (id, message) => console.log(JSON.stringify({ jsonrpc: '2.0', id, ...message }));
const tool = {
  name: 'look_up',
  description: 'Looks up a price',
  inputSchema: { type: 'object', properties: { item: { type: 'string' } }, required: ['item'] },
};
const text = (text) => [{ type: 'text', text }];
const methods = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'prices', version: '1.0.0' },
  }),
  'tools/list': () => ({ tools: [tool] }),
  'tools/call': ({ arguments: { item } }) =>
    item === 'pear' ? { isError: true, content: text('no pears') } : { content: text('1.25') },
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id !== undefined) answer(id, { result: methods[method]?.(params) ?? {} });
});
`;

export const mcpServer: Scenario = {
  name: 'mcp-server',
  mode: 'headless',
  files: {
    'prices.cjs': server,
    'prices.json': JSON.stringify({ mcpServers: { prices: { command: 'node', args: ['prices.cjs'] } } }),
  },
  env: { ENABLE_TOOL_SEARCH: 'false' },
  script: play({
    main: [
      say(
        'I look up.',
        use('mcp__prices__look_up', { item: 'apple' }),
        use('mcp__prices__look_up', { item: 'pear' }, 'pear'),
      ),
      say('Apples are 1.25.'),
    ],
  }),
  drive: async (scene) => {
    await askAll(
      scene,
      ['Prices?'],
      ['--mcp-config', 'prices.json', '--allowedTools', 'mcp__prices__look_up'],
    );
  },
  expects: { turns: [turn(2)], outcomes: { pear: 'failed' } },
};
