import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { openInstallation } from '../../src/state/installation.ts';
import { temporaryFolder } from '../support/folders.ts';

describe('an installation', () => {
  test('is made once, with its time and an id of its own, and never changed', () => {
    const dir = join(temporaryFolder(), 'new', 'turnspan');
    const made = openInstallation(dir, 1234);
    expect(made).toMatchObject({ version: 1, createdAt: 1234 });
    expect(openInstallation(dir, 9999)).toEqual(made);
    expect(openInstallation(temporaryFolder(), 1234).id).not.toBe(made.id);
  });

  test('has the inbox that the hook needs, for its user alone', () => {
    const dir = join(temporaryFolder(), 'turnspan');
    openInstallation(dir, 1);
    expect(statSync(join(dir, 'inbox')).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'installation.json')).mode & 0o777).toBe(0o600);
  });

  test.each(['', '{', '{"version":2,"id":"x","createdAt":1}', '{"version":1,"id":"","createdAt":1}'])(
    'that cannot be read (%j) is an error that says what to do, and stays as it is',
    (text) => {
      const dir = temporaryFolder();
      const path = join(dir, 'installation.json');
      writeFileSync(path, text);
      expect(() => openInstallation(dir, 1)).toThrow(/installation\.json .* repair it, or remove it/);
      expect(existsSync(path) && readFileSync(path, 'utf8')).toBe(text);
    },
  );
});
