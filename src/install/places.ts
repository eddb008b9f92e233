// In: the user's home and environment. Out: where Turnspan lives on this machine.
// Always: absolute paths. Script and worker lie in a folder of their version, so that a new one can come while sessions still
// run the old; what is remembered lies apart from them and stays where it is from version to version.
import { isAbsolute, join, resolve } from 'node:path';
import { userConfigFile } from '../config/user-config-place.ts';

export interface Places {
  readonly home: string;
  /** Holds one folder for each version. */
  readonly data: string;
  /** Script and worker of this version. */
  readonly program: string;
  /** The installation's folder: inbox, outbox, ledger, backups. */
  readonly state: string;
  /** The user's config file; it need not exist. */
  readonly config: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** By the XDG Base Directory specification, also on macOS; on Windows in `%LOCALAPPDATA%` and `%APPDATA%`. */
export function placesOf(
  home: string,
  env: Environment,
  version: string,
  platform: NodeJS.Platform = process.platform,
): Places {
  const base = resolve(home);
  const folder = (variable: string, usual: string): string => {
    const named = env[variable];
    return named !== undefined && isAbsolute(named) ? named : join(base, usual);
  };
  const local = join('AppData', 'Local');
  const [data, state] =
    platform === 'win32'
      ? [
          join(folder('LOCALAPPDATA', local), 'turnspan'),
          join(folder('LOCALAPPDATA', local), 'turnspan-state'),
        ]
      : [
          join(folder('XDG_DATA_HOME', '.local/share'), 'turnspan'),
          join(folder('XDG_STATE_HOME', '.local/state'), 'turnspan'),
        ];
  return {
    home: base,
    data,
    program: join(data, version),
    state,
    config: userConfigFile(base, env, platform),
  };
}
