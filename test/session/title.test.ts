// What a session is called, and where a turn was: each turn as it was when it closed, whatever is read when.
import { expect, test } from 'vitest';

import type { Completed } from '../../src/session/model.ts';
import { createSession, type SessionMemory } from '../../src/session/session.ts';
import { newStory, type Story } from '../support/transcripts.ts';
import { entriesOf, ofKind, tell } from './outline.ts';

const byClient = (aiTitle: string) => JSON.stringify({ type: 'ai-title', aiTitle });
const byUser = (customTitle: string) => JSON.stringify({ type: 'custom-title', customTitle });

function oneTurn(story: Story): void {
  story.prompt('Shall we?');
  story.answer('Yes.');
  story.endOfTurn();
}

function titled(): Story {
  const story = newStory();
  oneTurn(story);
  story.raw(byClient('Cents'));
  story.raw(byClient('Cents of the shop'));
  oneTurn(story);
  story.raw(byUser('My shop'));
  story.prompt('Shall we?');
  story.raw(byClient('Something else'));
  story.answer('Yes.');
  story.endOfTurn();
  story.raw(byUser(''));
  oneTurn(story);
  return story;
}

const titles = [undefined, 'Cents of the shop', 'My shop', 'Something else'];

test('is the last that was said before the turn closed; the word of the user counts more', () => {
  expect(titlesOf(tell(titled()).completed)).toEqual(titles);
});

test('is remembered from one reading to the next, wherever that ends', () => {
  const entries = entriesOf(titled()).map(({ entry }) => entry);
  let memory: SessionMemory | undefined;
  let from = 0;
  const found = new Map<string, string | undefined>();
  for (let until = 1; until <= entries.length; until++) {
    // A worker a line, each with what the one before left on disk.
    const session = createSession('s', memory);
    for (const entry of entries.filter(({ offset }) => offset >= from).slice(0, until)) {
      if (entry.offset <= entries[until - 1]!.offset) session.add(entry);
    }
    for (const { turn } of ofKind({ completed: session.take() }, 'turn'))
      found.set(turn.scope.turnId, turn.title);
    memory = JSON.parse(JSON.stringify(session.memory())) as SessionMemory; // as it was written
    from = session.undecidedFrom() ?? entries[until]?.offset ?? Infinity;
  }
  expect([...found.values()]).toEqual(titles);
});

test('where a turn was is what its prompt says; a head without a branch is none', () => {
  const story = newStory();
  for (const [cwd, gitBranch] of [
    ['/home/ada/shop', 'fix-cents'],
    ['/home/ada/shop/web', 'HEAD'],
    ['/home/ada', ''],
  ] as const) {
    story.line({ type: 'user', cwd, gitBranch, message: { role: 'user', content: 'Shall we?' } });
    story.answer('Yes.');
    story.endOfTurn();
  }
  const places = ofKind(tell(story), 'turn').map(({ turn }) => [turn.workingDirectory, turn.branch]);
  expect(places).toEqual([
    ['/home/ada/shop', 'fix-cents'],
    ['/home/ada/shop/web', undefined],
    ['/home/ada', undefined],
  ]);
});

function titlesOf(completed: readonly Completed[]): (string | undefined)[] {
  return completed.flatMap((one) => (one.kind === 'turn' ? [one.turn.title] : []));
}
