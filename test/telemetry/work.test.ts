// What a tool call did to the work, as its result tells it.
import { describe, expect, test } from 'vitest';

import { workOf } from '../../src/telemetry/work.ts';
import { toolCall } from './tool-samples.ts';

function command(text: string, stdout: string, more: Parameters<typeof toolCall>[3] = {}) {
  return workOf(toolCall('Bash', { command: text }, { stdout, stderr: '' }, more));
}

describe('a commit', () => {
  test.each([
    ['git commit -m "x"', '[main 76000c9] x\n 1 file changed', ['76000c9']],
    ['git add . && git commit -m x', '[main (root-commit) 6f035fd] x', ['6f035fd']],
    ['git -C shop commit -m x', '[detached HEAD 0bc41d9] x', ['0bc41d9']],
    ['git commit -m a; git commit -m b', '[main 76000c9] a\n[main 6f035fd] b', ['76000c9', '6f035fd']],
    ['git commit -q -m x', '', ['toolu_1']],
    ['git commit -m x || true', 'On branch main\nnothing to commit, working tree clean', []],
    ['git commit --dry-run', 'Changes to be committed:', []],
    ['git log --grep commit', 'commit 76000c9', []],
    ['echo "git commit"', '[main 76000c9] x', []],
  ])('of `%s` is named by git', (text, stdout, commits) => {
    expect(command(text, stdout).commits).toEqual(commits);
  });

  test.each(['failed', 'denied', 'interrupted', 'unfinished'] as const)('that %s is none', (outcome) => {
    expect(command('git commit -m x', '[main 76000c9] x', { outcome }).commits).toEqual([]);
  });

  test('of an agent, whose result is all that is recorded, is named too', () => {
    const call = toolCall('Bash', { command: 'git commit -m x' }, undefined, { result: '[main 76000c9] x' });
    expect(workOf(call).commits).toEqual(['76000c9']);
  });
});

describe('a pull request', () => {
  const url = 'https://github.com/ada/shop/pull/17';
  test.each([
    ['gh pr create --fill', `Creating pull request\n${url}\n`, [url]],
    [
      'glab mr create',
      'https://gitlab.com/ada/shop/-/merge_requests/4',
      ['https://gitlab.com/ada/shop/-/merge_requests/4'],
    ],
    ['gh pr create --fill', 'done', ['toolu_1']],
    ['gh pr view', url, []],
  ])('of `%s` is named by its URL', (text, stdout, pullRequests) => {
    expect(command(text, stdout).pullRequests).toEqual(pullRequests);
  });

  test('of an MCP tool is named too', () => {
    const call = toolCall('mcp__github__create_pull_request', {}, undefined, {
      result: [{ type: 'text', text: `{"html_url":"${url}"}` }],
    });
    expect(workOf(call).pullRequests).toEqual([url]);
  });
});

describe('files and lines', () => {
  const hunks = [{ lines: ['+a', '+b', '-c', ' d'] }];

  test('are those of the patch', () => {
    const call = toolCall('Edit', { file_path: '/shop/a.js' }, { structuredPatch: hunks });
    expect(workOf(call)).toMatchObject({ fileModified: '/shop/a.js', linesAdded: 2, linesRemoved: 1 });
  });

  test('that were read are not modified', () => {
    const { fileRead, fileModified } = workOf(toolCall('Read', { file_path: '/shop/a.js' }, {}));
    expect({ fileRead, fileModified }).toEqual({ fileRead: '/shop/a.js', fileModified: undefined });
  });

  test('of a call that failed are none', () => {
    const call = toolCall('Write', { file_path: '/shop/a.js', content: 'x' }, 'Error: no', {
      outcome: 'failed',
    });
    expect(workOf(call)).toMatchObject({ linesAdded: 0, linesRemoved: 0 });
    expect(workOf(call).fileModified).toBeUndefined();
  });
});
