// What the files of a real repository say, made by git itself; and files that git never makes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { readGitRepository } from '../../src/platform/git-repository.ts';
import { temporaryFolder } from '../support/folders.ts';

function git(folder: string, ...command: string[]): string {
  const options = [
    '-c',
    'user.name=Ada',
    '-c',
    'user.email=ada@example.com',
    '-c',
    'init.defaultBranch=main',
  ];
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', [...options, ...command], { cwd: folder, env, encoding: 'utf8' }).trim();
}

function repository(remote?: string): string {
  const folder = temporaryFolder();
  git(folder, 'init', '--quiet');
  if (remote !== undefined) git(folder, 'remote', 'add', 'origin', remote);
  git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'First');
  return folder;
}

describe('a repository', () => {
  test('has remote, branch and commit, seen from any folder in it', () => {
    const folder = repository('https://github.com/ada/shop.git');
    mkdirSync(join(folder, 'src/deep'), { recursive: true });
    const expected = {
      url: 'https://github.com/ada/shop',
      owner: 'ada',
      name: 'shop',
      provider: 'github',
      branch: 'main',
      commit: git(folder, 'rev-parse', 'HEAD'),
      isWorktree: false,
    };
    expect(readGitRepository(folder)).toEqual(expected);
    expect(readGitRepository(join(folder, 'src/deep'))).toEqual(expected);
  });

  test('has its commit also where the branches are packed, and with a slash in the name', () => {
    const folder = repository();
    git(folder, 'checkout', '--quiet', '-b', 'feature/round');
    git(folder, 'pack-refs', '--all');
    expect(readGitRepository(folder)).toEqual({
      branch: 'feature/round',
      commit: git(folder, 'rev-parse', 'HEAD'),
      isWorktree: false,
    });
  });

  test('has a commit and no branch where the head is detached, a branch and no commit before the first one', () => {
    const folder = repository();
    const commit = git(folder, 'rev-parse', 'HEAD');
    git(folder, 'checkout', '--quiet', '--detach');
    expect(readGitRepository(folder)).toEqual({ branch: undefined, commit, isWorktree: false });
    const empty = temporaryFolder();
    git(empty, 'init', '--quiet');
    expect(readGitRepository(empty)).toEqual({ branch: 'main', commit: undefined, isWorktree: false });
  });

  test('shares its remote with its worktrees', () => {
    const folder = repository('git@gitlab.com:group/team/shop.git');
    const tree = join(temporaryFolder(), 'tree');
    git(folder, 'worktree', 'add', '--quiet', '-b', 'side', tree);
    expect(readGitRepository(tree)).toEqual({
      url: 'https://gitlab.com/group/team/shop',
      owner: 'group/team',
      name: 'shop',
      provider: 'gitlab',
      branch: 'side',
      commit: git(folder, 'rev-parse', 'HEAD'),
      isWorktree: true,
    });
  });

  test('is none where there is none', () => {
    expect(readGitRepository(temporaryFolder())).toBeUndefined();
  });
});

describe('a remote', () => {
  test.each([
    ['https://ada:s3cret@github.com/ada/shop.git', 'https://github.com/ada/shop'],
    [
      'https://oauth2:glpat-s3cret@gitlab.example.com:8443/ada/shop',
      'https://gitlab.example.com:8443/ada/shop',
    ],
    ['https://example.com/ada/shop.git?token=s3cret#s3cret', 'https://example.com/ada/shop'],
    ['ssh://git@github.com:22/ada/shop.git', 'https://github.com/ada/shop'],
    ['git@github.com:ada/shop.git', 'https://github.com/ada/shop'],
    ['github.com:ada/shop', 'https://github.com/ada/shop'],
    ['git://example.com/shop.git/', 'https://example.com/shop'],
    ['/srv/git/shop.git', undefined],
    ['../shop', undefined],
    ['C:/git/shop', undefined],
    ['file:///srv/git/shop.git', undefined],
    ['ext::sh -c s3cret', undefined],
  ])('%s is told as %s', (remote, url) => {
    const told = readGitRepository(repository(remote));
    expect(told?.url).toBe(url);
    expect(JSON.stringify(told)).not.toContain('s3cret');
  });

  test('that is called origin goes before others', () => {
    const folder = repository('https://example.com/ada/fork');
    writeFileSync(
      join(folder, '.git/config'),
      '[remote "upstream"]\n\turl = https://example.com/up/shop\n[Remote "origin"]\n  URL = "https://example.com/ada/shop"\n',
    );
    expect(readGitRepository(folder)?.url).toBe('https://example.com/ada/shop');
  });
});

describe('files that git never makes', () => {
  test('are not waited for, not followed out of the refs, and no error', () => {
    const pipe = temporaryFolder();
    execFileSync('mkfifo', [join(pipe, '.git')]);
    expect(readGitRepository(pipe)).toBeUndefined();

    const devices = temporaryFolder();
    mkdirSync(join(devices, '.git'));
    symlinkSync('/dev/zero', join(devices, '.git/HEAD'));
    expect(readGitRepository(devices)).toBeUndefined();

    const outside = repository();
    writeFileSync(join(outside, 'secret'), `${'a'.repeat(40)}\n`);
    writeFileSync(join(outside, '.git/HEAD'), 'ref: refs/../../secret\n');
    expect(readGitRepository(outside)?.commit).toBeUndefined();

    const loop = temporaryFolder();
    writeFileSync(join(loop, '.git'), 'gitdir: .git\n');
    expect(readGitRepository(loop)).toBeUndefined();
  });
});
