// What was there before the installation stays; what was sent once is known in every file of the project.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { expectSameSpans, exportedSpans, spansOf, type Span } from './support/spans.ts';
import { tell } from './support/told.ts';
import {
  callHook,
  expectAtRest,
  leaveTicket,
  makeWorld,
  settled,
  startClient,
  startWorker,
} from './support/world.ts';

const MINUTE = 60_000;
let backend: LoopbackBackend;

beforeEach(async () => {
  backend = await startBackend();
});
afterEach(async () => {
  await backend.stop();
});

const endpoint = (): Record<string, string> => ({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
const numbers = (spans: readonly Span[]): unknown[] =>
  spans
    .filter(({ parentId }) => parentId === null)
    .map(({ attributes }) => attributes['turnspan.turn.number']);

test('a session from before the installation, resumed, sends its new turns alone, with their right numbers', async () => {
  const world = makeWorld({ installedAt: Date.now() - 5 * MINUTE });
  const { story, ...told } = tell(world.project, { startsAt: Date.now() - 20 * MINUTE });
  for (const text of ['One', 'Two']) {
    story.prompt(text);
    story.answer('Yes.');
    story.endOfTurn();
  }
  told.write();
  const client = startClient(endpoint());
  const { transcript } = told;
  await callHook(world, { event: 'SessionStart', transcript, client, payload: { source: 'resume' } });
  await settled(world);
  expect(backend.requests).toEqual([]);

  story.wait(18 * MINUTE);
  story.prompt('Three');
  story.answer('Yes.');
  story.endOfTurn();
  told.write();
  await callHook(world, { event: 'Stop', transcript, client });
  await settled(world);
  const sent = spansOf(backend.requests);
  expect(numbers(sent)).toEqual([3]);
  const [root] = exportedSpans(transcript)
    .filter(({ parentId }) => parentId === null)
    .slice(-1);
  expectSameSpans(
    sent,
    exportedSpans(transcript).filter(({ traceId }) => traceId === root!.traceId),
  );
});

test('a turn that was open at the installation is not sent, however late it ends', async () => {
  const world = makeWorld({ installedAt: Date.now() - 5 * MINUTE });
  const { story, ...told } = tell(world.project, { startsAt: Date.now() - 6 * MINUTE });
  story.prompt('One');
  story.wait(2 * MINUTE);
  const call = story.response().tool('Bash');
  told.write();
  const client = startClient(endpoint());
  await callHook(world, { event: 'PreCompact', transcript: told.transcript, client });
  await settled(world);
  story.result(call, 'done');
  story.answer('Yes.');
  story.endOfTurn();
  told.write();
  await callHook(world, { event: 'Stop', transcript: told.transcript, client });
  await settled(world);
  expect(backend.requests).toEqual([]);
  await callHook(world, { event: 'SessionEnd', transcript: told.transcript, client });
  await settled(world);
  expectAtRest(world);
});

for (const [how, resume] of [
  ['while the worker is away between the two', false],
  ['when both wait for the same worker', true],
] as const) {
  test(`a fork sends what is new in it and nothing that it copied, ${how}`, async () => {
    const world = makeWorld();
    const { story, ...told } = tell(world.project);
    story.prompt('Shall we?');
    const call = story.response().tool('Read', { file_path: '/home/ada/shop/README.md' });
    story.result(call, 'Example text.');
    story.answer('Yes.');
    story.endOfTurn();
    told.write();
    const client = startClient(endpoint());
    const forked = fork(world.project, told.transcript);
    if (resume) {
      for (const transcript of [told.transcript, forked]) {
        await leaveTicket(world, { event: 'Stop', transcript, client });
      }
      expect(await startWorker(world).ended).toBe(0);
    } else {
      await callHook(world, { event: 'Stop', transcript: told.transcript, client });
      await settled(world);
      const payload = { source: 'fork' };
      await callHook(world, { event: 'SessionStart', transcript: forked, client, payload });
      await settled(world);
    }
    const copied = spansOf(backend.requests);
    const ids = exportedSpans(told.transcript).map(({ id }) => id);
    expect(copied.map(({ id }) => id).sort()).toEqual(ids.sort());

    const branch = tell(world.project, { sessionId: FORK, startsAt: story.now() + MINUTE, idsFrom: 100 });
    branch.story.prompt('And now?');
    branch.story.answer('On.');
    branch.story.endOfTurn();
    branch.write();
    await callHook(world, { event: 'Stop', transcript: forked, client });
    await settled(world);

    const sent = spansOf(backend.requests);
    // With its original beside it, as the worker knows it: the first own turn links to where it came from.
    const added = exportedSpans(world.project).filter(({ id }) => !ids.includes(id));
    expect(added.filter(({ text }) => text.includes('forked_from'))).toHaveLength(1);
    expect(added.map(({ name }) => name)).toEqual(['chat claude-opus-5-5', 'invoke_agent claude-code']);
    expectSameSpans(sent.slice(copied.length), added);
    expect(numbers(added)).toEqual([2]);
  });
}

const FORK = '0d0e0f00-0000-4000-8000-00000000f0f0';

/** What `--fork-session` and `/branch` do: the lines copied with their uuids, message ids and times, under new session and prompt ids. */
function fork(project: string, transcript: string): string {
  const lines = readFileSync(transcript, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      // Lines of this test's own story.
      const entry = JSON.parse(line) as Record<string, unknown>;
      const promptId = entry['promptId'] === undefined ? {} : { promptId: 'prompt-of-the-fork' };
      return JSON.stringify({ ...entry, sessionId: FORK, ...promptId });
    });
  const path = join(project, `${FORK}.jsonl`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
