// `turnspan install` without arguments, as a person at a terminal has it: real keys, a real screen, a real receiver.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { beginPause } from '../../src/state/pause.ts';
import { closedPort } from '../doctor/support/endpoints.ts';
import { ALL, makeMachine, registered, write, type Machine } from '../install/support/machine.ts';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { noTerminal, turnspanAtTerminal, type Terminal } from './install-terminal.ts';

const SECRET = 'sk-lf-of-a-test';
const MINE = '{\n  "model": "opus"\n}\n';

let machine: Machine;
let backend: LoopbackBackend;
let project: string;
beforeEach(async () => {
  machine = makeMachine();
  backend = await startBackend();
  project = join(machine.home, 'project');
  mkdirSync(project);
  write(join(machine.home, '.local/bin/claude'), '#!/bin/sh\necho "2.1.329 (Claude Code)"\n', 0o755);
  write(machine.settings, MINE);
});
afterEach(() => backend.stop());

describe.skipIf(noTerminal !== undefined)(`the wizard (${noTerminal ?? 'with tmux'})`, () => {
  test("Enter all through: the shell's endpoint with its key, no content, the user's settings, a test trace", async () => {
    const terminal = await install({
      OTEL_EXPORTER_OTLP_ENDPOINT: backend.url,
      OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${SECRET}`,
    });
    const first = await terminal.see(WHERE);
    expect(first).toContain(`● ${backend.url} (OTEL_EXPORTER_OTLP_ENDPOINT of this shell`);
    await enter(terminal, WHERE, CONTENT);
    await enter(terminal, CONTENT, SIGNALS);
    await enter(terminal, SIGNALS, SCOPE);
    await enter(terminal, SCOPE, AGREE);
    expect(existsSync(machine.places.config)).toBe(false);
    await terminal.press('Enter');
    const screen = await terminal.see('then look into your backend');
    expect(screen).toContain(`taken    default (${backend.url}/v1/traces)`);
    expect(screen).not.toContain('did not arrive');
    expect(await terminal.ended()).toBe(0);
    const [trace] = backend.requests;
    expect([trace?.path, trace?.headers['x-api-key']]).toEqual(['/v1/traces', SECRET]);
    expect(configured()).toEqual({
      default: { endpoint: backend.url, headers: { 'x-api-key': SECRET }, content: 'none' },
    });
    expect(registered(machine.settings)).toEqual(ALL);
    expect(terminal.written()).not.toContain(SECRET);
  });

  test('a preset: what the shell has is taken, the other key is typed and never seen', async () => {
    const terminal = await install({ LANGFUSE_PUBLIC_KEY: 'pk-lf-1' });
    await toBackends(terminal);
    await terminal.type('langfuse, self');
    await terminal.see('● Langfuse, self-hosted');
    await enter(terminal, BACKEND, 'LANGFUSE_BASE_URL, ');
    expect(await terminal.see('Taken from this shell')).toContain(
      'Taken from this shell: LANGFUSE_PUBLIC_KEY\n',
    );
    await terminal.type('not an address');
    await terminal.press('Enter');
    await terminal.see('It is no URL');
    await terminal.press('C-u');
    await terminal.type(backend.url);
    await enter(terminal, backend.url, 'LANGFUSE_SECRET_KEY, in Langfuse: the project');
    await terminal.press('Enter');
    await terminal.see('This one is needed.');
    await terminal.type(SECRET);
    await enter(terminal, '▪▪▪▪', CONTENT);
    await terminal.press('Down', 'Enter');
    // Langfuse takes traces alone.
    expect(await terminal.see(SCOPE)).not.toContain(SIGNALS);
    await terminal.press('Down', 'Down', 'Enter');
    const plan = await terminal.see(AGREE);
    expect(plan).toContain(`settings     ${join(project, '.claude/settings.local.json')}`);
    expect(plan).toContain('destination  preset langfuse-self-hosted, content full (in ');
    await terminal.press('y');
    await terminal.see('then look into your backend');
    expect(await terminal.ended()).toBe(0);
    expect(terminal.written()).not.toContain(SECRET);
    const [trace] = backend.requests;
    const basic = `Basic ${Buffer.from(`pk-lf-1:${SECRET}`).toString('base64')}`;
    expect([trace?.path, trace?.headers.authorization]).toEqual(['/api/public/otel/v1/traces', basic]);
    expect(configured()).toEqual({
      default: {
        preset: 'langfuse-self-hosted',
        parameters: { url: backend.url, publicKey: 'pk-lf-1', secretKey: SECRET },
        content: 'full',
      },
    });
    expect(registered(join(project, '.claude/settings.local.json'))).toEqual(ALL);
    expect(readFileSync(machine.settings, 'utf8')).toBe(MINE);
  });

  test('variables decide: nothing is written but the hooks, and the test trace goes where they say', async () => {
    const terminal = await install({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url });
    await terminal.see(WHERE);
    await terminal.press('Down', 'Down');
    await terminal.see('● Let OTEL_EXPORTER_OTLP_* decide');
    await enter(terminal, WHERE, SCOPE);
    expect(await terminal.see('TURNSPAN_CONTENT')).not.toContain(CONTENT);
    await enter(terminal, SCOPE, AGREE);
    await terminal.press('Enter');
    await terminal.see(`taken    ${backend.url}`);
    expect(await terminal.ended()).toBe(0);
    expect(backend.requests[0]?.path).toBe('/v1/traces');
    expect(existsSync(machine.places.config)).toBe(false);
    expect(registered(machine.settings)).toEqual(ALL);
  });

  test('another endpoint: its address as people copy it, and its key, typed hidden', async () => {
    const terminal = await install({});
    await terminal.see(WHERE);
    await terminal.press('Up');
    await terminal.see('● Another OTLP endpoint');
    await enter(terminal, WHERE, 'Which endpoint?');
    await terminal.type('http://otel.invalid:4317/v1/traces');
    await enter(terminal, 'otel.invalid', '4317 is the port of gRPC');
    await terminal.press('n');
    await terminal.see('A header with its key');
    await terminal.type(SECRET);
    await terminal.press('Enter');
    await terminal.see('It is no header');
    await terminal.press('C-u');
    await terminal.type(`X-Key=${SECRET}`);
    await enter(terminal, '▪▪▪▪', CONTENT);
    await enter(terminal, CONTENT, SIGNALS);
    await terminal.press('Down');
    await terminal.see('● traces, metrics and events (for dashboards and alerts)');
    await enter(terminal, SIGNALS, SCOPE);
    await enter(terminal, SCOPE, AGREE);
    await terminal.press('Enter');
    await terminal.see('then look into your backend');
    expect(await terminal.ended()).toBe(0);
    expect(configured()).toEqual({
      default: {
        endpoint: 'http://otel.invalid:4317',
        headers: { 'X-Key': SECRET },
        content: 'none',
        signals: ['traces', 'metrics', 'logs'],
      },
    });
    expect(terminal.written()).not.toContain(SECRET);
  });

  test('nobody at the endpoint: it is installed all the same, and says what to do next', async () => {
    const terminal = await install({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await closedPort()}`,
    });
    await enter(terminal, WHERE, CONTENT);
    await enter(terminal, CONTENT, SIGNALS);
    await enter(terminal, SIGNALS, SCOPE);
    await enter(terminal, SCOPE, AGREE);
    await terminal.press('Enter');
    const screen = await terminal.see('then look into your backend');
    expect(screen).toMatch(/not now +default \(.*ECONNREFUSED/);
    expect(screen).toContain('The test trace did not arrive. Turnspan is installed all the same.');
    expect(screen).toContain('`turnspan doctor` says what to mend');
    expect(await terminal.ended()).toBe(0);
    expect(registered(machine.settings)).toEqual(ALL);
  });

  test('a second time, what config.json says stays; a pause is told', async () => {
    const config = JSON.stringify({ destinations: { home: { endpoint: backend.url, content: 'full' } } });
    write(machine.places.config, config);
    write(join(machine.places.state, 'x'), '');
    beginPause(machine.places.state, Date.parse('2026-01-02T03:04:05Z'));
    const terminal = await install({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
    expect(await terminal.see(WHERE)).toContain(`● ${backend.url} (as config.json has it now)`);
    expect(await terminal.see(WHERE)).not.toContain('decide');
    await enter(terminal, WHERE, SCOPE);
    await enter(terminal, SCOPE, AGREE);
    await terminal.press('Enter');
    await terminal.see(
      'Paused since 2026-01-02T03:04:05.000Z: nothing is read or sent until `turnspan resume`.',
    );
    expect(await terminal.ended()).toBe(0);
    expect(readFileSync(machine.places.config, 'utf8')).toBe(config);
    expect(backend.requests[0]?.path).toBe('/v1/traces');
  });

  // Each question of the longest way, and what answers it.
  const way = [
    ['Where do the traces go?', ['Down', 'Enter']],
    ['Which backend?', ['l', 'a', 'n', 'g', 'f', 'u', 's', 'e', 'Enter']],
    ['LANGFUSE_PUBLIC_KEY, ', ['p', 'Enter']],
    ['LANGFUSE_SECRET_KEY, ', ['s', 'Enter']],
    ['What may leave', ['Enter']],
    ['Whose sessions?', ['Enter']],
    ['Install, and send', ['n']],
  ] as const;
  test.each([
    ...way.map(([question], place) => [question, 'C-c', place] as const),
    ...[0, 1, 3, 6].map((place) => [way[place]?.[0] ?? '', 'Escape', place] as const),
    ...[2, 5].map((place) => [way[place]?.[0] ?? '', 'C-d', place] as const),
    ['Install, and send', 'n', 6] as const,
  ])('at "%s" %s ends it, and no byte has changed', async (question, key, place) => {
    const before = bytesBelow(machine.home);
    const terminal = await install({});
    for (const [text, keys] of way.slice(0, place)) {
      await terminal.see(text);
      await terminal.press(...keys);
    }
    await terminal.see(question);
    await terminal.press(key);
    await terminal.see('Nothing was changed.');
    expect(await terminal.ended()).toBe(1);
    expect(bytesBelow(machine.home)).toEqual(before);
    expect(backend.requests).toEqual([]);
  });

  test('at the signals too', async () => {
    const before = bytesBelow(machine.home);
    const terminal = await install({});
    await enter(terminal, WHERE, CONTENT);
    await enter(terminal, CONTENT, SIGNALS);
    await terminal.press('Escape');
    await terminal.see('Nothing was changed.');
    expect(await terminal.ended()).toBe(1);
    expect(bytesBelow(machine.home)).toEqual(before);
  });

  test('a config file that is not understood ends it before the first question', async () => {
    write(machine.places.config, '{"colour": "red"}');
    const before = bytesBelow(machine.home);
    const terminal = await install({});
    await terminal.see('has a key that this version does not know: colour');
    expect(await terminal.ended()).toBe(1);
    expect(bytesBelow(machine.home)).toEqual(before);
  });

  test('with --preset alone the missing keys are asked for, and nothing else', async () => {
    const terminal = await install({ LANGFUSE_PUBLIC_KEY: 'pk-lf-1' }, '--preset', 'langfuse-eu');
    await terminal.see('LANGFUSE_SECRET_KEY, ');
    await terminal.type(SECRET);
    await terminal.press('Enter');
    await terminal.see('Install? [y/N]');
    await terminal.type('y');
    await terminal.press('Enter');
    await terminal.see('is installed.');
    expect(await terminal.ended()).toBe(0);
    expect(configured()).toEqual({
      default: { preset: 'langfuse-eu', parameters: { publicKey: 'pk-lf-1', secretKey: SECRET } },
    });
    expect(terminal.written()).not.toContain(SECRET);
  });

  test('a terminal that cannot move its cursor is asked as with options', async () => {
    const terminal = await install({ TERM: 'dumb' });
    expect(await terminal.see('Install? [y/N]')).not.toContain(WHERE);
    await terminal.press('Enter');
    await terminal.see('Nothing was changed.');
    expect(await terminal.ended()).toBe(1);
  });
});

const WHERE = 'Where do the traces go?';
const BACKEND = 'Which backend?';
const CONTENT = 'What may leave this machine?';
const SIGNALS = 'Which signals?';
const SCOPE = 'Whose sessions?';
const AGREE = 'Install, and send a test trace?';

function install(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Terminal> {
  const own = { HOME: machine.home, PATH: '/usr/local/bin:/usr/bin:/bin' };
  return turnspanAtTerminal(['install', ...args], { ...own, ...env }, project);
}

/** Sees one thing, presses Enter, and sees the next question. */
async function enter(terminal: Terminal, present: string, next: string): Promise<void> {
  await terminal.see(present);
  await terminal.press('Enter');
  await terminal.see(next);
}

async function toBackends(terminal: Terminal): Promise<void> {
  await terminal.see(WHERE);
  await terminal.press('Down');
  await terminal.see('● A backend that Turnspan knows');
  await enter(terminal, WHERE, BACKEND);
}

function configured(): unknown {
  const { destinations } = JSON.parse(readFileSync(machine.places.config, 'utf8')) as {
    destinations: unknown;
  };
  return destinations;
}

/** Every file below a folder, and a hash of its bytes. */
function bytesBelow(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  return Object.fromEntries(
    paths.map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}
