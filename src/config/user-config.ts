// In: the user's own config file, `config.json`. Out: where it says that traces go.
// Always: what this version does not understand is never guessed at or passed over: then nothing is sent until someone looks.
// Messages name the file and the key, and show no value: an endpoint may hold a password.
import * as z from 'zod';
import { tracesUrlOfBase } from './endpoint.ts';
import { NATIVE_MODES, type NativeMode } from './native.ts';
import { readSmallText } from './small-file.ts';

export type UserConfig =
  /** There is no file, or no destination in it: the variables decide. */
  | { readonly status: 'none'; readonly native?: NativeMode | undefined }
  /** `endpoint` is the base URL of an OTLP receiver, checked. */
  | {
      readonly status: 'destination';
      readonly name: string;
      readonly endpoint: string;
      readonly native?: NativeMode | undefined;
    }
  | { readonly status: 'bad'; readonly why: string };

/** What stands in the file. Several named destinations are foreseen; this version sends to one. */
export type UserConfigContent = z.infer<typeof schema>;

/** Reads the config file at `path`. */
export function readUserConfig(path: string): UserConfig {
  const text = readSmallText(path);
  if (text === '') return { status: 'none' };
  const content = text === undefined ? undefined : parseUserConfig(text);
  if (content === undefined) return bad('cannot be read');
  if (typeof content === 'string') return bad(content);
  const { destinations, native } = content;
  const [first, ...more] = Object.entries(destinations);
  if (first === undefined) return { status: 'none', native };
  if (more.length > 0)
    return bad('names several destinations, and this version sends to one: leave one in it');
  const [name, { endpoint }] = first;
  return { status: 'destination', name, endpoint, native };
}

/** The content, or what is wrong with it and where. */
export function parseUserConfig(text: string): UserConfigContent | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is not valid JSON';
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const place = [...(issue?.path ?? []), ...unknown.slice(0, 1)].map(String).join('.');
  if (unknown.length > 0) return `has a key that this version does not know: ${place}`;
  return place === ''
    ? 'should hold one object'
    : `has a value at ${place} that cannot be used: ${issue?.message ?? ''}`;
}

const endpoint = z.string().refine((text) => tracesUrlOfBase(text).status === 'ok', {
  error: 'write a URL, for example http://localhost:4318',
});

/** The smallest that the next step can grow: `headers`, `content`, … come beside `endpoint`. */
const schema = z.strictObject({
  version: z.literal(1).default(1),
  native: z.enum(NATIVE_MODES, { error: 'write auto, merge or separate' }).optional(),
  destinations: z.record(z.string().min(1), z.strictObject({ endpoint })).default({}),
});

function bad(what: string): UserConfig {
  return { status: 'bad', why: `the config file (config.json) ${what}; repair it, or remove it` };
}
