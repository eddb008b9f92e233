// In: the user's own config file, `config.json`. Out: its content, typed, or what is wrong with it.
// Always: what this version does not understand is never guessed at or passed over: then nothing is sent until someone looks.
// Messages name the file and the key, and show no value: an endpoint may hold a password.
import * as z from 'zod';
import { isAbsolute } from 'node:path';
import { TEMPORALITIES } from './destination.ts';
import { DIALECTS } from './dialect.ts';
import { SIGNALS } from './signal.ts';
import { urlOfBase } from './endpoint.ts';
import { NATIVE_MODES } from './native.ts';
import { readSmallText } from './small-file.ts';

export type UserConfig =
  /** No file is an empty one. */
  | { readonly status: 'read'; readonly content: UserConfigContent }
  | { readonly status: 'bad'; readonly why: string };

/** What stands in the file. */
export type UserConfigContent = z.infer<typeof userConfigSchema>;
/** One of its destinations. */
export type UserDestination = UserConfigContent['destinations'][string];
/** What the user says that a model costs. */
export type UserPrice = z.infer<typeof price>;
/** How metrics are named, and what divides them. */
export type UserMetrics = z.infer<typeof metrics>;
/** A kind of event. */
export type UserEventKind = z.infer<typeof eventKind>;
/** A value that may be a secret: as it stands, or where it is. */
export type UserValue = z.infer<typeof value>;

/** Reads the config file at `path`. */
export function readUserConfig(path: string): UserConfig {
  const text = readSmallText(path);
  const content = text === undefined ? 'cannot be read' : parseUserConfig(text === '' ? '{}' : text);
  if (typeof content !== 'string') return { status: 'read', content };
  return { status: 'bad', why: `the config file (config.json) ${content}; repair it, or remove it` };
}

/** The content, or what is wrong with it and where. */
export function parseUserConfig(text: string): UserConfigContent | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'is not valid JSON';
  }
  const parsed = userConfigSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const place = [...(issue?.path ?? []), ...unknown.slice(0, 1)].map(String).join('.');
  if (unknown.length > 0) return `has a key that this version does not know: ${place}`;
  return place === ''
    ? 'should hold one object'
    : `has a value at ${place} that cannot be used: ${issue?.message ?? ''}`;
}

const endpoint = z.string().refine((text) => urlOfBase(text, 'traces').status === 'ok', {
  error: 'write a URL, for example http://localhost:4318',
});
const file = z.string().refine(isAbsolute, { error: 'write the absolute path of a file' });
const value = z.union(
  [z.string(), z.strictObject({ env: z.string().min(1) }), z.strictObject({ command: z.string().min(1) })],
  { error: 'write a text, {"env": "NAME"} or {"command": "…"}' },
);
const content = z.enum(['none', 'full'], {
  error: ({ input }) =>
    input === 'redacted' ? 'masking does not exist yet; write none or full' : 'write none or full',
});
const signal = z.enum(SIGNALS, { error: 'write traces, metrics or logs' });

const destination = z.strictObject({
  /** Base URL of an OTLP receiver; for gRPC its address. */
  endpoint: endpoint.optional(),
  /** Name of a preset, which brings endpoint, protocol, headers, dialect and limits. */
  preset: z.string().min(1).optional(),
  /** What the preset asks for: keys, a region, a host. */
  parameters: z.record(z.string(), value).optional(),
  protocol: z
    .enum(['http/protobuf', 'http/json', 'grpc'], { error: 'write http/protobuf, http/json or grpc' })
    .optional(),
  headers: z.record(z.string().min(1), value).optional(),
  /** A command of the shell that prints headers, `Name: value` a line. */
  headersCommand: z.string().min(1).optional(),
  content: content.optional(),
  timeoutMs: z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .optional(),
  compression: z.enum(['gzip', 'none'], { error: 'write gzip or none' }).optional(),
  certificate: file.optional(),
  clientCertificate: file.optional(),
  clientKey: file.optional(),
  /** What it gets; traces without. */
  signals: z.array(signal).min(1).optional(),
  /** What the points of its metrics count from. */
  temporality: z.enum(TEMPORALITIES, { error: 'write cumulative, delta or lowmemory' }).optional(),
  /** What its spans say beside the base attributes. */
  dialect: z.enum([...DIALECTS, 'none'], { error: `write ${DIALECTS.join(', ')} or none` }).optional(),
  /** The most that it takes; what is not there is as the preset has it. */
  limits: z
    .strictObject({
      /** Of one request. */
      requestBytes: z.int().min(1024).optional(),
      spans: z.int().min(1).optional(),
      /** Characters of an attribute's text. */
      valueLength: z.int().min(1).optional(),
      /** How long ago a span may have ended. */
      spanAgeMs: z.int().min(1).optional(),
    })
    .optional(),
});

const folderRule = z.strictObject({
  /** Off: nothing of sessions in this folder is sent. */
  export: z.boolean().optional(),
  /** Names of destinations; all without. */
  destinations: z.array(z.string().min(1)).min(1).optional(),
});

const dollars = z.number().nonnegative({ error: 'write US dollars for a million tokens' }).optional();

const price = z.strictObject({
  /** Names of models; `*` stands for anything. */
  model: z.string().min(1),
  input: dollars,
  output: dollars,
  cacheRead: dollars,
  cacheWrite5m: dollars,
  cacheWrite1h: dollars,
  /** The part that is not paid. */
  discount: z
    .number({ error: 'write a part of 1: 0.2 is 20 % off' })
    .min(0, { error: 'write a part of 1: 0.2 is 20 % off' })
    .max(1, { error: 'write a part of 1: 0.2 is 20 % off' })
    .optional(),
});

/** What telemetry/metrics/catalog.ts calls switchable: each makes series of its own. */
const metricAttribute = z.enum(['session', 'user', 'project', 'branch', 'version'], {
  error: 'write session, user, project, branch or version',
});

const metrics = z.strictObject({
  /** `native`: under Claude Code's own names, for dashboards that are there; not while it sends its own. */
  names: z.enum(['turnspan', 'native'], { error: 'write turnspan or native' }).optional(),
  attributes: z.array(metricAttribute).optional(),
});

/** The kinds of telemetry/events/catalog.ts. */
const eventKind = z.enum(['session', 'prompt', 'generation', 'tool', 'error', 'compaction', 'subagent'], {
  error: 'write session, prompt, generation, tool, error, compaction or subagent',
});

/** The whole file. `docs/config.schema.json` is made from it. */
export const userConfigSchema = z.strictObject({
  /** For editors. */
  $schema: z.string().optional(),
  version: z.literal(1).default(1),
  native: z.enum(NATIVE_MODES, { error: 'write auto, merge or separate' }).optional(),
  /** `opt-in`: only folders that `folders` switches on. */
  projects: z.enum(['all', 'opt-in'], { error: 'write all or opt-in' }).optional(),
  /** Rules by folder, for it and all below; the longest that fits counts. `~/` is the user's home. */
  folders: z
    .record(z.string().regex(/^(~|\/|[A-Za-z]:)/, 'write an absolute folder, or one below ~/'), folderRule)
    .optional(),
  destinations: z.record(z.string().min(1), destination).default({}),
  /** On top of the list prices; the first that names a model counts. */
  prices: z.array(price).optional(),
  metrics: metrics.optional(),
  /** Kinds of events that leave as log records; all without. */
  events: z.array(eventKind).optional(),
});
