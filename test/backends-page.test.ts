// docs/backends.md: every command is run by a test, or marked as not machine-checked, with the reason. A block installs a preset as the
// preset's tour does (test/presets), or test/backends/page.backend.ts runs its very lines with the real programs.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fillPreset } from '../src/config/presets/fill.ts';
import { presetNamed } from '../src/config/presets/list.ts';
import { commandBlocks } from './support/command-blocks.ts';
import { documentedBackends } from './presets/support/documented.ts';

const page = readFileSync(resolve(import.meta.dirname, '../docs/backends.md'), 'utf8');
const blocks = commandBlocks(page);
const EXPORT = /^export( [A-Z][A-Z0-9_]*=\S+)+$/;
const INSTALL = /^turnspan install --preset (\S+)(?: --signals \S+)?$/;
const presetBlocks = blocks.filter((block) => INSTALL.test(block.at(-1) ?? ''));

test('one block is for the real programs, and page.backend.ts takes it; all others install a preset', () => {
  const others = blocks.filter((block) => !presetBlocks.includes(block));
  expect(others).toHaveLength(1);
  expect(others[0]?.map((line) => / ?(\w+) --config/.exec(line)?.[1])).toEqual([
    'jaeger',
    'prometheus',
    'otelcol',
  ]);
  const real = readFileSync(join(import.meta.dirname, 'backends/page.backend.ts'), 'utf8');
  expect(real).toContain(
    "commandBlocks(page).find((block) => block.some((line) => line.includes('otelcol ')))",
  );
});

test.each(blocks.map((block) => [block.at(-1) ?? '', block] as const))(
  '%s: three lines at most',
  (_, block) => {
    expect(block.length).toBeLessThanOrEqual(3);
  },
);

describe.each(presetBlocks.map((block) => [INSTALL.exec(block.at(-1) ?? '')?.[1] ?? '', block] as const))(
  '--preset %s',
  (name, block) => {
    const exported = Object.fromEntries(
      block.flatMap((line) =>
        [...line.matchAll(/ ([A-Z][A-Z0-9_]*)=(\S+)/g)].map(([, variable, value]) => [variable!, value!]),
      ),
    );

    test('exports variables and nothing else before it', () => {
      for (const line of block.slice(0, -1)) expect(line).toMatch(EXPORT);
    });

    test('exports what a tour of the preset exports', () => {
      const tours = documentedBackends.filter(({ preset }) => preset === name);
      const covering = tours.filter(({ variables }) =>
        Object.keys(exported).every((one) => one in variables),
      );
      expect(covering).not.toEqual([]);
    });

    test('exports all that the preset needs', () => {
      const preset = presetNamed(name);
      if (preset === undefined) throw new Error(`there is no preset ${name}`);
      const given = preset.parameters
        .filter(({ variable }) => variable in exported)
        // Where a key stands on the page, there is an ellipsis in its place.
        .map((one) => [one.name, exported[one.variable]!.replace('…', 'KEY')]);
      expect(fillPreset(preset, Object.fromEntries(given) as Record<string, string>).status).toBe('ok'); // pairs of texts
    });
  },
);
