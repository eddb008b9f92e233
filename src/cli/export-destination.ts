// In: the options of `export` and the environment of the shell. Out: content level, and where the spans go.
// Always: an endpoint on the command line wins over every variable, and takes none of the headers that were meant for
// another address.
import { readOtlpEnvironment } from '../config/otlp-environment.ts';
import type { ContentLevel, Destination } from '../config/destination.ts';
import type { Warn } from '../config/best-of.ts';
import { readResource, type ResourceSettings } from '../config/resource.ts';
import { otlpVariables } from '../config/variables.ts';
import type { Log } from '../platform/log.ts';
import { UsageError } from './command.ts';

export interface ExportTarget {
  readonly target: string | Destination;
  readonly resource: ResourceSettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function contentLevelOf(option: string | undefined, env: Environment): ContentLevel {
  const level = option ?? env['TURNSPAN_CONTENT'] ?? 'none';
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
  const variables = new Map(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const warn: Warn = (variable, message) => {
    log.warn('configuration', { variable, message });
  };
  if (file !== undefined) return { target: file, resource: readResource(variables, warn) };
  if (endpoint !== undefined) {
    for (const setting of ['ENDPOINT', 'HEADERS'] as const) {
      for (const name of otlpVariables(setting)) variables.delete(name);
    }
    variables.set('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint);
  }
  const settings = readOtlpEnvironment(variables);
  for (const { variable, message } of settings.warnings) warn(variable, message);
  switch (settings.status) {
    case 'send':
      return { target: { ...settings.destination, content }, resource: settings.resource };
    case 'disabled':
      log.warn('configuration', { why: settings.why, consequence: 'nothing is sent' });
      return undefined;
    case 'unusable':
      throw new UsageError(
        endpoint === undefined ? settings.why : `--endpoint "${endpoint}" is no URL that can be used`,
      );
  }
}
