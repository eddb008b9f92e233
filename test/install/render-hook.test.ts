import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hookCommand, placeHook, renderHook, type HookPlace } from '../../src/install/render-hook.ts';

const TEMPLATE = readFileSync(join(import.meta.dirname, '../../src/hook/hook.sh'), 'utf8');
const PLACE: HookPlace = { dir: '/d', node: '/n', worker: '/w', path: '/usr/bin:/bin', home: '/h' };

test.each([
  `it's`,
  '"',
  '$HOME',
  '$(id)',
  '`id`',
  '\\',
  'a\nb',
  '*',
  ' ',
  "'@turnspan_home@'",
  "$&$1$'",
  'ü🙂',
  "'; exit 1; '",
])('the script reads back every path as it was: %j', (name) => {
  const place = { ...PLACE, dir: `/d/${name}`, node: `/n/${name}`, worker: `/w/${name}`, home: `/h/${name}` };
  const assignments = renderHook(TEMPLATE, place).split('\n# A shell that gives up')[0]!;
  const print = `${assignments}\nprintf '%s\\0' "$turnspan_dir" "$turnspan_node" "$turnspan_worker" "$turnspan_home"`;
  expect(execFileSync('sh', ['-c', print]).toString().split('\0')).toEqual([
    place.dir,
    place.node,
    place.worker,
    place.home,
    '',
  ]);
});

test('the search path keeps its absolute parts, each once, and always ends up with the system folders', () => {
  const path = ':.:/a:node_modules/.bin:/a::/b c:/bin:';
  expect(renderHook(TEMPLATE, { ...PLACE, path })).toContain("turnspan_path='/a:/b c:/bin:/usr/bin'\n");
  expect(renderHook(TEMPLATE, { ...PLACE, path: '' })).toContain("turnspan_path='/usr/bin:/bin'\n");
});

test.each([
  [{ dir: 'relative' }, "The hook's dir must be an absolute path"],
  [{ home: '' }, "The hook's home must be an absolute path"],
  [{ node: '/a\0b' }, "The hook's node must be an absolute path"],
])('%j is refused by name', (change, message) => {
  expect(() => renderHook(TEMPLATE, { ...PLACE, ...change })).toThrow(message);
});

test('a text that is not the template is refused', () => {
  expect(() => renderHook("#!/bin/sh\nx='@turnspan_dir@'\n", PLACE)).toThrow(
    'no place for: node, worker, path, home',
  );
});

test('the script is put in place whole, for anyone to run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'turnspan-render-'));
  const target = join(folder, 'hook.sh');
  placeHook(target, TEMPLATE, PLACE);
  placeHook(target, TEMPLATE, { ...PLACE, dir: '/other' });
  expect(readFileSync(target, 'utf8')).toBe(renderHook(TEMPLATE, { ...PLACE, dir: '/other' }));
  expect(statSync(target).mode & 0o777).toBe(0o755);
  expect(readdirSync(folder)).toEqual(['hook.sh']);
  rmSync(folder, { recursive: true });
});

test('the entry names its script as one word', () => {
  expect(hookCommand('/a b/hook.sh')).toBe("[ -r '/a b/hook.sh' ] && . '/a b/hook.sh'; exit 0");
});
