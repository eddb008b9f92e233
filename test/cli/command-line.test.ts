// A wrong command line gets a message that names what is wrong, the usage, and exit code 2.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { temporaryFolder } from '../support/folders.ts';
import { turnspan } from './run-turnspan.ts';

const usageOf = {
  export: 'Usage: turnspan export TRANSCRIPT',
  worker: 'Usage: turnspan worker --dir DIR',
  hook: 'Usage: turnspan hook --dir DIR',
};

describe('turnspan', () => {
  test('without a command shows the commands and ends with 2', async () => {
    const { code, stdout } = await turnspan([]);
    expect(code).toBe(2);
    for (const name of ['export', 'collector', 'worker', 'hook']) expect(stdout).toContain(`  ${name} `);
  });

  test.each(['--help', '-h', 'help'])('%s shows the commands and ends with 0', async (flag) => {
    const { code, stdout, stderr } = await turnspan([flag]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Usage: turnspan <command>');
  });

  test('--version is a version', async () => {
    expect((await turnspan(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('with an unknown command names it and shows the commands', async () => {
    const { code, stdout, stderr } = await turnspan(['exprot', 'x']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('there is no command "exprot"');
    expect(stderr).toContain('Usage: turnspan <command>');
  });
});

describe('a wrong command line', () => {
  const transcript = EXAMPLE_TRANSCRIPT;

  test.each([
    ['export', [], 'name a transcript or a session folder'],
    ['export', ['a.jsonl', 'b.jsonl'], 'one transcript at a time: what is "b.jsonl"?'],
    ['export', ['no-such-file.jsonl'], 'there is no file or folder "no-such-file.jsonl"'],
    ['export', ['package.json'], '"package.json" is no transcript: its name does not end in .jsonl'],
    ['export', [transcript, '--content', 'some'], '--content is "some": write none or full'],
    [
      'export',
      [transcript, '--file', 'x', '--endpoint', 'http://127.0.0.1:1'],
      '--file and --endpoint exclude each other',
    ],
    ['export', [transcript, '--endpoint', 'localhost'], '--endpoint "localhost" is no URL that can be used'],
    ['export', [transcript, '--speed', 'high'], "Unknown option '--speed'"],
    ['export', [transcript, '--file'], '--file'],
    ['worker', [], '--dir is missing: name the installation folder'],
    ['worker', ['--dir', 'x', 'y'], "Unexpected argument 'y'"],
    ['hook', [], '--dir is missing: name the installation folder'],
  ] as const)('of %s %j is told', async (command, args, message) => {
    const { code, stdout, stderr } = await turnspan([command, ...args]);
    expect(stderr).toContain(`turnspan ${command}: `);
    expect(stderr).toContain(message);
    expect(stderr).toContain(usageOf[command]);
    expect([code, stdout]).toEqual([2, '']);
  });

  test('of a variable names the variable', async () => {
    const { code, stderr } = await turnspan(['export', transcript], { TURNSPAN_CONTENT: 'all' });
    expect(stderr).toContain('TURNSPAN_CONTENT is "all": write none or full');
    expect(code).toBe(2);
  });

  test('of a folder without transcripts names it', async () => {
    const folder = join(temporaryFolder(), 'empty');
    mkdirSync(folder);
    writeFileSync(join(folder, 'agent-a1.jsonl'), '');
    const { code, stderr } = await turnspan(['export', folder]);
    expect(stderr).toContain('holds no transcript (*.jsonl)');
    expect(code).toBe(2);
  });
});

describe('help of a command', () => {
  test.each(['export', 'worker', 'hook'] as const)(
    '%s --help shows its usage and ends with 0',
    async (command) => {
      const { code, stdout, stderr } = await turnspan([command, '--help']);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(usageOf[command]);
    },
  );
});
