import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { startBackend, type Answer, type LoopbackBackend } from '../support/loopback-backend.ts';
import { writeExample } from './support/example.ts';
import { expectSameSpans, exportedSpans, spansOf } from './support/spans.ts';
import { tell } from './support/told.ts';
import {
  callHook,
  expectAtRest,
  filesIn,
  logged,
  makeWorld,
  settled,
  startClient,
  tickets,
  until,
  waiting,
  workersOf,
} from './support/world.ts';

const backends: LoopbackBackend[] = [];
const backendThat = async (...answers: readonly Answer[]): Promise<LoopbackBackend> => {
  const backend = await startBackend(...answers);
  backends.push(backend);
  return backend;
};

afterEach(async () => {
  await Promise.all(backends.splice(0).map((backend) => backend.stop()));
});

test('what a backend that was down did not get, it gets at a hook of another session with another backend', async () => {
  const world = makeWorld();
  const [down, up] = [await backendThat(), await backendThat()];
  await down.refuse();
  const first = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: down.url });
  const transcript = await writeExample(world);
  await callHook(world, { event: 'SessionEnd', transcript, client: first });
  await until(() => logged(world, 'delivery.later').length > 0);
  // The client and the worker are gone: all that is left is on disk.
  await first.kill();
  for (const pid of workersOf(world)) process.kill(pid, 'SIGKILL');
  await settled(world);
  expect(waiting(world)).toHaveLength(1);

  await down.listen();
  const second = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: up.url });
  const { story, ...other } = tell(world.project);
  story.prompt('Is it done?');
  story.answer('It is.');
  other.write();
  await callHook(world, { event: 'SessionEnd', transcript: other.transcript, client: second });
  await settled(world);

  expectSameSpans(spansOf(down.requests), exportedSpans(transcript));
  expectSameSpans(spansOf(up.requests), exportedSpans(other.transcript));
  expect(waiting(world)).toEqual([]);
});

test('a backend that hangs holds up no session: its tickets are taken and its spans made meanwhile', async () => {
  const world = makeWorld();
  const [hanging, up] = [await backendThat('hang'), await backendThat()];
  const first = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: hanging.url });
  const transcript = await writeExample(world);
  await callHook(world, { event: 'SessionEnd', transcript, client: first });
  await hanging.received(1);

  const second = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: up.url });
  const { story, ...other } = tell(world.project);
  story.prompt('Is it done?');
  story.answer('It is.');
  other.write();
  await callHook(world, { event: 'SessionEnd', transcript: other.transcript, client: second });
  await until(() => tickets(world).length === 0 && filesIn(world, 'watch').length === 0);
  // Read and made into spans beside the request that hangs; sent there when that has an answer, or by the next worker.
  expect(waiting(world).length + up.requests.length).toBe(2);
});

test('what a backend refuses for good is set aside and told, and the rest goes on', async () => {
  const world = makeWorld();
  const backend = await backendThat({ status: 400 }, { status: 200 });
  const client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
  const { story, ...told } = tell(world.project);
  story.prompt('First');
  story.answer('One.');
  story.endOfTurn();
  told.write();
  await callHook(world, { event: 'Stop', transcript: told.transcript, client });
  await settled(world);
  story.prompt('Second');
  story.answer('Two.');
  story.endOfTurn();
  told.write();
  await callHook(world, { event: 'Stop', transcript: told.transcript, client });
  await settled(world);

  expectSameSpans(spansOf(backend.requests), exportedSpans(told.transcript));
  expect(logged(world, 'delivery.refused')).toEqual([expect.stringContaining('status=400')]);
  expect(filesIn(world, 'refused').filter((name) => name.endsWith('.otlp'))).toHaveLength(1);
  expect(waiting(world)).toEqual([]);
});

test('unless the user asks for it, no text leaves the machine, and none is in the log', async () => {
  const world = makeWorld();
  const backend = await backendThat();
  const client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
  const { story, ...told } = tell(world.project);
  story.prompt('SECRET prompt');
  const response = story.response();
  response.thinking('SECRET thought');
  const call = response.tool('Bash', { command: 'cat SECRET', description: 'SECRET description' });
  story.result(call, 'SECRET output', { isError: true });
  story.answer('SECRET answer');
  story.raw('{"type":"user","SECRET');
  story.raw('}\n');
  story.endOfTurn();
  told.write();
  await callHook(world, {
    event: 'SessionEnd',
    transcript: told.transcript,
    client,
    payload: { last_assistant_message: 'SECRET answer' },
  });
  await settled(world);

  const sent = Buffer.concat(backend.requests.map(({ body }) => gunzipSync(body)));
  expect(spansOf(backend.requests)).toHaveLength(4);
  expect(sent.includes('SECRET')).toBe(false);
  expect(sent.includes('/home/ada')).toBe(false);
  const log = readFileSync(join(world.dir, 'worker.log'), 'utf8');
  expect(log).toContain('line-unreadable');
  expect(log).not.toContain('SECRET');
  expect(statSync(join(world.dir, 'worker.log')).mode & 0o077).toBe(0);
  expectAtRest(world);
});

test('headers that the client was started with go along, and are kept for others to read nowhere', async () => {
  const world = makeWorld();
  const backend = await backendThat();
  const client = startClient({
    OTEL_EXPORTER_OTLP_ENDPOINT: backend.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=k3y',
    TURNSPAN_CONTENT: 'full',
  });
  const transcript = await writeExample(world);
  await callHook(world, { event: 'SessionEnd', transcript, client });
  await settled(world);

  expect(backend.requests.map(({ headers }) => headers['x-api-key'])).toEqual(['k3y']);
  expect(backend.requests.map(({ headers }) => headers['content-type'])).toEqual(['application/json']);
  expectSameSpans(spansOf(backend.requests), exportedSpans(transcript, 'full'));
  expect(readFileSync(join(world.dir, 'worker.log'), 'utf8')).not.toContain('k3y');
});
