// The list of variables: the hook hands over each, and the README's table says of each where it is read and what a project
// may say by it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { resolveVariables, type TicketContext } from '../../src/config/client-environment.ts';
import { PROJECT_WISHES } from '../../src/config/project-file.ts';
import { resolveDestinations } from '../../src/config/resolve.ts';
import { SIGNALS } from '../../src/config/signal.ts';
import { takesAway } from '../../src/config/switches.ts';
import { CLIENT_VARIABLES, OTLP_VARIABLES } from '../../src/config/variables.ts';
import { TICKET_VARIABLES } from '../../src/hook/variables.ts';
import { temporaryFolder } from '../support/folders.ts';

test('the hook hands over every variable that the configuration reads', () => {
  expect(CLIENT_VARIABLES.filter((name) => !TICKET_VARIABLES.includes(name))).toEqual([]);
  expect(new Set(CLIENT_VARIABLES).size).toBe(CLIENT_VARIABLES.length);
});

describe("the README's table", () => {
  const rows = readTable(readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8'));
  const namesOf = (from: string): string[] =>
    rows.filter((row) => row.from === from).flatMap(({ names }) => names);

  test('names each variable that is read, once, and none else', () => {
    expect(rows.flatMap(({ names }) => names).sort()).toEqual([...CLIENT_VARIABLES].sort());
  });

  test('knows three places to read from', () => {
    expect([...new Set(rows.map(({ from }) => from))].sort()).toEqual([
      'client',
      'client, settings',
      'client, settings (1)',
    ]);
  });

  test('says truly where each is read: of the client, then of the user, then of the administrator', () => {
    const settings = [...namesOf('client, settings'), ...namesOf('client, settings (1)')];
    const env = Object.fromEntries(settings.map((name) => [name, 'x']));
    const sources = (context: Partial<TicketContext>): string[] => {
      const { variables } = resolveVariables({ ...ticket(), ...context });
      return [...new Set(settings.map((name) => variables.get(name)?.source ?? `not ${name}`))];
    };
    write('managed/managed-settings.json', { env });
    expect(sources({})).toEqual(['managed-settings']);
    write('home/.claude/settings.json', { env });
    expect(sources({})).toEqual(['user-settings']);
    expect(sources({ environment: env })).toEqual(['client']);
  });

  test('says truly which are of the client alone', () => {
    expect(namesOf('client')).toEqual(['CLAUDE_CONFIG_DIR']);
    const elsewhere = { CLAUDE_CONFIG_DIR: join(root, 'elsewhere') };
    write('elsewhere/settings.json', { env: { OTEL_SERVICE_NAME: 'elsewhere' } });
    write('home/.claude/settings.json', { env: elsewhere });
    const name = (context: TicketContext) => resolveVariables(context).variables.get('OTEL_SERVICE_NAME');
    expect(name(ticket())).toBeUndefined();
    expect(name({ ...ticket(), environment: elsewhere })).toMatchObject({ value: 'elsewhere' });
  });

  test('says truly which mean nothing to a destination of config.json', () => {
    expect(namesOf('client, settings (1)').sort()).toEqual([...OTLP_VARIABLES].sort());
    write('home/.config/turnspan/config.json', { destinations: { mine: { endpoint: 'http://mine' } } });
    const resolved = (environment: Record<string, string>) =>
      resolveDestinations({ ...ticket(), environment }, SIGNALS);
    const nonsense = Object.fromEntries(OTLP_VARIABLES.map((name) => [name, 'no sense']));
    expect(resolved(nonsense)).toEqual(resolved({}));
  });

  test.each(CLIENT_VARIABLES)('says truly what a project may say by %s', (name) => {
    const may = rows.find(({ names }) => names.includes(name))?.may ?? '?';
    const values = [...may.matchAll(/`([^`]+)`/g)].map(([, value = '']) => value);
    for (const value of values) {
      expect(takesAway(name, value)).toBe(true);
      write('project/.claude/settings.json', { env: { [name]: value } });
      expect(resolveVariables(ticket()).variables.get(name)).toEqual({ value, source: 'project-settings' });
    }
    const more = SOME_VALUES.filter((value) => takesAway(name, value) && !values.includes(value));
    // Any word that is not a no switches off.
    expect(name === 'TURNSPAN_DISABLED' ? [] : more).toEqual([]);
    const isWish = PROJECT_WISHES.includes(name);
    expect(/^(add|pick)$/.test(may)).toBe(isWish);
    if (values.length === 0 && !isWish) expect(may).toBe('');
    write('project/.claude/settings.json', { env: { [name]: 'x' } });
    const { variables, warnings } = resolveVariables(ticket());
    const counts = name === 'TURNSPAN_DISABLED';
    expect(variables.has(name)).toBe(counts);
    expect(warnings.map(({ variable }) => variable)).toEqual(counts || isWish ? [] : [name]);
  });
});

/** What somebody might write. */
const SOME_VALUES = [
  'true',
  'false',
  'none',
  'full',
  'NO_CONTENT',
  'EVENT_ONLY',
  'SPAN_ONLY',
  '0',
  '1',
  'x',
  'console',
];

interface Row {
  readonly names: readonly string[];
  readonly from: string;
  readonly may: string;
}

function readTable(readme: string): Row[] {
  const [, section = ''] = /\n## Settings\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const lines = section.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) => {
    const [variables = '', , from = '', may = ''] = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    const given = [...variables.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    // `…COMPRESSION` goes on behind what the first name of the row has before its last part.
    const stem = /^.*\]/.exec(given[0] ?? '')?.[0] ?? '';
    return { names: given.map((name) => name.replace('…', stem)).flatMap(spelledOut), from, may };
  });
}

/** `[A_/B_]` is one of these or nothing, `SIGNAL` any. */
function spelledOut(name: string): string[] {
  const signals = SIGNALS.map((signal) => signal.toUpperCase());
  const [bracket, inside = ''] = /\[([^\]]+)\]/.exec(name) ?? [];
  if (bracket !== undefined) {
    const parts = inside === 'SIGNAL_' ? signals.map((signal) => `${signal}_`) : inside.split('/');
    return ['', ...parts].map((part) => name.replace(bracket, part));
  }
  return name.includes('_SIGNAL_') ? signals.map((signal) => name.replace('SIGNAL', signal)) : [name];
}

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

function ticket(): TicketContext {
  return {
    dir: join(root, 'state'),
    home: join(root, 'home'),
    hookVariables: new Map(),
    projectDirs: [join(root, 'project')],
    managedFolder: join(root, 'managed'),
  };
}

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(content));
}
