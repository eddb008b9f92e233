// A whole session as a value: what is in it, what could not be read, and what is an error.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { readSession, type Completed, type ReadOptions } from '../../src/index.ts';
import { EXAMPLE_ID, EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { temporaryFolder } from '../support/folders.ts';
import { newStory, writeStory } from '../support/transcripts.ts';

describe('a session that was read', () => {
  test('holds the example whole, turn after turn, each behind the parts of its thread', async () => {
    const { sessionId, completed, unreadable, unknownTypes } = await readSession(EXAMPLE_TRANSCRIPT);
    expect(sessionId).toBe(EXAMPLE_ID);
    expect(completed).toHaveLength(40);
    expect([unreadable, unknownTypes]).toEqual([[], {}]);
    const turns = completed.flatMap((one) => (one.kind === 'turn' ? [one.turn] : []));
    expect(turns.map(({ scope, status }) => [scope.number, status])).toEqual(
      turns.map((_, index) => [index + 1, 'completed']),
    );
    const closed = new Set<string>();
    for (const one of completed) {
      if (closed.has(one.scope.turnId)) expect(mayOutliveItsTurn(one)).toBe(true);
      if (one.kind === 'turn') closed.add(one.scope.turnId);
    }
  });

  test('has what each response cost, by the list or by prices of your own', async () => {
    const costs = async (options?: ReadOptions) =>
      (await readSession(EXAMPLE_TRANSCRIPT, options)).completed.flatMap((one) =>
        one.kind === 'generation' ? [one.generation.cost] : [],
      );
    const listed = await costs();
    expect(listed).toContain(20_207_000);
    expect(listed).toContain(undefined);
    expect(await costs({ prices: [{ model: '*', discount: 0.5 }] })).toEqual(
      listed.map((cost) => (cost === undefined ? undefined : cost / 2)),
    );
    const free = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
    expect(new Set(await costs({ prices: [{ model: 'claude-*', ...free }] }))).toEqual(new Set([0]));
  });

  test('ends where its file ends: an unfinished last line is a line, an open turn is lost', async () => {
    const story = newStory();
    story.prompt('Fix the test');
    story.answer('Fixed.');
    story.endOfTurn();
    story.prompt('And now the other');
    const { transcript } = writeStory(temporaryFolder(), story);
    writeFileSync(transcript, readFileSync(transcript, 'utf8').trimEnd());
    const { completed } = await readSession(transcript);
    const turns = completed.flatMap((one) => (one.kind === 'turn' ? [one.turn.status] : []));
    expect(turns).toEqual(['completed', 'lost']);
  });

  test('tells which lines could not be read, where and why, and quotes nothing of them', async () => {
    const story = newStory();
    story.note({ type: 'telepathy', secret: 'my secret' });
    story.note({ type: 'telepathy' });
    const inMain = bytesOf(story.writes);
    story.raw('{"type":"user","text":"my secret\n');
    story.prompt('Have it reviewed');
    const toolUseId = story.response().tool('Agent', { prompt: 'Review' });
    const agent = story.agent('a1', 'Review', { toolUseId });
    const inAgent = bytesOf(story.writes.filter(({ file }) => file === 'a1'));
    agent.raw('["my secret"]\n');
    const session = await readSession(writeStory(temporaryFolder(), story).transcript);
    expect(session.unreadable).toEqual([
      { file: `${story.sessionId}.jsonl`, offset: inMain, reason: 'not valid JSON' },
      { file: 'agent-a1.jsonl', offset: inAgent, reason: 'not an object with a type' },
    ]);
    expect(session.unknownTypes).toEqual({ telepathy: 2 });
  });

  test('is what is left of its agents, where its transcript is lost', async () => {
    const folder = temporaryFolder();
    cpSync(EXAMPLE_TRANSCRIPT.replace(/\.jsonl$/, ''), join(folder, EXAMPLE_ID), { recursive: true });
    const { completed } = await readSession(join(folder, `${EXAMPLE_ID}.jsonl`));
    const runs = completed.flatMap((one) => (one.kind === 'agent-run' ? [one.agentRun] : []));
    expect(runs.map(({ depth, unlaunched }) => [depth, unlaunched])).toEqual([
      [2, undefined],
      [1, 'orphan'],
      [1, 'orphan'],
    ]);
  });
});

describe('a session that cannot be read is an error that says so', () => {
  test('there is no such file', async () => {
    const path = join(temporaryFolder(), 'none.jsonl');
    await expect(readSession(path)).rejects.toThrow(
      `there is no transcript "${path}": name a session's .jsonl file`,
    );
  });

  test('it is a folder', async () => {
    const folder = temporaryFolder();
    await expect(readSession(folder)).rejects.toThrow(`"${folder}" is no file`);
  });

  test('a part of the path is no folder', async () => {
    const path = join(EXAMPLE_TRANSCRIPT, 'x.jsonl');
    await expect(readSession(path)).rejects.toThrow(`cannot read the session "${path}" (ENOTDIR)`);
    await expect(readSession(path)).rejects.toMatchObject({ cause: { code: 'ENOTDIR' } });
  });

  test('the file of an agent is a folder', async () => {
    const folder = temporaryFolder();
    const path = join(folder, `${EXAMPLE_ID}.jsonl`);
    copyFileSync(EXAMPLE_TRANSCRIPT, path);
    mkdirSync(join(folder, EXAMPLE_ID, 'subagents/agent-a1.jsonl'), { recursive: true });
    await expect(readSession(path)).rejects.toThrow(`cannot read the session "${path}" (EISDIR)`);
  });

  // The superuser may read everything.
  test.skipIf(process.getuid?.() === 0)('it may not be read', async () => {
    const path = join(temporaryFolder(), `${EXAMPLE_ID}.jsonl`);
    copyFileSync(EXAMPLE_TRANSCRIPT, path);
    chmodSync(path, 0);
    await expect(readSession(path)).rejects.toThrow(`cannot read the session "${path}" (EACCES)`);
    rmSync(path);
  });
});

/** A part of an agent in the background, or a `/compact`. */
function mayOutliveItsTurn(one: Completed): boolean {
  return one.kind === 'agent-run' ? one.agentRun.background : one.kind === 'compaction' || 'owner' in one;
}

function bytesOf(writes: readonly { readonly text: string }[]): number {
  return Buffer.byteLength(writes.map(({ text }) => text).join(''));
}
