// Settings files that editors choke on, as real files: what can be edited is, and comes back; what cannot is refused with its place.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  ALL,
  backups,
  install,
  makeMachine,
  registered,
  uninstall,
  write,
  type Machine,
} from './support/machine.ts';

const USERS_OWN = '{"type": "command", "command": "notify-send done"}';
const OLD = `[ -r '/old home/turnspan/0.0.1/hook.sh' ] && . '/old home/turnspan/0.0.1/hook.sh'; exit 0`;

let machine: Machine;
beforeEach(() => {
  machine = makeMachine();
});

describe('a file that can be edited', () => {
  const files: Readonly<Record<string, string>> = {
    'with two spaces': '{\n  "model": "opus",\n  "env": {\n    "A": "b"\n  }\n}\n',
    'with tabs': '{\n\t"model": "opus",\n\t"env": {\n\t\t"A": "b"\n\t}\n}\n',
    'with CRLF': '{\r\n  "model": "opus"\r\n}\r\n',
    'with a byte order mark': '\uFEFF{\n  "model": "opus"\n}\n',
    'without a final newline': '{\n  "model": "opus"\n}',
    'on one line': '{"model":"opus","hooks":{"Stop":[]}}',
    'on one line with spaces': '{ "model": "opus", "hooks": { "PreToolUse": [] } }',
    'with nothing in its object': '{}',
    'with an object over two lines': '{\n}\n',
    'with nothing in it': '',
    'with white space in it': '\n\n  \n',
    'with empty hooks': '{\n  "hooks": {}\n}\n',
    'with odd spaces': '{\n\n   "hooks" :{ "Stop" :[  ] , "SessionEnd":[\n] }   }',
    'with hooks of the user on the same events': `{"hooks": {"Stop": [{"hooks": [${USERS_OWN}]}], "SessionStart": [{"matcher": "startup", "hooks": [${USERS_OWN}]}]}}`,
    'with unknown events and keys':
      '{"hooks": {"FutureEvent": [{"hooks": [], "when": 1}]}, "future": [1, {"x": null}]}',
    'with the same key twice': '{"hooks": {"Stop": []}, "model": "a", "hooks": {"Stop": [], "Stop": []}}',
    'with brackets and comment marks in texts':
      '{"a": "} // \\" /* ", "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "echo \\"}]\\""}]}]}}',
    'with letters of all kinds': '{\n  "größe": "🙂 \\u0000 \\/"\n}\n',
  };

  test.each(Object.entries(files))('%s: has all hooks, and its first bytes after them', (_, text) => {
    write(machine.settings, text);
    expect(install(machine)).toBe('installed');
    expect(registered(machine.settings)).toEqual(expect.arrayContaining(ALL));
    expect(backups(machine).map((path) => readFileSync(path, 'utf8'))).toEqual([text]);
    expect(uninstall(machine)).toBe('uninstalled');
    expect(readFileSync(machine.settings, 'utf8')).toBe(text);
  });

  test('with comments and trailing commas: keeps them where they are', () => {
    const text = [
      '// mine',
      '{',
      '  "model": "opus", // the good one',
      '  "hooks": {',
      '    // done',
      '    "Stop": [',
      `      {"hooks": [${USERS_OWN},]}, // bell`,
      '    ],',
      '    "SessionEnd": [ /* nothing yet */ ],',
      '  }, // end of hooks',
      '}',
      '',
    ].join('\n');
    write(machine.settings, text);
    install(machine);
    const lines = readFileSync(machine.settings, 'utf8').split('\n');
    let at = -1;
    for (const line of text.split('\n').filter((one) => !one.includes('SessionEnd'))) {
      at = lines.indexOf(line, at + 1);
      expect([line, at]).not.toEqual([line, -1]);
    }
    expect(lines).toContain('    "SessionEnd": [ /* nothing yet */');
    uninstall(machine);
    expect(readFileSync(machine.settings, 'utf8')).toBe(text);
  });

  test('of twenty megabytes', () => {
    const rule = `    "Bash(${'x'.repeat(30)}:*)"`;
    const text = `{\n  "permissions": [\n${Array(500_000).fill(rule).join(',\n')}\n  ],\n  "model": "opus"\n}\n`;
    expect(text.length).toBeGreaterThan(20_000_000);
    write(machine.settings, text);
    expect(install(machine)).toBe('installed');
    expect(readFileSync(machine.settings, 'utf8').startsWith(text.slice(0, -4))).toBe(true);
    uninstall(machine);
    expect(readFileSync(machine.settings, 'utf8') === text).toBe(true);
  });

  test.each(['600', '644', '664', '640'])('keeps its mode %s, whatever the umask', (digits) => {
    const mode = parseInt(digits, 8);
    write(machine.settings, '{}', mode);
    const umask = process.umask(0o077);
    try {
      install(machine);
    } finally {
      process.umask(umask);
    }
    expect(statSync(machine.settings).mode & 0o777).toBe(mode);
    expect(statSync(backups(machine)[0]!).mode & 0o777).toBe(0o600);
  });
});

