// In: a hook's ticket, the client that it names, the settings files. Out: each variable that counts and who set it.
// Always: a repository cannot choose where data goes. The strongest first:
//   a value that only takes away (switches.ts), from a project's settings or the hook's environment;
//   the environment that the client was started with, which does not show what settings files set;
//   the `env` block of the user's settings, then what they have set for our plugin (`pluginConfigs`); the same of the
//   administrator's;
//   the hook's environment, only when the client's cannot be had, and without every name that the project sets.
import { isAbsolute, resolve } from 'node:path';
import { clientVariables } from './remembered-clients.ts';
import type { Client } from './remembered-clients.ts';
import { readSettingsEnvironment } from './settings-file.ts';
import { managedSettingsFiles, managedSettingsFolder } from './settings-places.ts';
import { projectSettingsFiles, userSettingsFile } from './settings-places.ts';
import { allOf, PROJECT_WISHES, readProjectFile, wishesOfVariables } from './project-file.ts';
import type { ProjectWishes } from './project-file.ts';
import { secretNames } from './secret-names.ts';
import { takesAway } from './switches.ts';
import { userConfigFileOf } from './user-config-place.ts';
import { CLIENT_VARIABLES } from './variables.ts';
import type { ConfigWarning, VariableSource } from './variables.ts';

/** All that is known when a ticket is looked at. */
export interface TicketContext {
  /** The installation's folder, where clients are remembered. */
  readonly dir: string;
  /** The user's home as the installation knows it, never as the ticket says it. */
  readonly home: string;
  readonly client?: Client;
  /** The environment of a client that is about to start: what a command of ours finds in its shell. Goes before `client`, and is not remembered. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What the hook found in its environment; a project may have set any of it. */
  readonly hookVariables: ReadonlyMap<string, string>;
  /** Every folder that may be the project: `CLAUDE_PROJECT_DIR`, and the `cwd` of the payload. */
  readonly projectDirs: readonly string[];
  /** False: no command of the user's config file is run; `(from a command)` stands for what it would print. */
  readonly runsCommands?: boolean;
  /** The administrator's folder; this system's when absent. */
  readonly managedFolder?: string;
}

export interface ResolvedVariables {
  readonly variables: ReadonlyMap<string, { readonly value: string; readonly source: VariableSource }>;
  readonly warnings: readonly ConfigWarning[];
  /** The same as the client itself lays them over each other: settings files over its environment, the administrator's on top. */
  readonly asClientReads: ReadonlyMap<string, string>;
  /** Names whose value in a hook's environment may be the project's. */
  readonly doubtful: { has(name: string): boolean };
  /** Variables that the user's config file takes secrets from: of the client, the user and the administrator alone. */
  readonly secrets: ReadonlyMap<string, string>;
  /** What the project's files wish: each can only take away, tag, or pick. */
  readonly project: ProjectWishes;
  /** Settings that may decide and cannot be read: what they say is not known. */
  readonly unreadable: readonly VariableSource[];
}

type Values = ReadonlyMap<string, string>;

/** The variables that `CLIENT_VARIABLES` names. Also remembers the client for later tickets. */
export function resolveVariables(context: TicketContext): ResolvedVariables {
  const secretsOf = secretNames(userConfigFileOf(context.dir, context.home));
  const names = [...CLIENT_VARIABLES, ...secretsOf];
  const fromClient = context.environment
    ? named(names, context.environment)
    : context.client && clientVariables(context.dir, context.client, secretsOf);
  const hook: Values = new Map(
    [...context.hookVariables].filter(([name]) => CLIENT_VARIABLES.includes(name)),
  );
  const project = readProject(context);
  const fromHook = fromClient ? noValues : withoutProject(hook, project);
  const configDir = (fromClient ?? fromHook).get('CLAUDE_CONFIG_DIR');
  const user = readFiles([userSettingsFile(context.home, configDir)], names);
  const managed = readFiles(managedSettingsFiles(context.managedFolder ?? managedSettingsFolder()), names);

  const layers: readonly (readonly [VariableSource, Values])[] = [
    ['project-settings', onlyTakingAway(project.values)],
    ['hook', onlyTakingAway(hook)],
    ['client', fromClient ?? noValues],
    ['user-settings', user.values],
    ['plugin-options', user.options],
    ['managed-settings', managed.values],
    ['plugin-options', managed.options],
    ['hook', fromHook],
  ];
  const variables = new Map<string, { value: string; source: VariableSource }>();
  for (const [source, values] of [...layers].reverse()) {
    for (const [name, value] of values) variables.set(name, { value, source });
  }
  const trusted = new Map([...managed.values, ...user.values, ...(fromClient ?? noValues)]);
  return {
    variables,
    secrets: new Map(
      secretsOf
        .flatMap((name) => [[name, trusted.get(name) ?? '']] as const)
        .filter(([, value]) => value !== ''),
    ),
    project: project.wishes,
    asClientReads: new Map([
      ...fromHook,
      ...withoutEndpoints(fromClient ?? noValues, managed.values),
      ...withoutEndpoints(user.values, managed.values),
      ...managed.values,
    ]),
    doubtful: project.unnamed || project.unreadable ? { has: () => true } : project.values,
    warnings: [...warnOfProject(project), ...(fromClient ? [] : warnOfHook(hook, project))],
    unreadable: [
      ...(user.unreadable ? (['user-settings'] as const) : []),
      ...(managed.unreadable ? (['managed-settings'] as const) : []),
    ],
  };
}

