// docs/backends.md: every command is run by a test, or marked as not machine-checked, with the reason.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { presetNamed } from '../src/config/presets/list.ts';
import { commandBlocks } from './support/command-blocks.ts';
import { documentedBackends } from './presets/support/documented.ts';

const page = readFileSync(resolve(import.meta.dirname, '../docs/backends.md'), 'utf8');
const blocks = commandBlocks(page);

test('each block is a preset that its tour installs, with the variables of the tour, or is run with the real programs', () => {
  const real = readFileSync(join(import.meta.dirname, 'backends/page.backend.ts'), 'utf8');
  expect(real).toContain(
    "commandBlocks(page).find((block) => block.some((line) => line.includes('otelcol ')))",
  );
  for (const block of blocks) {
    const installs = block.flatMap((line) => /^turnspan install --preset (\S+)$/.exec(line)?.[1] ?? []);
    if (installs.length === 0) {
      expect(block.at(-1), 'only the Collector and what is behind it stand without a preset').toContain(
        'otelcol ',
      );
      continue;
    }
    const [name = ''] = installs;
    const tours = documentedBackends.filter(({ preset }) => preset === name);
    expect(tours.length, name).toBeGreaterThan(0);
    const known = new Set(presetNamed(name)?.parameters.map(({ variable }) => variable));
    const exported = block.flatMap((line) =>
      [...line.matchAll(/(?:^export | )([A-Z][A-Z_]+)=/g)].map(([, one]) => one),
    );
    for (const variable of exported) {
      expect(known, name).toContain(variable);
      expect(
        tours.some(({ variables }) => variable! in variables),
        `${name}: the tour sets ${variable!}`,
      ).toBe(true);
    }
  }
});

test('no backend takes more than three lines', () => {
  for (const block of blocks) expect(block.length).toBeLessThanOrEqual(3);
});
