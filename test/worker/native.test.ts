// Beside Claude Code's own traces: one trace where both go to one place, else a trace of our own with a link (design.md,
// "Native trace"). The hook gets the `TRACEPARENT` that the client would give it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { expectSameSpans, exportedSpans, spansOf, type Span } from './support/spans.ts';
import type { Conversation, Story } from '../support/transcripts.ts';
import { tell, type ToldStory } from './support/told.ts';
import {
  callHook,
  expectAtRest,
  leaveTicket,
  makeWorld,
  settled,
  startClient,
  startWorker,
  type Client,
  type World,
} from './support/world.ts';

let backend: LoopbackBackend;
let world: World;

beforeEach(async () => {
  backend = await startBackend();
  world = makeWorld();
});
afterEach(async () => {
  await backend.stop();
});

const TRACED = {
  CLAUDE_CODE_ENABLE_TELEMETRY: '1',
  CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
  OTEL_TRACES_EXPORTER: 'otlp',
};
/** The client's own spans of two turns. */
const FIRST = { traceId: '1'.repeat(32), spanId: 'a'.repeat(16) };
const SECOND = { traceId: '2'.repeat(32), spanId: 'b'.repeat(16) };

const sent = (): Span[] => spansOf(backend.requests);
const roots = (spans = sent()): Span[] => spans.filter(({ name }) => name === 'invoke_agent claude-code');

function traced(more: Readonly<Record<string, string>> = {}): Client {
  return startClient({ ...TRACED, OTEL_EXPORTER_OTLP_ENDPOINT: backend.url, ...more });
}

function naming({ traceId, spanId }: typeof FIRST, flags = '01'): Record<string, string> {
  return { TRACEPARENT: `00-${traceId}-${spanId}-${flags}` };
}

/** A story whose lines are as old as the hooks that speak of them. */
function tellNow(options: Parameters<typeof tell>[1] = {}): ToldStory {
  return tell(world.project, { startsAt: Date.now(), ...options });
}

/** A turn with an agent, told to its end. */
function tellTurn({ story, write }: ToldStory): string {
  const { promptId } = story.prompt('Shall we?');
  const call = story.response().tool('Agent', { subagent_type: 'reviewer' });
  const agent = story.agent('a1', 'Review it', { toolUseId: call, type: 'reviewer' });
  agent.answer('Good.');
  story.result(call, 'Good.');
  story.answer('Yes.');
  story.endOfTurn();
  write();
  return promptId;
}

/** The one turn of a world whose hooks had this `TRACEPARENT`. */
async function oneTurn(client: Client, environment: Record<string, string>): Promise<Span> {
  const told = tellNow();
  const promptId = tellTurn(told);
  const call = { transcript: told.transcript, client, environment, payload: { prompt_id: promptId } };
  await leaveTicket(world, { ...call, event: 'UserPromptSubmit' });
  await callHook(world, { ...call, event: 'Stop' });
  await settled(world);
  const [root] = roots();
  expect(roots()).toHaveLength(1);
  // Whatever the trace: all in one, under each other as ever.
  expect(new Set(sent().map(({ traceId }) => traceId))).toEqual(new Set([root!.traceId]));
  expect(underEachOther(sent())).toEqual(underEachOther(exportedSpans(told.transcript)));
  return root!;
}

/** Span ids with those of their parents, but for the root's. */
function underEachOther(spans: readonly Span[]): string[] {
  return spans
    .map(({ id, name, parentId }) =>
      name === 'invoke_agent claude-code' ? id : `${id} ${name} under ${parentId}`,
    )
    .sort();
}

function expectMerged(root: Span, { traceId, spanId } = FIRST): void {
  expect(root).toMatchObject({ traceId, parentId: spanId, links: [] });
}

function expectLinked(root: Span, { traceId, spanId } = FIRST): void {
  expect(root.traceId).not.toBe(traceId);
  expect(root.parentId).toBeNull();
  expect(root.links).toMatchObject([{ traceId, spanId, attributes: { 'turnspan.link.kind': 'native' } }]);
}

function expectAlone(root: Span): void {
  expect(root).toMatchObject({ parentId: null, links: [] });
}

