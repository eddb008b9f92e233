// The beginning and the end of a session, as a backend gets them: each once, with what lies between.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogRow } from '../../collector/model.ts';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { eventsOf } from './support/signals.ts';
import { tell, type ToldStory } from './support/told.ts';
import { callHook, expectAtRest, makeWorld, settled, startClient, type Client, type World } from './support/world.ts'; // prettier-ignore

let backend: LoopbackBackend;
let world: World;
beforeEach(async () => {
  backend = await startBackend();
  world = makeWorld();
});
afterEach(async () => {
  await backend.stop();
});

test('a session has one start, after its first turn, and one end with all its turns', async () => {
  const { transcript, oneTurn, hook } = session();
  await hook('SessionStart', { source: 'startup', model: 'claude-opus-5-5' });
  expect(bounds()).toEqual([]);
  await oneTurn();
  expect(bounds()).toEqual(['session.start startup']);
  await oneTurn();
  await hook('SessionEnd', { reason: 'prompt_input_exit' });
  expect(bounds()).toEqual(['session.start startup', 'session.end prompt_input_exit']);
  const [start, end] = boundEvents();
  expect(start?.attributes).toMatchObject({
    'session.id': sessionIdOf(transcript),
    'gen_ai.request.model': 'claude-opus-5-5',
  });
  expect(end?.attributes).toMatchObject({
    'turnspan.session.turns': 2,
    'turnspan.session.generations': 4,
    'turnspan.session.tool_calls': 2,
    'turnspan.session.tools_used': ['Bash=2'],
    'turnspan.turn.status': 'completed',
  });
  expectAtRest(world);
});

test('each time that it is taken up again has an end of its own', async () => {
  const { oneTurn, hook } = session();
  await hook('SessionStart', { source: 'startup' });
  await oneTurn();
  await hook('SessionEnd', { reason: 'other' });
  await hook('SessionStart', { source: 'resume' });
  await oneTurn();
  await oneTurn();
  await hook('SessionEnd', { reason: 'logout' });
  expect(bounds()).toEqual(['session.start startup', 'session.end other', 'session.start resume', 'session.end logout']); // prettier-ignore
  expect(turnsOf('session.end')).toEqual([1, 2]);
});

test('the end of a client that was killed is told by the next worker, whoever wakes it', async () => {
  const { oneTurn, hook, client } = session();
  await hook('SessionStart', { source: 'startup' });
  await oneTurn();
  await client.kill();
  const other = session(5000);
  await other.hook('SessionStart', { source: 'startup' });
  expect(bounds()).toEqual(['session.start startup', 'session.end client_gone']);
  expect(turnsOf('session.end')).toEqual([1]);
});

test('where nobody wants them, nothing is counted and nothing is told', async () => {
  const { oneTurn, hook } = session(0, { OTEL_LOGS_EXPORTER: 'none' });
  await hook('SessionStart', { source: 'startup' });
  await oneTurn();
  await hook('SessionEnd', { reason: 'other' });
  expect(backend.requests.map(({ path }) => path)).toEqual(['/v1/traces']);
  expectAtRest(world);
});

interface PlayedSession {
  readonly transcript: string;
  readonly client: Client;
  readonly oneTurn: () => Promise<void>;
  readonly hook: (event: string, payload?: Record<string, unknown>) => Promise<void>;
}

/** A session with its client, whose lines are as old as they say. */
function session(idsFrom = 0, environment: Record<string, string> = {}): PlayedSession {
  const client = startClient({
    OTEL_EXPORTER_OTLP_ENDPOINT: backend.url,
    OTEL_LOGS_EXPORTER: 'otlp',
    ...environment,
  });
  const told = tell(world.project, { idsFrom, startsAt: Date.now() });
  const { transcript, write } = told;
  const hook: PlayedSession['hook'] = async (event, payload) => {
    await callHook(world, { event, transcript, client, ...(payload && { payload }) });
    await settled(world);
  };
  const oneTurn = async (): Promise<void> => {
    catchUp(told);
    const { story } = told;
    story.prompt('Shall we?');
    const call = story.response().tool('Bash', { command: 'ls' });
    story.result(call, 'money.js');
    story.answer('Yes.');
    story.endOfTurn();
    write();
    await hook('Stop');
  };
  return { transcript, client, oneTurn, hook };
}

/** The story's clock is not behind ours. */
function catchUp({ story }: ToldStory): void {
  story.wait(Math.max(0, Date.now() - story.now()));
}

function sessionIdOf(transcript: string): string {
  return /([^/]+)\.jsonl$/.exec(transcript)?.[1] ?? '';
}

function boundEvents(): LogRow[] {
  return eventsOf(backend.requests).filter(({ eventName }) => eventName.startsWith('session.'));
}

function bounds(): string[] {
  return boundEvents().map(({ eventName, attributes }) => {
    const why = attributes['turnspan.session.source'] ?? attributes['turnspan.session.reason'];
    return `${eventName} ${JSON.stringify(why).replaceAll('"', '')}`;
  });
}

function turnsOf(name: string): unknown[] {
  return boundEvents().flatMap(({ eventName, attributes }) =>
    eventName === name ? [attributes['turnspan.session.turns']] : [],
  );
}