interface SettingsLayer {
  readonly values: Values;
  /** Of our plugin, by the variables that they stand for. A project's count for nothing. */
  readonly options: Values;
  readonly unreadable: boolean;
}

interface Project extends SettingsLayer {
  readonly wishes: ProjectWishes;
  /** No folder was named, so nobody can tell what the project sets. */
  readonly unnamed: boolean;
}

function named(
  names: readonly string[],
  environment: NonNullable<TicketContext['environment']>,
): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

const noValues: Values = new Map();

function readProject({ home, projectDirs }: TicketContext): Project {
  const dirs = [...new Set(projectDirs.filter((dir) => isAbsolute(dir)).map((dir) => resolve(dir)))];
  // At home, the project's settings file is the user's own.
  const own = resolve(userSettingsFile(home, undefined));
  const files = dirs.flatMap(projectSettingsFiles).filter((file) => file !== own);
  const layer = readFiles(files);
  const wishes = [wishesOfVariables(layer.values), ...dirs.map(readProjectFile)];
  return { ...layer, wishes: allOf(wishes), unnamed: dirs.length === 0 };
}

/** Files laid over each other, the last on top. */
function readFiles(paths: readonly string[], names: readonly string[] = CLIENT_VARIABLES): SettingsLayer {
  const values = new Map<string, string>();
  const options = new Map<string, string>();
  let unreadable = false;
  for (const path of paths) {
    const settings = readSettingsEnvironment(path, names);
    if (settings.status === 'unreadable') {
      unreadable = true;
      continue;
    }
    for (const [name, value] of settings.variables) values.set(name, value);
    for (const [name, value] of settings.options) options.set(name, value);
  }
  return { values, options, unreadable };
}

/** What of the hook's environment the project did certainly not set. */
function withoutProject(hook: Values, project: Project): Values {
  if (project.unnamed || project.unreadable) return noValues;
  return new Map([...hook].filter(([name]) => !project.values.has(name)));
}

/** An administrator who names an endpoint decides about all of it (2.1.217). */
function withoutEndpoints(values: Values, managed: Values): Values {
  const isEndpoint = (name: string): boolean => name.endsWith('_ENDPOINT');
  if (![...managed.keys()].some(isEndpoint)) return values;
  return new Map([...values].filter(([name]) => !isEndpoint(name)));
}

function onlyTakingAway(values: Values): Values {
  return new Map([...values].filter(([name, value]) => takesAway(name, value)));
}

function warnOfProject({ values, wishes }: Project): ConfigWarning[] {
  const message =
    'is set by a settings file of the project and ignored: a project cannot choose where data goes. Set it in the shell or in your own settings';
  const set = [...values].filter(
    ([name, value]) => !takesAway(name, value) && !PROJECT_WISHES.includes(name),
  );
  const warnings: ConfigWarning[] = set.map(([variable]) => ({
    variable,
    source: 'project-settings',
    message,
  }));
  const ofFile =
    'stands in .turnspan.json of the project and is ignored: a project can switch off (disabled), lower the content level (content: none), add tags, and pick one of your destinations by its name';
  return [
    ...warnings,
    ...wishes.ignored.map((key): ConfigWarning => ({
      variable: key,
      source: 'project-settings',
      message: ofFile,
    })),
  ];
}

function warnOfHook(hook: Values, project: Project): ConfigWarning[] {
  if (!project.unnamed && !project.unreadable) return [];
  const reason = project.unnamed
    ? 'the ticket names no project folder'
    : 'a settings file of the project cannot be read (repair its JSON)';
  const message = `is ignored: ${reason}, so nobody can tell whether the project has set it`;
  return [...hook]
    .filter(([name, value]) => !takesAway(name, value))
    .map(([variable]) => ({ variable, source: 'hook', message }));
}
