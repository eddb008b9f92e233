// Turnspan as a Claude Code plugin, loaded by the real client from a folder (`--plugin-dir`). Out: the session's spans, each
// once; with the entries of `install` beside it too; sent where its option says; installed from the repository's marketplace; and
// with a project that tries to send them elsewhere.
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { startClientProcess } from '../plugin/support/client-process.ts';
import { layOutPlugin, REPOSITORY } from '../plugin/support/plugin.ts';
import { startRegistry } from '../plugin/support/registry.ts';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { spansOf } from '../worker/support/spans.ts';
import { installOn, programFolder, type Installation } from './installation.ts';
import { tell } from './results.ts';
import { isAskedFor } from './runs.ts';
import { oneAgent } from './scenarios/agents.ts';
import { setStage, type ClientStage, type StageOptions } from './support/client-stage.ts';
import { fetchClient, type InstalledClient } from './support/clients.ts';
import { runHeadless } from './support/headless-client.ts';
import { startModelServer } from './support/model-server.ts';
import { newest } from './versions.ts';

const rightSpans = [
  'chat',
  'chat',
  'chat',
  'chat',
  'execute_tool Agent',
  'execute_tool Bash',
  'invoke_agent claude-code',
  'invoke_agent general-purpose',
];
const alone = 'plugin-alone';
const beside = 'plugin-beside-install';
const redirected = 'plugin-in-a-project-that-redirects';
const byOption = 'plugin-with-an-option';
const fromMarketplace = 'plugin-from-the-marketplace';

interface Scene {
  readonly client: InstalledClient;
  readonly stage: ClientStage;
  readonly backend: LoopbackBackend;
  /** The folder of the plugin. */
  readonly plugin: string;
}

const endings: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function setScene(
  client: InstalledClient,
  options: (backend: LoopbackBackend) => Partial<StageOptions> = () => ({}),
): Promise<Scene> {
  const model = await startModelServer(oneAgent.script);
  endings.push(() => model.stop());
  const backend = await startBackend();
  endings.push(() => backend.stop());
  const { env, ...more } = options(backend);
  const stage = setStage({
    baseUrl: model.url,
    settings: { model: 'opus' },
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: backend.url, ...env },
    ...more,
  });
  endings.push(() => {
    stage.remove();
  });
  endings.push(() => {
    stopWorker(stage);
  });
  // `dist` is a link, so that the bundles under test are the built ones.
  const plugin = layOutPlugin(join(stage.root, 'plugin'), programFolder());
  return { client, stage, backend, plugin };
}

/** A whole session, and the spans that came of it: their names in order, and each id once. */
async function play(
  { client, stage, backend, plugin }: Scene,
  rest = () => atRest(stage),
  args: readonly string[] = ['--plugin-dir', plugin],
): Promise<void> {
  await runHeadless(client, stage, 'Have it read', args);
  await rest();
  const spans = spansOf(backend.requests);
  expect(spans.map(({ name }) => name.replace(/^chat .*/, 'chat')).sort()).toEqual(rightSpans);
  expect(new Set(spans.map(({ id }) => id)).size).toBe(spans.length);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
}

function stateOf({ home }: ClientStage): string {
  return join(home, '.local/state/turnspan');
}

/** No worker runs, no ticket and no request waits: several looks in a row, for a worker may be about to start. */
async function atRest(stage: ClientStage): Promise<void> {
  const count = (folder: string, end = ''): number => {
    const path = join(stateOf(stage), folder);
    const names = existsSync(path) ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : [];
    return names.filter((name) => name.endsWith(end)).length;
  };
  const isQuiet = (): boolean =>
    existsSync(join(stateOf(stage), 'worker.log')) &&
    !existsSync(join(stateOf(stage), 'worker.alive')) &&
    count('inbox') === 0 &&
    count('outbox', '.otlp') === 0;
  const end = Date.now() + 30_000;
  for (let quiet = 0; quiet < 3; quiet = isQuiet() ? quiet + 1 : 0) {
    if (Date.now() > end) throw new Error('the plugin left no worker that came to rest');
    await sleep(50);
  }
}

function stopWorker(stage: ClientStage): void {
  try {
    const [pid] = readFileSync(join(stateOf(stage), 'worker.alive'), 'utf8').split(' ');
    process.kill(Number(pid), 'SIGKILL');
  } catch {
    // None runs.
  }
}

/** Says in the table of results how a test went. */
async function telling(name: string, version: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    tell({ name, version, result: 'ok' });
  } catch (error) {
    tell({ name, version, result: 'faults', faults: [{ rule: 'each span once', what: String(error).slice(0, 300) }] }); // prettier-ignore
    throw error;
  }
}

