// The options of the plugin, where Claude Code keeps them: in the user's and the administrator's settings, and nowhere else.
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { resolveDestinations, type Resolution } from '../../src/config/resolve.ts';
import type { TicketContext } from '../../src/config/client-environment.ts';
import { temporaryFolder } from '../support/folders.ts';
import { write } from '../install/support/machine.ts';

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

const MINE = 'http://127.0.0.1:4319';

/** `pluginConfigs` with options of `name`. */
function configs(options: unknown, name = 'turnspan@turnspan'): object {
  return {
    pluginConfigs: { 'other@turnspan': { options: { endpoint: 'http://127.0.0.1:1' } }, [name]: { options } },
  };
}

function settings(content: object, folder = join(home, '.claude'), name = 'settings.json'): void {
  write(join(folder, name), JSON.stringify(content));
}

function resolve(change: Partial<TicketContext> = {}): Resolution {
  return resolveDestinations({
    dir: join(home, 'state'),
    home,
    environment: {},
    hookVariables: new Map(),
    projectDirs: [join(home, 'shop')],
    managedFolder: join(home, 'managed'),
    ...change,
  });
}

/** The value that counts and who set it. */
function chosen(resolution: Resolution, setting: string): readonly [string, string] | string {
  if (resolution.status !== 'send') return resolution.why;
  const choice = resolution.choices.find((one) => one.setting === setting);
  return choice === undefined ? 'none' : [choice.shown, choice.from];
}

test.each(['turnspan@turnspan', 'turnspan@inline', 'turnspan'])('those of %s count', (name) => {
  settings(configs({ endpoint: MINE, content: 'full', user: 'ada' }, name));
  const resolution = resolve();
  expect(chosen(resolution, 'endpoint')).toEqual([
    `${MINE}/v1/traces`,
    "OTEL_EXPORTER_OTLP_ENDPOINT of the plugin's options",
  ]);
  expect(chosen(resolution, 'content')).toEqual(['full', "TURNSPAN_CONTENT of the plugin's options"]);
  expect(chosen(resolution, 'user')).toEqual(['ada', "TURNSPAN_USER of the plugin's options"]);
});

test("the administrator's count, below the user's own", () => {
  settings(
    configs({ endpoint: 'http://127.0.0.1:1', content: 'full' }),
    join(home, 'managed'),
    'managed-settings.json',
  );
  settings(configs({ endpoint: MINE }));
  const resolution = resolve();
  expect(chosen(resolution, 'endpoint')).toContain(`${MINE}/v1/traces`);
  expect(chosen(resolution, 'content')).toContain('full');
});

test('the environment and `env` of the user go before them, a destination of the config file before all', () => {
  settings(configs({ endpoint: 'http://127.0.0.1:1' }));
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: MINE };
  expect(chosen(resolve({ environment }), 'endpoint')).toContain(`${MINE}/v1/traces`);
  settings({ ...configs({ endpoint: 'http://127.0.0.1:1' }), env: environment });
  expect(chosen(resolve(), 'endpoint')).toEqual([
    `${MINE}/v1/traces`,
    "OTEL_EXPORTER_OTLP_ENDPOINT of the user's settings",
  ]);
  settings(configs({ endpoint: 'http://127.0.0.1:1' }));
  write(
    join(home, '.config/turnspan/config.json'),
    JSON.stringify({ destinations: { mine: { endpoint: MINE } } }),
  );
  expect(chosen(resolve(), 'endpoint')).toEqual([`${MINE}/v1/traces`, 'config.json']);
});

test("a project's, and what a hook's environment says of them, count for nothing", () => {
  const evil = configs({ endpoint: 'http://127.0.0.1:1', content: 'full' });
  for (const name of ['settings.json', 'settings.local.json'])
    settings(evil, join(home, 'shop/.claude'), name);
  const hookVariables = new Map([['CLAUDE_PLUGIN_OPTION_ENDPOINT', 'http://127.0.0.1:1']]);
  const resolution = resolve({ hookVariables });
  expect(chosen(resolution, 'endpoint')).toContain('default');
  expect(chosen(resolution, 'content')).toEqual(['none', 'default']);
});

test('an option left empty says nothing, and another shape no more', () => {
  settings(configs({ endpoint: '  ', content: ['full'] }));
  expect(chosen(resolve(), 'endpoint')).toContain('default');
  for (const content of [configs(7), { pluginConfigs: [] }, { pluginConfigs: { turnspan: null } }]) {
    settings(content);
    expect(chosen(resolve(), 'content')).toEqual(['none', 'default']);
  }
});
