import { afterEach, expect, test } from 'vitest';
import * as z from 'zod';
import { agent, bash, overloaded, play, say, silence, think, use, type Script } from './model-script.ts';
import { startModelServer, type ModelServer } from './model-server.ts';

const running: ModelServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

test('each conversation follows its own list of replies', async () => {
  const server = await serve(
    play({ main: [say('one'), say('two')], helper: [say('a title')], left: [say('left one')] }),
  );
  expect(await textOf(server, ask('hello'))).toBe('one');
  expect(await textOf(server, ask('[agent left] look'))).toBe('left one');
  expect(await textOf(server, { ...ask('title?'), tools: [] })).toBe('a title');
  expect(await textOf(server, ask('hello', 'one', 'again'))).toBe('two');
  expect(await textOf(server, ask('hello', 'two', 'and again'))).toBe('OK.');
  expect(server.exchanges.map(({ conversation, purpose }) => `${conversation} ${purpose}`)).toEqual([
    'main turn',
    'left turn',
    'main helper',
    'main turn',
    'main turn',
  ]);
  expect(server.exchanges.map(({ unscripted }) => unscripted)).toEqual([false, false, false, false, true]);
});

test('a stream tells what the record says: ids, blocks in order, final usage, stop reason', async () => {
  const server = await serve(play({ main: [say(think('hm'), 'I look.', bash('ls'), agent('left'))] }));
  const response = await post(server, { ...ask('hello'), stream: true, tools: [{ name: 'Task' }] });
  const events = eventsOf(await response.text());
  const [exchange] = server.exchanges;
  expect(exchange).toMatchObject({ outcome: 'answered', status: 200, stopReason: 'tool_use' });
  expect(exchange?.requestId).toBe(response.headers.get('request-id'));
  expect(exchange?.toolUses?.map(({ name }) => name)).toEqual(['Bash', 'Task']);
  expect(events.flatMap(({ content_block }) => content_block?.type ?? [])).toEqual([
    'thinking',
    'text',
    'tool_use',
    'tool_use',
  ]);
  expect(events.at(0)?.message?.id).toBe(exchange?.messageId);
  expect(events.findLast(({ usage }) => usage !== undefined)?.usage).toEqual(exchange?.usage);
  expect(Date.parse(exchange?.endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(exchange?.startedAt ?? ''));
});

test('a script is told which of its calls came back', async () => {
  const seen: string[][] = [];
  const server = await serve((request) => {
    seen.push([...request.results]);
    return request.earlier === 0 ? say(use('Bash', { command: 'ls' }, 'list')) : say('done');
  });
  await textOf(server, ask('hello'));
  const id = server.exchanges[0]?.toolUses?.[0]?.id ?? '';
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'money.js' }] };
  await textOf(server, { ...ask('hello'), messages: [{ role: 'assistant', content: 'x' }, result] });
  expect(seen).toEqual([[], ['list']]);
});

test('errors, silence and streams that stand still are recorded as what they are', async () => {
  const server = await serve(
    play({ main: [overloaded, silence, { ...say('a b c d e f g h'), stallAfter: 0 }] }),
  );
  const refused = await post(server, ask('hello'));
  expect([refused.status, await refused.json()]).toMatchObject([
    529,
    { error: { type: 'overloaded_error' } },
  ]);
  const gone = new AbortController();
  const open = [post(server, ask('hello'), gone.signal)];
  await server.received(2);
  open.push(post(server, { ...ask('hello'), stream: true }, gone.signal));
  await open[1];
  gone.abort();
  await Promise.allSettled(open);
  await server.stop();
  expect(server.exchanges.map(({ number, outcome, status }) => [number, outcome, status]).sort()).toEqual([
    [1, 'refused', 529],
    [2, 'unanswered', 0],
    [3, 'cut', 200],
  ]);
});

test('what is not the Messages API is a surprise', async () => {
  const server = await serve(() => undefined);
  expect((await fetch(`${server.url}/api/oauth`)).status).toBe(404);
  expect((await fetch(server.url, { method: 'HEAD' })).status).toBe(200);
  expect(server.surprises).toEqual(['GET /api/oauth']);
});

async function serve(script: Script): Promise<ModelServer> {
  const server = await startModelServer(script);
  running.push(server);
  return server;
}

/** A request whose messages are these, user and assistant in turn. */
function ask(...texts: readonly string[]) {
  const messages: object[] = texts.map((content, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content,
  }));
  return { model: 'claude-opus-5-5', stream: false, tools: [{ name: 'Bash' }, { name: 'Agent' }], messages };
}

function post(server: ModelServer, body: object, signal?: AbortSignal): Promise<Response> {
  const init = { method: 'POST', body: JSON.stringify(body), ...(signal === undefined ? {} : { signal }) };
  return fetch(`${server.url}/v1/messages?beta=true`, init);
}

async function textOf(server: ModelServer, body: object): Promise<string | undefined> {
  const shape = z.object({ content: z.array(z.object({ text: z.string().optional() })) });
  return shape.parse(await (await post(server, body)).json()).content[0]?.text;
}

const eventShape = z.object({
  type: z.string(),
  message: z.object({ id: z.string() }).optional(),
  content_block: z.object({ type: z.string() }).optional(),
  usage: z.unknown().optional(),
});

function eventsOf(stream: string) {
  return [...stream.matchAll(/^data: (.*)$/gm)].map(([, data]) => eventShape.parse(JSON.parse(data ?? '')));
}