function configure(content: Record<string, unknown>): void {
  const file = join(world.home, '.config/turnspan/config.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ version: 1, ...content }));
}

test('the turn hangs under the span that the client has for it, and all of the turn is in that trace', async () => {
  expectMerged(await oneTurn(traced(), naming(FIRST)));
});

test('the same where the user has both in the settings of Claude Code', async () => {
  mkdirSync(join(world.home, '.claude'), { recursive: true });
  const env = { ...TRACED, OTEL_EXPORTER_OTLP_ENDPOINT: backend.url };
  writeFileSync(join(world.home, '.claude/settings.json'), JSON.stringify({ env }));
  expectMerged(await oneTurn(startClient({}), naming(FIRST)));
});

test.each<[string, Record<string, string>, string?]>([
  ['does not record the trace', {}, '00'],
  ['has the flag of its telemetry off', { CLAUDE_CODE_ENABLE_TELEMETRY: '0' }],
])('a client that %s: a trace of our own, with a link', async (_, environment, flags) => {
  expectLinked(await oneTurn(traced(environment), naming(FIRST, flags)));
});

test('a client that writes its traces to its console: a trace of our own, with a link', async () => {
  configure({ destinations: { mine: { endpoint: backend.url } } });
  expectLinked(await oneTurn(traced({ OTEL_TRACES_EXPORTER: 'console' }), naming(FIRST)));
});

test("two destinations: a trace of our own, with a link, unless the user's file says merge", async () => {
  const destinations = { mine: { endpoint: backend.url } };
  const client = traced({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:9/collector' });
  configure({ destinations });
  expectLinked(await oneTurn(client, naming(FIRST)));
  configure({ destinations, native: 'merge' });
  const again = tellNow({ idsFrom: 100, sessionId: SECOND_SESSION });
  const payload = { prompt_id: tellTurn(again) };
  const { transcript } = again;
  await callHook(world, { event: 'Stop', transcript, client, environment: naming(SECOND), payload });
  await settled(world);
  expectMerged(roots()[1]!, SECOND);
});

test('TURNSPAN_NATIVE goes before the file', async () => {
  configure({ native: 'merge' });
  expectLinked(await oneTurn(traced({ TURNSPAN_NATIVE: 'separate' }), naming(FIRST)));
});

test('no TRACEPARENT: a trace of our own', async () => {
  expectAlone(await oneTurn(traced(), {}));
});

test('a TRACEPARENT that is none: a trace of our own', async () => {
  expectAlone(
    await oneTurn(traced(), { TRACEPARENT: `00-${FIRST.traceId}-${FIRST.spanId.toUpperCase()}-01` }),
  );
});

test('the client was started with a trace and makes no spans: a link in a terminal', async () => {
  const started = { OTEL_EXPORTER_OTLP_ENDPOINT: backend.url, ...naming(FIRST) };
  expectLinked(await oneTurn(startClient(started), { CLAUDE_CODE_ENTRYPOINT: 'cli' }));
});

test('and the parent under -p', async () => {
  const started = { OTEL_EXPORTER_OTLP_ENDPOINT: backend.url, ...naming(FIRST) };
  expectMerged(await oneTurn(startClient(started), { CLAUDE_CODE_ENTRYPOINT: 'sdk-cli' }));
});

test("a project's settings join a turn to nothing", async () => {
  mkdirSync(join(world.home, 'shop/.claude'), { recursive: true });
  const env = { ...naming(FIRST), TURNSPAN_NATIVE: 'merge', ...TRACED };
  writeFileSync(join(world.home, 'shop/.claude/settings.json'), JSON.stringify({ env }));
  const client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
  expectAlone(await oneTurn(client, env));
});

test('the order of the tickets is nothing to it, nor those of other events with another trace', async () => {
  const told = tellNow();
  const promptId = tellTurn(told);
  const call = { transcript: told.transcript, client: traced(), payload: { prompt_id: promptId } };
  const [first, second] = [naming(FIRST), naming(SECOND)];
  await leaveTicket(world, { ...call, event: 'SubagentStop', environment: second });
  await leaveTicket(world, { ...call, event: 'SessionStart', environment: second });
  await leaveTicket(world, { ...call, event: 'Stop', environment: first });
  await leaveTicket(world, { ...call, event: 'UserPromptSubmit', environment: first });
  expect(await startWorker(world).ended).toBe(0);
  expectMerged(roots()[0]!);
});

test('nothing of a turn leaves before a ticket of its prompt', async () => {
  const client = traced();
  const { story, transcript, write } = tellNow();
  // A `!` command has no UserPromptSubmit.
  const { promptId } = story.prompt('Shall we?');
  story.result(story.response().tool('Bash'), 'done');
  const call = story.response().tool('Bash');
  write();
  await callHook(world, { event: 'SubagentStop', transcript, client });
  await settled(world);
  expect(sent()).toEqual([]);
  story.result(call, 'done');
  story.answer('Yes.');
  story.endOfTurn();
  write();
  const payload = { prompt_id: promptId };
  await callHook(world, { event: 'Stop', transcript, client, environment: naming(FIRST), payload });
  await settled(world);
  expect(sent()).toHaveLength(6);
  expectMerged(roots()[0]!);
  expect(new Set(sent().map(({ traceId }) => traceId))).toEqual(new Set([FIRST.traceId]));
  await callHook(world, { event: 'SessionEnd', transcript, client });
  await settled(world);
  expectAtRest(world);
});

test('while with one its parts leave before its end', async () => {
  const client = traced();
  const { story, transcript, write } = tellNow();
  const { promptId } = story.prompt('Shall we?');
  story.result(story.response().tool('Bash'), 'done');
  story.response().tool('Bash');
  write();
  const payload = { prompt_id: promptId };
  await callHook(world, {
    event: 'UserPromptSubmit',
    transcript,
    client,
    environment: naming(FIRST),
    payload,
  });
  await settled(world);
  expect(sent().map(({ name, traceId }) => [name, traceId])).toEqual([
    ['execute_tool Bash', FIRST.traceId],
    ['chat claude-opus-5-5', FIRST.traceId],
  ]);
});

test.each(['2.1.150', '2.1.195'])(
  'a client that tells no hook its prompt (%s) is waited for with nothing',
  async (version) => {
    const client = traced();
    const { story, transcript, write } = tellNow({ version });
    story.prompt('Shall we?', { promptId: 'prompt' });
    story.result(story.response().tool('Bash'), 'done');
    story.response().tool('Bash');
    write();
    await callHook(world, { event: 'SubagentStop', transcript, client });
    await settled(world);
    expect(sent().map(({ name }) => name)).toEqual(['execute_tool Bash', 'chat claude-opus-5-5']);
    await callHook(world, { event: 'SessionEnd', transcript, client });
    await settled(world);
    expectSameSpans(sent(), exportedSpans(transcript));
  },
);

test("a turn that ends without a ticket has a trace of its own, to its last agent's end", async () => {
  const client = traced();
  const { story, transcript, write } = tellNow();
  const { promptId } = story.prompt('Shall we?');
  const agent = launchInBackground(story);
  write();
  await callHook(world, { event: 'SessionStart', transcript, client });
  await settled(world);
  expectAlone(roots()[0]!);
  // Too late: the turn has left.
  await callHook(world, {
    event: 'Stop',
    transcript,
    client,
    environment: naming(FIRST),
    payload: { prompt_id: promptId },
  });
  agent.answer('Good.');
  story.notification('a1');
  story.answer('It is.');
  story.endOfTurn();
  write();
  await callHook(world, { event: 'SessionEnd', transcript, client });
  await settled(world);
  expectSameSpans(sent(), exportedSpans(transcript));
});

test('an agent that ends in a later wake-up is in the trace of its turn, and the turn that reports on it links there', async () => {
  const client = traced();
  const { story, transcript, write } = tellNow();
  const { promptId } = story.prompt('Shall we?');
  const agent = launchInBackground(story);
  write();
  const payload = { prompt_id: promptId };
  await callHook(world, { event: 'Stop', transcript, client, environment: naming(FIRST), payload });
  await settled(world);
  expectMerged(roots()[0]!);
  const before = sent().length;

  agent.answer('Good.');
  write();
  // The hook of an agent's end has the prompt id of whatever runs then.
  const now = { prompt_id: 'another prompt' };
  await callHook(world, {
    event: 'SubagentStop',
    transcript,
    client,
    environment: naming(SECOND),
    payload: now,
  });
  await settled(world);
  const { promptId: next } = story.notification('a1');
  story.answer('It is.');
  story.endOfTurn();
  write();
  await callHook(world, {
    event: 'Stop',
    transcript,
    client,
    environment: naming(SECOND),
    payload: { prompt_id: next },
  });
  await settled(world);

  const later = sent().slice(before);
  expect(later.map(({ name, traceId }) => [name, traceId])).toEqual([
    ['chat claude-opus-5-5', FIRST.traceId],
    ['invoke_agent general-purpose', FIRST.traceId],
    ['chat claude-opus-5-5', SECOND.traceId],
    ['invoke_agent claude-code', SECOND.traceId],
  ]);
  expect(later[3]).toMatchObject({
    parentId: SECOND.spanId,
    links: [{ traceId: FIRST.traceId, attributes: { 'turnspan.link.kind': 'launched_by' } }],
  });
});

test('a fork of a merged turn links to where that turn is, and its copy joins nothing', async () => {
  const client = traced();
  const told = tellNow();
  const promptId = tellTurn(told);
  const payload = { prompt_id: promptId };
  const environment = naming(FIRST);
  await callHook(world, { event: 'Stop', transcript: told.transcript, client, environment, payload });
  await settled(world);
  const before = sent().length;

  const transcript = copyAsFork(told.transcript, 'prompt-of-the-fork');
  await callHook(world, { event: 'SessionStart', transcript, client, payload: { source: 'fork' } });
  await settled(world);
  const fork = tell(world.project, {
    sessionId: SECOND_SESSION,
    idsFrom: 100,
    startsAt: told.story.now() + 60_000,
  });
  // As the client has it: the copied lines carry the prompt id of the first own turn.
  fork.story.prompt('And now?', { promptId: 'prompt-of-the-fork' });
  fork.story.answer('On.');
  fork.story.endOfTurn();
  fork.write();
  const own = { prompt_id: 'prompt-of-the-fork' };
  await callHook(world, { event: 'Stop', transcript, client, environment: naming(SECOND), payload: own });
  await settled(world);
  const added = sent().slice(before);
  expect(roots(added)).toHaveLength(1);
  expect(roots(added)[0]).toMatchObject({
    traceId: SECOND.traceId,
    parentId: SECOND.spanId,
    links: [
      {
        traceId: FIRST.traceId,
        spanId: roots()[0]!.id,
        attributes: { 'turnspan.link.kind': 'forked_from' },
      },
    ],
  });
  expect(new Set(added.map(({ traceId }) => traceId))).toEqual(new Set([SECOND.traceId]));
});

test('a turn whose client was killed keeps the trace, and is its root: the span above was never handed out', async () => {
  const client = traced();
  const { story, transcript, write } = tellNow();
  const { promptId } = story.prompt('Shall we?');
  story.result(story.response().tool('Bash'), 'done');
  story.response().tool('Bash');
  write();
  const payload = { prompt_id: promptId };
  await callHook(world, {
    event: 'UserPromptSubmit',
    transcript,
    client,
    environment: naming(FIRST),
    payload,
  });
  await settled(world);
  await client.kill();
  const elsewhere = tell(world.project, { sessionId: SECOND_SESSION }).transcript;
  await callHook(world, { event: 'SessionStart', transcript: elsewhere, client: traced() });
  await settled(world);
  const [root] = roots();
  expect(root).toMatchObject({ traceId: FIRST.traceId, parentId: null, links: [] });
  expect(root?.attributes['turnspan.turn.status']).toBe('lost');
  expect(new Set(sent().map(({ traceId }) => traceId))).toEqual(new Set([FIRST.traceId]));
});

test('a turn in which the client ended by itself hangs under the span that it handed out at its end', async () => {
  const client = traced();
  const { story, transcript, write } = tellNow();
  const { promptId } = story.prompt('Shall we?');
  story.response().tool('Bash');
  write();
  const call = { transcript, client, environment: naming(FIRST), payload: { prompt_id: promptId } };
  await callHook(world, { ...call, event: 'UserPromptSubmit' });
  await callHook(world, { ...call, event: 'SessionEnd', environment: {} });
  await settled(world);
  const [root] = roots();
  expect(root?.attributes['turnspan.turn.status']).toBe('lost');
  expectMerged(root!);
});

const SECOND_SESSION = '0d0e0f00-0000-4000-8000-000000000002';

/** A call that launches an agent, and the end of the turn before the agent's. */
function launchInBackground(story: Story): Conversation {
  const call = story.response().tool('Agent', {});
  const agent = story.agent('a1', 'Review it', { toolUseId: call, background: true });
  story.result(call, 'launched', {
    toolUseResult: { isAsync: true, status: 'async_launched', agentId: 'a1' },
  });
  story.answer('Later.');
  story.endOfTurn();
  return agent;
}

/** What `--fork-session` does: the lines copied with their uuids, message ids and times, under new session and prompt ids. */
function copyAsFork(transcript: string, promptId: string): string {
  const lines = readFileSync(transcript, 'utf8').split('\n').filter(Boolean);
  const copies = lines.map((line) => {
    // Lines of this test's own story.
    const entry = JSON.parse(line) as Record<string, unknown>;
    const prompt = entry['promptId'] === undefined ? {} : { promptId };
    return JSON.stringify({ ...entry, sessionId: SECOND_SESSION, ...prompt });
  });
  const path = join(world.project, `${SECOND_SESSION}.jsonl`);
  writeFileSync(path, `${copies.join('\n')}\n`);
  return path;
}