describe('what is ours', () => {
  test('twenty installs and uninstalls give back the first bytes, and keep each backup', () => {
    const text = `{\n    "hooks": {\n        "Stop": [ {"hooks": [ ${USERS_OWN} ]} ]\n    },\n    "model": "opus"\n}`;
    write(machine.settings, text);
    for (let round = 0; round < 20; round++) {
      expect(install(machine)).toBe('installed');
      expect(uninstall(machine)).toBe('uninstalled');
      expect(readFileSync(machine.settings, 'utf8')).toBe(text);
    }
    expect(backups(machine)).toHaveLength(40);
    expect(readdirSync(dirname(machine.settings))).toEqual(['settings.json']);
  });

  test('a second install writes nothing, and backs nothing up', () => {
    write(machine.settings, '{"model": "opus"}\n');
    install(machine);
    const { ino, mtimeMs } = statSync(machine.settings);
    expect(install(machine)).toBe('installed');
    expect(statSync(machine.settings)).toMatchObject({ ino, mtimeMs });
    expect(backups(machine)).toHaveLength(1);
  });

  test('hooks of an older version are replaced where they stand, and doubled ones go', () => {
    const old = JSON.stringify({ type: 'command', command: OLD, timeout: 60 });
    const text = `{"hooks": {"Stop": [{"hooks": [${old}, ${USERS_OWN}]}, {"hooks": [${old}]}], "PostToolUse": [{"matcher": "*", "hooks": [${old}]}]}}`;
    write(machine.settings, text);
    install(machine);
    const { hooks } = JSON.parse(readFileSync(machine.settings, 'utf8')) as {
      hooks: Record<string, unknown>;
    };
    expect(JSON.stringify(hooks)).not.toContain('0.0.1');
    expect(hooks['Stop']).toMatchObject([{ hooks: [{ timeout: 5 }, JSON.parse(USERS_OWN)] }]);
    expect(hooks['PostToolUse']).toEqual([{ matcher: '*', hooks: [] }]);
    expect(registered(machine.settings)).toEqual(ALL);
  });

  test('hooks that only look like ours stay', () => {
    const own = [
      `. '/x/turnspan/0.1.0/hook.sh'`,
      `[ -r '/x/turnspan/0.1.0/hook.sh' ] && . '/x/turnspan/0.1.0/hook.sh'; exit 0 # mine`,
      `[ -r '/x/other/0.1.0/hook.sh' ] && . '/x/other/0.1.0/hook.sh'; exit 0`,
      `[ -r '/x/turnspan/0.1.0/hook.sh' ] && . '/y/turnspan/0.1.0/hook.sh'; exit 0`,
      'turnspan hook',
    ].map((command) => ({ type: 'command', command }));
    const text = JSON.stringify({ hooks: { Stop: [{ hooks: own }] } }, null, 2);
    write(machine.settings, text);
    expect(uninstall(machine)).toBe('uninstalled');
    expect(readFileSync(machine.settings, 'utf8')).toBe(text);
    install(machine);
    uninstall(machine);
    expect(readFileSync(machine.settings, 'utf8')).toBe(text);
  });

  test('what others wrote after us stays, as they wrote it', () => {
    write(machine.settings, '{\n  "model": "opus"\n}\n');
    install(machine);
    const text = readFileSync(machine.settings, 'utf8');
    writeFileSync(
      machine.settings,
      text
        .replace('"opus"', '"sonnet"')
        .replace('"Stop": [', `"Stop": [\n      {"hooks": [${USERS_OWN}]},`)
        .replace(/\n}\n$/, ',\n  "env": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://mine"}\n}\n'),
    );
    expect(uninstall(machine)).toBe('uninstalled');
    expect(JSON.parse(readFileSync(machine.settings, 'utf8'))).toEqual({
      model: 'sonnet',
      hooks: { Stop: [{ hooks: [JSON.parse(USERS_OWN)] }] },
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://mine' },
    });
  });

  test('the file that a program has written anew is given back without us', () => {
    write(machine.settings, '{\n  "model": "opus"\n}\n');
    install(machine);
    const settings = JSON.parse(readFileSync(machine.settings, 'utf8')) as object;
    writeFileSync(machine.settings, JSON.stringify({ ...settings, theme: 'dark' }));
    uninstall(machine);
    expect(readFileSync(machine.settings, 'utf8')).toBe('{"model":"opus","theme":"dark"}');
  });

  test('a file and folders that we made go again, and stay when something else is in them', () => {
    expect(install(machine)).toBe('installed');
    expect(registered(machine.settings)).toEqual(ALL);
    uninstall(machine);
    expect(existsSync(dirname(machine.settings))).toBe(false);
    install(machine);
    write(join(dirname(machine.settings), 'CLAUDE.md'), 'mine');
    uninstall(machine);
    expect(readdirSync(dirname(machine.settings))).toEqual(['CLAUDE.md']);
    install(machine);
    writeFileSync(
      machine.settings,
      readFileSync(machine.settings, 'utf8').replace('{', '{\n  "model": "opus",'),
    );
    uninstall(machine);
    expect(JSON.parse(readFileSync(machine.settings, 'utf8'))).toEqual({ model: 'opus' });
  });

  test('a lost memory costs nothing but the look of what was empty', () => {
    write(machine.settings, '{\n  "model": "opus"\n}\n');
    install(machine);
    rmSync(machine.places.state, { recursive: true });
    uninstall(machine);
    expect(readFileSync(machine.settings, 'utf8')).toBe('{\n  "model": "opus"\n}\n');
  });
});

