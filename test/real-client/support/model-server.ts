// A stand-in for the Anthropic Messages API on loopback, for any version of Claude Code. It answers as a script says and
// writes down what it answered: that is the truth which a trace is held against.
// Always: times are this process's clock, which is the client's too; it never speaks to anybody but the client.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendStream, sendWhole, type WireBlock } from './model-answer.ts';
import { recordExchanges, type Exchange, type ToolUse } from './model-exchanges.ts';
import { readRequest, type ModelRequest } from './model-request.ts';
import { say, type Reply, type Script } from './model-script.ts';
import { freshId, toWire } from './model-wire.ts';

/** A running server. */
export interface ModelServer {
  /** For `ANTHROPIC_BASE_URL`, no slash at the end. */
  readonly url: string;
  /** Requests with a message, in the order of their arrival. */
  readonly requests: readonly ModelRequest[];
  /** What became of them, in the order of their ends; those that are still open come when the server stops. */
  readonly exchanges: readonly Exchange[];
  /** `METHOD path` of what is not known here and got a 404, and scripts that threw: a test expects none. */
  readonly surprises: readonly string[];
  /** Another script from now on; its counts begin at 0. */
  follow(script: Script): void;
  /** Resolves when this many requests have come in all. */
  received(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server. Stop it in the end. */
export async function startModelServer(script: Script): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const exchanges = recordExchanges();
  const surprises: string[] = [];
  const waiting = new Set<() => void>();
  const keys = new Map<string, string>();
  const counts = new Map<string, number>();

  const server = createServer((incoming, response) => {
    void handle(incoming, response).catch((error: unknown) => {
      surprises.push(String(error));
      response.destroy();
    });
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const path = url.split('?', 1)[0] ?? '';
    const body = await bodyOf(incoming);
    if (method === 'HEAD') {
      response.writeHead(200).end();
      return;
    }
    if (path === '/v1/messages/count_tokens') {
      sendJson(response, 200, { input_tokens: Math.ceil(body.length / 4) });
      return;
    }
    const read = path === '/v1/messages' ? readRequest(body, headers) : undefined;
    if (read === undefined) {
      surprises.push(`${method} ${path}`);
      sendJson(response, 404, errorBody('not_found_error', 'Not here.'));
      return;
    }
    const counter = `${read.purpose} ${read.conversation}`;
    const earlier = counts.get(counter) ?? 0;
    counts.set(counter, earlier + 1);
    const results = read.results.map((id) => keys.get(id) ?? id);
    const request = { ...read, results, earlier, number: requests.length + 1 };
    requests.push(request);
    for (const look of [...waiting]) look();
    await answer(request, read.results, response);
  }

  async function answer(
    request: ModelRequest,
    returned: readonly string[],
    response: ServerResponse,
  ): Promise<void> {
    const { number, purpose, conversation, session, model } = request;
    const requestId = freshId('req_011C', 28);
    const scripted = script(request);
    const reply = scripted ?? unscriptedReply(request);
    exchanges.open({
      ...{ number, purpose, conversation, model, requestId, returned },
      ...(session === undefined ? {} : { session }),
      outcome: 'unanswered',
      status: 0,
      startedAt: new Date().toISOString(),
      unscripted: scripted === undefined,
    });
    response.on('close', () => {
      exchanges.close(number);
    });
    switch (reply.kind) {
      case 'silence':
        return;
      case 'error':
        sendJson(response, reply.status, errorBody(reply.type, reply.message), { 'request-id': requestId });
        exchanges.close(number, { outcome: 'refused', status: reply.status });
        return;
      case 'answer': {
        const wire = toWire(reply, request, requestId, keys);
        await sleep(reply.waitMs ?? 0);
        if (response.destroyed) return;
        const { messageId, usage, stopReason } = wire;
        let toolUses = toolUsesOf(wire.blocks, keys);
        exchanges.update(number, { outcome: 'cut', status: 200, messageId, usage, stopReason, toolUses });
        const blockSent = (block: WireBlock) => {
          const sentAt = new Date().toISOString();
          toolUses = toolUses.map((use) =>
            block.type === 'tool_use' && block.id === use.id ? { ...use, sentAt } : use,
          );
          exchanges.update(number, { toolUses });
        };
        if (!request.stream) sendWhole(response, wire);
        else if ((await sendStream(response, wire, blockSent)) === 'cut') return;
        exchanges.close(number, { outcome: 'answered' });
      }
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    exchanges: exchanges.closed,
    surprises,
    follow: (next) => {
      script = next;
      counts.clear();
    },
    received: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (requests.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    stop: () =>
      new Promise((resolve) => {
        exchanges.closeAll();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function toolUsesOf(blocks: readonly WireBlock[], keys: ReadonlyMap<string, string>): ToolUse[] {
  return blocks.flatMap((block) => {
    if (block.type !== 'tool_use') return [];
    const key = keys.get(block.id);
    const launches = /\[agent ([\w-]+)\]/.exec(JSON.stringify(block.input))?.[1];
    return {
      ...{ id: block.id, name: block.name },
      ...(key === undefined ? {} : { key }),
      ...(launches === undefined ? {} : { launches }),
    };
  });
}

function unscriptedReply({ purpose }: ModelRequest): Reply {
  switch (purpose) {
    case 'turn':
      return say('OK.');
    case 'aside':
      return say('Side answer.');
    case 'helper':
      return say('{"title":"A small task"}');
    case 'summary':
      return say('<analysis>Short.</analysis>\n<summary>They talked; all is done.</summary>');
  }
}

function errorBody(type: string, message: string): object {
  return { type: 'error', error: { type, message } };
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer); // no encoding is set, so chunks are buffers
  return Buffer.concat(chunks).toString('utf8');
}
