// Forks and branches: copied lines are sent once, by their original, and the first own turn says where it came from.
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { exportSessions } from '../src/export-sessions.ts';
import { silentLog } from '../src/platform/log.ts';
import { originalsFirst } from '../src/transcript/originals-first.ts';
import { temporaryFolder } from './support/folders.ts';
import { spansOfLines, type PlainSpan } from './support/otlp-lines.ts';
import { newStory, writeStory, type Story } from './support/transcripts.ts';

/** A session of some turns; the same texts give the same uuids and message ids, as the copies in a fork have them. */
function session(sessionId: string, ...texts: readonly string[]): Story {
  const story = newStory({ sessionId });
  for (const text of texts) {
    story.prompt(text);
    story.answer(`About ${text}.`);
    story.endOfTurn();
  }
  return story;
}

const at = (folder: string, name: string): string => join(folder, `${name}.jsonl`);

async function exported(transcripts: readonly string[]): Promise<PlainSpan[]> {
  const target = join(temporaryFolder(), 'out.jsonl');
  await exportSessions(transcripts, { content: 'none', target, log: silentLog });
  return spansOfLines(readFileSync(target, 'utf8'));
}

const turnsOf = (spans: readonly PlainSpan[]) =>
  spans
    .filter(({ name }) => name === 'invoke_agent claude-code')
    .map((span) => ({
      session: span.attributes.get('session.id'),
      number: Number(span.attributes.get('turnspan.turn.number')),
      from: span.links.map(({ attributes, spanId }) => [
        attributes.get('turnspan.link.kind'),
        spans.find((one) => one.spanId === spanId)?.attributes.get('session.id'),
      ]),
    }));

describe('a fork', () => {
  test('whose name comes first is read after its original, and its first own turn links to the last shared one', async () => {
    const folder = temporaryFolder();
    writeStory(folder, session('original', 'One', 'Two'));
    writeStory(folder, session('fork', 'One', 'Two', 'Three', 'Four'));
    expect(turnsOf(await exported([at(folder, 'fork'), at(folder, 'original')]))).toEqual([
      { session: 'original', number: 1, from: [] },
      { session: 'original', number: 2, from: [] },
      { session: 'fork', number: 3, from: [['forked_from', 'original']] },
      { session: 'fork', number: 4, from: [] },
    ]);
  });

  test('of a fork links to it, and one alone to nothing', async () => {
    const folder = temporaryFolder();
    for (const [name, ...texts] of [
      ['a', 'One', 'Two', 'Three'],
      ['b', 'One', 'Two'],
      ['c', 'One'],
    ] as const) {
      writeStory(folder, session(name, ...texts));
    }
    const all = ['a', 'b', 'c'].map((name) => at(folder, name));
    expect(turnsOf(await exported(all)).map(({ from }) => from.flat())).toEqual([
      [],
      ['forked_from', 'c'],
      ['forked_from', 'b'],
    ]);
    expect(turnsOf(await exported([at(folder, 'a')])).flatMap(({ from }) => from)).toEqual([]);
  });
});

describe('originals', () => {
  test('are those that went on alone first, or never', () => {
    const folder = temporaryFolder();
    const original = session('original', 'One');
    original.wait(1_000);
    original.prompt('Two');
    writeStory(folder, original);
    const fork = session('fork', 'One');
    fork.wait(60_000);
    fork.line({ type: 'user', uuid: 'own', message: { role: 'user', content: 'Other' } });
    writeStory(folder, fork);
    const [first, second] = [at(folder, 'original'), at(folder, 'fork')];
    expect(originalsFirst([second, first])).toEqual([first, second]);
    expect(originalsFirst([first, second])).toEqual([first, second]);
  });

  test('keep their order where they share nothing, are empty or gone', () => {
    const folder = temporaryFolder();
    const other = newStory({ sessionId: 'z' });
    other.line({ type: 'user', uuid: 'z1', message: { role: 'user', content: 'Else' } });
    writeStory(folder, other);
    writeStory(folder, session('a', 'One'));
    writeStory(folder, newStory({ sessionId: 'empty' }));
    renameSync(at(folder, 'a'), at(folder, 'moved'));
    const paths = ['z', 'gone', 'moved'].map((name) => at(folder, name));
    expect(originalsFirst(paths)).toEqual(paths);
  });
});
