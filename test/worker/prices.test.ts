// The user's own prices: in the config file, and on what the worker sends.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBackend } from '../support/loopback-backend.ts';
import { exportedSpans, spansOf, type Span } from './support/spans.ts';
import { tell } from './support/told.ts';
import { callHook, makeWorld, settled, startClient } from './support/world.ts';

test('a discount of half the price halves the cost of a generation and of its turn, and changes nothing else', async () => {
  const backend = await startBackend();
  try {
    const world = makeWorld();
    const folder = join(world.home, '.config/turnspan');
    mkdirSync(folder, { recursive: true });
    const config = {
      destinations: { home: { endpoint: backend.url } },
      prices: [{ model: 'claude-opus-*', discount: 0.5 }],
    };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    const { story, transcript, write } = tell(world.project);
    story.prompt('Shall we?');
    story.answer('Yes.');
    story.endOfTurn();
    write();
    await callHook(world, { event: 'Stop', transcript, client: startClient({}) });
    await settled(world);
    const [sent, listed] = [spansOf(backend.requests), exportedSpans(transcript)];
    for (const key of ['gen_ai.usage.cost', 'turnspan.turn.cost']) {
      const list = valueIn(listed, key);
      expect(list).toBeGreaterThan(0);
      expect(valueIn(sent, key)).toBeCloseTo(list / 2, 9);
    }
    expect(sent.map(({ id }) => id)).toEqual(listed.map(({ id }) => id));
  } finally {
    await backend.stop();
  }
});

function valueIn(spans: readonly Span[], key: string): number {
  return Number(spans.find(({ attributes }) => key in attributes)?.attributes[key]);
}
