// The real Jaeger with the configuration of this repository, on free ports and a folder of its own; and its query API.
import { join, resolve } from 'node:path';
import { freePorts } from './ports.ts';
import { program } from './programs.ts';
import { start, type Running } from './running.ts';

const CONFIGURATION = resolve(import.meta.dirname, '../../../collector/jaeger.yaml');

export interface Jaeger extends Running {
  /** `127.0.0.1:PORT`, OTLP/gRPC. */
  readonly otlpGrpc: string;
  /** The query API and the page. */
  readonly url: string;
}

/** Where it listens and keeps its spans: the same again after a restart. */
export interface JaegerPlace {
  readonly folder: string;
  readonly ports: readonly number[];
}

/** A place for a Jaeger below `folder`. */
export async function jaegerPlace(folder: string): Promise<JaegerPlace> {
  return { folder, ports: await freePorts(5) };
}

export async function startJaeger({ folder, ports }: JaegerPlace): Promise<Jaeger> {
  const [grpc, http, ui, query, health] = ports;
  const url = `http://127.0.0.1:${ui!}`;
  const assets = process.env['TURNSPAN_JAEGER_UI'];
  const running = await start({
    command: program('jaeger'),
    args: ['--config', CONFIGURATION],
    env: {
      JAEGER_GRPC_PORT: String(grpc),
      JAEGER_HTTP_PORT: String(http),
      JAEGER_UI_PORT: String(ui),
      JAEGER_QUERY_GRPC_PORT: String(query),
      JAEGER_HEALTH_PORT: String(health),
      JAEGER_DATA: join(folder, 'jaeger'),
      ...(assets === undefined ? {} : { JAEGER_UI: assets }),
    },
    cwd: folder,
    readyUrl: `${url}/api/services`,
  });
  return { ...running, otlpGrpc: `127.0.0.1:${grpc!}`, url };
}

/** A span as Jaeger tells it. */
export interface JaegerSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  /** `internal`, `client`, … */
  readonly kind: string;
  /** Unix microseconds. */
  readonly startUs: number;
  readonly durationUs: number;
  readonly isError: boolean;
  readonly tags: Readonly<Record<string, unknown>>;
  /** What Jaeger finds strange about it. */
  readonly warnings: readonly string[];
}

/** All spans of a service that began in this time, milliseconds since the epoch; `most` traces. */
export async function spansOfService(
  url: string,
  service: string,
  [from, to]: readonly [number, number],
  most = 10_000,
): Promise<readonly JaegerSpan[]> {
  const query = new URLSearchParams({
    service,
    limit: String(most),
    start: String(from * 1000),
    end: String(to * 1000),
  });
  return read(await ask(`${url}/api/traces?${query.toString()}`));
}

/** The spans of a trace; none where Jaeger does not know it. */
export async function spansOfTrace(url: string, traceId: string): Promise<readonly JaegerSpan[]> {
  const response = await fetch(`${url}/api/traces/${traceId}`);
  if (response.status === 404) return [];
  return read(await response.json());
}

export async function services(url: string): Promise<readonly string[]> {
  const { data } = (await ask(`${url}/api/services`)) as { data: readonly string[] | null }; // Jaeger's own answer
  return data ?? [];
}

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`Jaeger answers ${response.status}: ${await response.text()}`);
  return response.json();
}

/** As `/api/traces` answers. */
interface Answer {
  readonly data: readonly {
    readonly spans: readonly AnsweredSpan[];
  }[];
}

interface AnsweredSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly {
    readonly refType: string;
    readonly traceID: string;
    readonly spanID: string;
  }[];
  readonly startTime: number;
  readonly duration: number;
  readonly tags: readonly { readonly key: string; readonly value: unknown }[];
  readonly warnings: readonly string[] | null;
}

function read(answer: unknown): readonly JaegerSpan[] {
  const { data } = answer as Answer; // Jaeger's own answer
  return data.flatMap(({ spans }) =>
    spans.map((span): JaegerSpan => {
      const tags = Object.fromEntries(span.tags.map(({ key, value }) => [key, value]));
      // A link is a reference too, of the kind FOLLOWS_FROM.
      const parent = span.references.find(
        ({ refType, traceID }) => refType === 'CHILD_OF' && traceID === span.traceID,
      );
      return {
        traceId: span.traceID,
        spanId: span.spanID,
        parentId: parent?.spanID,
        name: span.operationName,
        kind: typeof tags['span.kind'] === 'string' ? tags['span.kind'] : 'internal',
        startUs: span.startTime,
        durationUs: span.duration,
        isError: tags['error'] === true,
        tags,
        warnings: span.warnings ?? [],
      };
    }),
  );
}
