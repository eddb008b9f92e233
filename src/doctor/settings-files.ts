// In: home, the current folder, the administrator's folder. Out: each settings file that Claude Code would load here, parsed.
// Always: read once, changed never; a file that is not there is listed as missing, one that cannot be read says why.
import { resolve } from 'node:path';
import {
  managedSettingsFiles,
  managedSettingsFolder,
  projectSettingsFiles,
  userSettingsFile,
} from '../config/settings-places.ts';
import { readSettings } from '../install/settings-on-disk.ts';

export type SettingsScope = 'user' | 'project' | 'local' | 'managed';

export interface SettingsFile {
  readonly scope: SettingsScope;
  readonly path: string;
  /** Without byte order mark; empty where there is no file. */
  readonly text: string;
  /** Why it could not be read, a sentence without its subject. */
  readonly unreadable?: string;
  /** What the client sees; empty where it can load nothing. */
  readonly value: Readonly<Record<string, unknown>>;
}

export interface SettingsFolders {
  readonly home: string;
  readonly cwd: string;
  readonly configDir: string | undefined;
  /** This system's where absent. */
  readonly managedFolder?: string | undefined;
}

/** The user's, the project's two of the current folder, the administrator's: in this order. */
export function readSettingsFiles({ home, cwd, configDir, managedFolder }: SettingsFolders): SettingsFile[] {
  const user = resolve(userSettingsFile(home, configDir));
  // At home, the project's file is the user's own.
  const own = new Set([user, resolve(userSettingsFile(home, undefined))]);
  const [shared, local] = projectSettingsFiles(cwd).map((path) => resolve(path));
  const project = [
    ['project', shared],
    ['local', local],
  ] as const;
  return [
    read('user', user),
    ...project.flatMap(([scope, path]) => (path === undefined || own.has(path) ? [] : [read(scope, path)])),
    ...managedSettingsFiles(managedFolder ?? managedSettingsFolder()).map((path) => read('managed', path)),
  ];
}

/** The `env` block as text, as the client takes it. */
export function envOf({ value }: SettingsFile): ReadonlyMap<string, string> {
  const { env } = value;
  if (!isRecord(env)) return new Map();
  return new Map(
    Object.entries(env).flatMap(([name, one]) =>
      ['string', 'number', 'boolean'].includes(typeof one) ? [[name, String(one)]] : [],
    ),
  );
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function read(scope: SettingsScope, path: string): SettingsFile {
  const disk = readSettings(path);
  if (disk.status === 'refused') return { scope, path, text: '', unreadable: disk.why, value: {} };
  return { scope, path, text: disk.text, value: parse(disk.text) };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
