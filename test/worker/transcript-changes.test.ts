// What happens to transcripts beside being written on: read again from the beginning, and nothing is sent twice.
import { cpSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { expectSameSpans, exportedSpans, spansOf, type Span } from './support/spans.ts';
import { tell, type ToldStory } from './support/told.ts';
import {
  callHook,
  filesIn,
  logged,
  makeWorld,
  settled,
  startClient,
  type Client,
  type World,
} from './support/world.ts';

let backend: LoopbackBackend;
let world: World;
let client: Client;

beforeEach(async () => {
  backend = await startBackend();
  world = makeWorld();
  client = startClient({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
});
afterEach(async () => {
  await backend.stop();
});

const sent = (): Span[] => spansOf(backend.requests);

function tellTurn({ story, write }: Pick<ToldStory, 'story' | 'write'>, text: string): void {
  story.prompt(text);
  const call = story.response().tool('Bash');
  story.result(call, 'done');
  story.answer('Yes.');
  story.endOfTurn();
  write();
}

async function wake(event: string, transcript: string): Promise<void> {
  await callHook(world, { event, transcript, client });
  await settled(world);
}

/** What may happen to a transcript of one turn, after which Claude Code writes a second one. */
const changes: readonly (readonly [string, (transcript: string) => void, string | undefined])[] = [
  [
    'a transcript that was replaced by a copy',
    (transcript) => {
      cpSync(transcript, `${transcript}.copy`);
      renameSync(`${transcript}.copy`, transcript);
    },
    'reason=replaced',
  ],
  [
    'a transcript that was cut off and written again',
    (transcript) => {
      const text = readFileSync(transcript);
      truncateSync(transcript, 100);
      writeFileSync(transcript, text);
    },
    undefined,
  ],
  [
    'a transcript whose lines were rewritten in place',
    (transcript) => {
      const text = readFileSync(transcript, 'utf8');
      writeFileSync(transcript, text.replaceAll('"gitBranch":"main"', '"gitBranch":"next"'));
    },
    'reason=rewritten',
  ],
  [
    'a transcript that lost a line before what was read',
    (transcript) => {
      const lines = readFileSync(transcript, 'utf8').split('\n');
      writeFileSync(transcript, lines.filter((line) => !line.includes('turn_duration')).join('\n'));
    },
    'transcript-read-again',
  ],
];

for (const [what, change, told] of changes) {
  test(`${what} is read again, and only what is new is sent`, async () => {
    const session = tell(world.project);
    tellTurn(session, 'One');
    await wake('Stop', session.transcript);
    const first = sent();
    expect(first).toHaveLength(4);

    change(session.transcript);
    tellTurn(session, 'Two');
    await wake('Stop', session.transcript);
    expectSameSpans(
      sent().slice(first.length),
      exportedSpans(session.transcript).filter(({ traceId }) => traceId !== first[0]!.traceId),
    );
    expect(sent()).toHaveLength(8);
    if (told !== undefined) expect(logged(world, 'transcript-read-again').join()).toContain(told);
  });
}

test('a transcript that was cut off while a turn was open goes on where it stands', async () => {
  const session = tell(world.project);
  tellTurn(session, 'One');
  session.story.prompt('Two');
  const call = session.story.response().tool('Bash');
  session.story.result(call, 'done');
  session.write();
  await wake('SubagentStop', session.transcript);
  truncateSync(session.transcript, 200);
  await wake('SubagentStop', session.transcript);
  const lines = session.story.writes.map(({ text }) => text).join('');
  writeFileSync(session.transcript, lines);
  session.story.answer('Yes.');
  session.story.endOfTurn();
  session.write();
  await wake('SessionEnd', session.transcript);
  expectSameSpans(sent(), exportedSpans(session.transcript));
});

for (const [how, readAgain, move] of [
  ['renamed', 0, renameSync],
  [
    'copied to another disk and removed',
    1,
    (from: string, to: string) => {
      cpSync(from, to, { recursive: true });
      rmSync(from, { recursive: true });
    },
  ],
] as const) {
  test(`a project's folder that was ${how} is known again, also when another session woke the worker between`, async () => {
    const session = tell(world.project);
    tellTurn(session, 'One');
    session.story.prompt('Two');
    session.write();
    await wake('UserPromptSubmit', session.transcript);
    const first = sent();
    expect(first).toHaveLength(4);

    const moved = join(dirname(world.project), 'moved');
    move(world.project, moved);
    const other = tell(join(world.root, 'elsewhere'), {
      sessionId: '0d0e0f00-0000-4000-8000-000000000002',
    });
    await wake('SessionStart', other.transcript);

    const transcript = session.transcript.replace(world.project, moved);
    const rest = tell(moved, { idsFrom: 100, startsAt: session.story.now() });
    rest.story.answer('On.');
    rest.story.endOfTurn();
    rest.write();
    await wake('Stop', transcript);
    expectSameSpans(
      sent().slice(first.length),
      exportedSpans(transcript).filter(({ traceId }) => traceId !== first[0]!.traceId),
    );
    expect(logged(world, 'transcript-read-again')).toHaveLength(readAgain);
    await wake('SessionEnd', transcript);
    expect(
      filesIn(world, 'sessions').filter((name) => name.startsWith(session.story.sessionId)),
    ).toHaveLength(1);
  });
}

test('a session record that cannot be read is set aside and told, and nothing is sent twice', async () => {
  const session = tell(world.project);
  tellTurn(session, 'One');
  await wake('Stop', session.transcript);
  const [record] = filesIn(world, 'sessions');
  writeFileSync(join(world.dir, 'sessions', record!), '{"version":1,');
  tellTurn(session, 'Two');
  await wake('SessionEnd', session.transcript);
  expectSameSpans(sent(), exportedSpans(session.transcript));
  expect(logged(world, 'session-record-unreadable')).toHaveLength(1);
  expect(filesIn(world, 'sessions')).toContain(`${record}.unreadable`);
});
