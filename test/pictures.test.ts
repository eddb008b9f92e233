// The pictures of the README and of docs/backends.md: they are there, small enough to be loaded with it, and told to who cannot see
// them; the script that takes them says what it needs.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const pages = ['README.md', 'docs/backends.md']
  .map((page) => readFileSync(join(root, page), 'utf8'))
  .join('\n');
const MOST_BYTES = 150_000;

describe('the pictures of README and backends', () => {
  const shown = [...pages.matchAll(/!\[([^\]]*)\]\((?:docs\/)?pictures\/([^)]+)\)/g)];

  test('are those of docs/pictures, each once', () => {
    const names = shown.map(([, , name]) => name);
    expect(names.sort()).toEqual(readdirSync(join(root, 'docs/pictures')).sort());
  });

  test.each(shown.map(([, words, name]) => [name!, words!]))('%s is a small PNG, and told', (name, words) => {
    const bytes = readFileSync(join(root, 'docs/pictures', name));
    expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect(bytes.length).toBeLessThan(MOST_BYTES);
    expect(words.length).toBeGreaterThan(40);
  });
});

test('the script says what is missing, before it builds anything', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/pictures.mjs'], {
    cwd: root,
    env: { PATH: '/nowhere', CHROMIUM: '/nowhere/chromium' },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([
    'Chromium is not at /nowhere/chromium: install it, or put its path into CHROMIUM',
    'tmux cannot be run: install it, it plays the terminal of the pictures',
  ]);
});
