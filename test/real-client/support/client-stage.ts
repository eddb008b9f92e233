// The place where a client plays: a temporary folder with a home, a config folder and a work folder of its own, and the
// environment that belongs to them. Nothing of the machine's own Claude Code is read or written, nothing leaves loopback.
// Always: no dialog stands in the way (onboarding done, key approved, folder trusted).
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where a client plays. */
export interface ClientStage {
  readonly root: string;
  readonly home: string;
  /** `CLAUDE_CONFIG_DIR` */
  readonly config: string;
  /** The client's working directory. */
  readonly work: string;
  /** All that a client gets; nothing is inherited but PATH. */
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

export interface StageOptions {
  /** Of the model server. */
  readonly baseUrl: string;
  /** The content of `settings.json`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Further content of `.claude.json`, where the client keeps its own state. */
  readonly state?: Readonly<Record<string, unknown>>;
  /** Further variables; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Files of the work folder, by their path in it. */
  readonly files?: Readonly<Record<string, string>>;
}

const key = 'sk-ant-dummy-000000000000000000000000';

/** Sets up a stage. Remove it in the end. */
export function setStage({
  baseUrl,
  settings = {},
  state = {},
  env = {},
  files = {},
}: StageOptions): ClientStage {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'turnspan-client-')));
  const [home, config, work] = ['home', 'config', 'shop'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ]; // three names give three paths
  for (const folder of [home, config, work]) mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(work, name)), { recursive: true });
    writeFileSync(join(work, name), text);
  }
  writeFileSync(join(config, '.claude.json'), JSON.stringify({ ...withoutDialogs(work), ...state }));
  writeFileSync(join(config, 'settings.json'), JSON.stringify(settings, undefined, 2));
  const all = {
    PATH: process.env['PATH'],
    HOME: home,
    LANG: 'C.UTF-8',
    CLAUDE_CONFIG_DIR: config,
    ANTHROPIC_BASE_URL: baseUrl,
    ANTHROPIC_API_KEY: key,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    ...env,
  };
  return {
    root,
    home,
    config,
    work,
    env: Object.fromEntries(
      Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    remove: () => {
      // A client that was just killed may still have a child that writes.
      rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function withoutDialogs(work: string): object {
  return {
    hasCompletedOnboarding: true,
    theme: 'dark',
    customApiKeyResponses: { approved: [key.slice(-20)], rejected: [] },
    // 1.0 does not start without the list of tools.
    projects: {
      [work]: { allowedTools: [], hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true },
    },
  };
}