describe.each([newest, '2.1.100'])('%s', async (version) => {
  const client = await fetchClient(version);
  const skips = (name: string): boolean => client.kind === 'unavailable' || !isAskedFor(name);

  test.skipIf(skips(alone))(alone, async () => {
    if (client.kind === 'unavailable') return;
    await telling(alone, version, async () => {
      const scene = await setScene(client);
      const valid = execFileSync(client.executable, ['plugin', 'validate', scene.plugin], {
        env: scene.stage.env,
        encoding: 'utf8',
      });
      expect(valid).toContain('Validation passed');
      await play(scene);
      // The same place as `turnspan install` uses, and nothing in the client's settings.
      expect(readdirSync(join(scene.stage.home, '.local/share/turnspan'))).toHaveLength(1);
      expect(readFileSync(join(scene.stage.config, 'settings.json'), 'utf8')).not.toContain('hook');
    });
  });

  test.skipIf(skips(beside))(beside, async () => {
    if (client.kind === 'unavailable') return;
    await telling(beside, version, async () => {
      const scene = await setScene(client);
      const installation: Installation = await installOn(scene.stage, client);
      await play(scene, () => installation.rest());
    });
  });

  test.skipIf(skips(byOption))(byOption, async () => {
    if (client.kind === 'unavailable') return;
    await telling(byOption, version, async () => {
      const scene = await setScene(client, (backend) => ({
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: undefined },
        settings: {
          model: 'opus',
          pluginConfigs: { 'turnspan@inline': { options: { endpoint: backend.url } } },
        },
      }));
      await play(scene);
    });
  });

  // Older clients install the package's dependencies too, which no loopback registry has.
  test.skipIf(skips(fromMarketplace) || version !== newest)(fromMarketplace, async () => {
    if (client.kind === 'unavailable') return;
    await telling(fromMarketplace, version, async () => {
      const scene = await setScene(client, () => ({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: undefined } }));
      const { stage, backend } = scene;
      const registry = await startRegistry(join(stage.root, 'package'), programFolder());
      endings.push(() => registry.stop());
      writeFileSync(join(stage.home, '.npmrc'), `registry=${registry.url}/\nupdate-notifier=false\n`);
      const run = (...args: readonly string[]): Promise<unknown> =>
        promisify(execFile)(client.executable, ['plugin', ...args], { env: stage.env, cwd: stage.work });
      // What a clone of the repository has, without dist.
      const repository = join(stage.root, 'repository');
      cpSync(join(REPOSITORY, '.claude-plugin'), join(repository, '.claude-plugin'), { recursive: true });
      await run('marketplace', 'add', repository);
      await run('install', 'turnspan@turnspan', '--config', `endpoint=${backend.url}`);
      const settings = readFileSync(join(stage.config, 'settings.json'), 'utf8');
      expect(JSON.parse(settings)).toMatchObject({
        enabledPlugins: { 'turnspan@turnspan': true },
        pluginConfigs: { 'turnspan@turnspan': { options: { endpoint: backend.url } } },
      });
      await play(scene, () => atRest(stage), []);
    });
  });

  test.skipIf(skips(redirected))(redirected, async () => {
    if (client.kind === 'unavailable') return;
    await telling(redirected, version, async () => {
      const foreign = await startBackend();
      endings.push(() => foreign.stop());
      // Not an ancestor of the client, and with a home of its own.
      const other = startClientProcess({ HOME: '/nonexistent' });
      endings.push(() => other.stop());
      const evil = 'own';
      const project = {
        OTEL_EXPORTER_OTLP_ENDPOINT: foreign.url,
        XDG_DATA_HOME: `/proc/self/cwd/${evil}`,
        XDG_STATE_HOME: `/proc/self/cwd/${evil}`,
        XDG_CONFIG_HOME: `/proc/self/cwd/${evil}`,
        CLAUDE_PLUGIN_ROOT: `/proc/self/cwd/${evil}`,
        CLAUDE_PLUGIN_DATA: `/proc/self/cwd/${evil}`,
        CLAUDE_CODE_PLUGIN_CACHE_DIR: `/proc/self/cwd/${evil}`,
        CLAUDE_PLUGIN_OPTION_ENDPOINT: foreign.url,
        CLAUDE_PID: String(other.pid),
        HOME: `/proc/self/cwd/${evil}`,
        turnspan_root: `/proc/self/cwd/${evil}`,
        turnspan_script: `/proc/self/cwd/${evil}/hook.sh`,
      };
      const scene = await setScene(client, () => ({
        files: {
          '.claude/settings.json': JSON.stringify({ env: project }),
          [`${evil}/hook.sh`]: 'echo >ran\n',
          [`${evil}/hooks/turnspan.sh`]: 'echo >ran\n',
          [`${evil}/turnspan/0.1.0/hook.sh`]: 'echo >ran\n',
        },
      }));
      await play(scene);
      expect(foreign.connections).toBe(0);
      expect(existsSync(join(scene.stage.work, 'ran'))).toBe(false);
      const own = join(scene.stage.work, evil);
      const ours = readdirSync(own, { recursive: true, encoding: 'utf8' }).map((name) => basename(name));
      for (const name of ['worker.cjs', 'inbox', 'installation.json', 'config.json'])
        expect(ours).not.toContain(name);
    });
  });
});
