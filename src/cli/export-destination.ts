// In: the options of `export` and the environment of the shell. Out: content level, and where the spans go.
// Always: an endpoint on the command line wins over every variable, and takes none of the headers that were meant for
// another address.
import { readContent } from '../config/content-switch.ts';
import { withProxies } from '../config/proxy.ts';
import { readOtlpEnvironment } from '../config/otlp-environment.ts';
import type { ContentLevel, Destination } from '../config/destination.ts';
import type { Warn } from '../config/best-of.ts';
import { readResource, type ResourceSettings } from '../config/resource.ts';
import { exporterNames } from '../config/switches.ts';
import { exporterVariable, otlpVariables } from '../config/variables.ts';
import type { Log } from '../platform/log.ts';
import { UsageError } from './command.ts';

export interface ExportTarget {
  /** At least one; `OTEL_TRACES_EXPORTER=otlp,console` names two. */
  readonly targets: readonly (string | Destination)[];
  readonly resource: ResourceSettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function contentLevelOf(option: string | undefined, env: Environment): ContentLevel {
  const level = option ?? env['TURNSPAN_CONTENT'];
  // What the ecosystem's switch says badly is told where the variables are read.
  if (level === undefined) return readContent(variablesOf(env), () => {}).contentOf('traces').value;
  if (level === 'none' || level === 'full') return level;
  throw new UsageError(
    `${option === undefined ? 'TURNSPAN_CONTENT' : '--content'} is "${level}": write none or full`,
  );
}

/** A file, or where to send; `undefined` when the environment says that nothing is to be sent. */
export function exportTarget(
  { file, endpoint }: { readonly file?: string | undefined; readonly endpoint?: string | undefined },
  content: ContentLevel,
  env: Environment,
  log: Log,
): ExportTarget | undefined {
  const variables = variablesOf(env);
  const warn: Warn = (variable, message) => {
    log.warn('configuration', { variable, message });
  };
  if (file !== undefined) return { targets: [file], resource: readResource(variables, warn) };
  if (endpoint !== undefined) {
    for (const setting of ['ENDPOINT', 'HEADERS'] as const) {
      for (const name of otlpVariables(setting, 'traces')) variables.delete(name);
    }
    variables.set('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint);
    const exporter = exporterVariable('traces');
    if (!exporterNames(variables.get(exporter) ?? '').includes('none')) variables.delete(exporter);
  }
  const settings = readOtlpEnvironment(variables, ['traces']);
  for (const { variable, message } of settings.warnings) warn(variable, message);
  switch (settings.status) {
    case 'send': {
      const { destinations } = withProxies({ ...settings, choices: [] }, variables, warn);
      const targets = destinations.map((destination) => ({ ...destination, content }));
      return { targets, resource: settings.resource };
    }
    case 'disabled':
      log.warn('configuration', { why: settings.why, consequence: 'nothing is sent' });
      return undefined;
    case 'unusable':
      throw new UsageError(
        endpoint === undefined ? settings.why : `--endpoint "${endpoint}" is no URL that can be used`,
      );
  }
}

function variablesOf(env: Environment): Map<string, string> {
  return new Map(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
