// The real OpenTelemetry Collector with configurations of this repository, on free ports and a folder of its own.
import { join, resolve } from 'node:path';
import { freePorts } from './ports.ts';
import { program } from './programs.ts';
import { start, type Running } from './running.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');

/** The configuration that all others are laid over. */
export const BASE = 'otel-collector-config.yaml';

export interface Otelcol extends Running {
  /** `127.0.0.1:PORT`, OTLP/gRPC. */
  readonly grpc: string;
  /** `http://127.0.0.1:PORT`, OTLP/HTTP. */
  readonly http: string;
  /** Its own metrics, for Prometheus to read. */
  readonly telemetry: string;
}

/** Where it listens and keeps what waits: the same again after a restart. */
export interface OtelcolPlace {
  readonly folder: string;
  readonly ports: readonly number[];
}

export async function otelcolPlace(folder: string): Promise<OtelcolPlace> {
  return { folder, ports: await freePorts(4) };
}

/** `variables`: where it sends to, in the words of the configuration. The first file is laid under the next. */
export async function startOtelcol(
  { folder, ports }: OtelcolPlace,
  variables: Readonly<Record<string, string>>,
  files: readonly string[] = [BASE],
): Promise<Otelcol> {
  const [grpc, http, health, telemetry] = ports;
  const running = await start({
    command: programFor(files),
    args: configured(files),
    env: {
      COLLECTOR_GRPC_PORT: String(grpc),
      COLLECTOR_HTTP_PORT: String(http),
      COLLECTOR_HEALTH_PORT: String(health),
      COLLECTOR_METRICS_PORT: String(telemetry),
      COLLECTOR_QUEUE: join(folder, 'queue'),
      ...variables,
    },
    cwd: folder,
    readyUrl: `http://127.0.0.1:${health!}/`,
  });
  return {
    ...running,
    grpc: `127.0.0.1:${grpc!}`,
    http: `http://127.0.0.1:${http!}`,
    telemetry: `http://127.0.0.1:${telemetry!}/metrics`,
  };
}

/** What gateways name is in a build of its own. */
export function programFor(files: readonly string[]): string {
  return program(files.every((file) => file === BASE) ? 'otelcol' : 'otelcol-gateway');
}

/** The files as the Collector's arguments. */
export function configured(files: readonly string[]): string[] {
  return files.flatMap((file) => ['--config', join(REPOSITORY, file)]);
}