describe('a link', () => {
  test('is followed and stays, relative and through several', () => {
    const real = join(machine.home, 'dotfiles/claude.json');
    write(real, '{}\n', 0o640);
    mkdirSync(dirname(machine.settings));
    symlinkSync('../dotfiles/claude.json', join(machine.home, '.claude/between.json'));
    symlinkSync('between.json', machine.settings);
    expect(install(machine)).toBe('installed');
    expect(readlinkSync(machine.settings)).toBe('between.json');
    expect(registered(real)).toEqual(ALL);
    expect(lstatSync(real).mode & 0o777).toBe(0o640);
    uninstall(machine);
    expect(readFileSync(real, 'utf8')).toBe('{}\n');
    expect(lstatSync(machine.settings).isSymbolicLink()).toBe(true);
  });

  test('to nothing gets its file, and is a link to nothing again', () => {
    mkdirSync(dirname(machine.settings));
    symlinkSync('../dotfiles/claude.json', machine.settings);
    expect(install(machine)).toBe('installed');
    expect(registered(join(machine.home, 'dotfiles/claude.json'))).toEqual(ALL);
    uninstall(machine);
    expect(lstatSync(machine.settings).isSymbolicLink()).toBe(true);
    expect(existsSync(join(machine.home, 'dotfiles'))).toBe(false);
  });

  test('that leads back to itself is refused', () => {
    mkdirSync(dirname(machine.settings));
    symlinkSync('settings.json', machine.settings);
    expect(install(machine)).toBe(' is a link that leads back to itself');
  });
});

describe('a file that is left alone', () => {
  const refused = [
    ['{"a": 1', ':1:8 a closing } is missing'],
    ['{\n  "a": 1\n  "b": 2\n}', ':3:3 a comma is missing before this'],
    ['{\n  "a" 1\n}', ':2:7 a colon is missing before this'],
    ['{\n  a: 1\n}', ':2:3 this is no JSON'],
    ['{"a": "x\n"}', ':1:7 a text in quotes does not end on its line'],
    ['{"a": 1} }', ':1:10 the file should have ended here'],
    ['{"a": /* }', ':1:7 a comment does not end'],
    ['// todo\n', ':2:1 a value is missing'],
    ['{"hooks": {"Stop": [{"hooks": [}]}]}}', ':1:32 a value is missing'],
    ['[1]', ':1:1 the file should hold one object, { … }'],
    ['{\n  "hooks": []\n}', ':2:12 "hooks" should be an object'],
    ['{"hooks": null}', ':1:11 "hooks" should be an object'],
    ['{"hooks": {\n  "Stop": {}}}', ':2:11 "Stop" should be a list'],
    ['{"hooks": {"Stop": ["x"]}}', ':1:21 each entry of "Stop" should be an object with a list "hooks"'],
    [
      '{"hooks": {"Stop": [{"command": "x"}]}}',
      ':1:21 each entry of "Stop" should be an object with a list "hooks"',
    ],
    [`{"a": ${'['.repeat(300_000)}`, ':1:1 is nested too deeply'],
  ].map(([text = '', why]) => ({ title: text.slice(0, 40), text, why }));

  test.each(refused)('$title: $why', ({ text, why }) => {
    write(machine.settings, text);
    expect(install(machine)).toBe(why);
    expect(uninstall(machine)).toBe(why);
    expect(readFileSync(machine.settings, 'utf8')).toBe(text);
    expect(existsSync(machine.places.state)).toBe(false);
  });

  test('not UTF-8', () => {
    const bytes = Buffer.from('\uFEFF{"a": 1}', 'utf16le');
    write(machine.settings, bytes);
    expect(install(machine)).toBe(' is not UTF-8');
    expect(readFileSync(machine.settings).equals(bytes)).toBe(true);
  });

  test('made read-only by its owner', () => {
    write(machine.settings, '{}', 0o444);
    expect(install(machine)).toBe(' is read-only');
    expect(readFileSync(machine.settings, 'utf8')).toBe('{}');
  });

  test('a folder, and a file where the folder should be', () => {
    mkdirSync(machine.settings, { recursive: true });
    expect(install(machine)).toBe(' is a folder');
    const other = makeMachine();
    write(dirname(other.settings), 'a file');
    expect(install(other)).toBe(' lies below something that is no folder');
  });

  test.skipIf(process.getuid?.() === 0)('in a folder that may not be written', () => {
    write(machine.settings, '{}');
    const folder = dirname(machine.settings);
    chmodSync(folder, 0o555);
    try {
      expect(install(machine)).toBe(' or its folder may not be read or written by you');
    } finally {
      chmodSync(folder, 0o755);
    }
    expect(readFileSync(machine.settings, 'utf8')).toBe('{}');
  });
});
