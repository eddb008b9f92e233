// What a client wrote down, read without any of Turnspan's own code: which answers have a stop reason and a request line
// (so that nobody asks a trace for what its transcript does not say), and how long the hooks took as the client measured it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';

export interface Written {
  /** By message id. */
  readonly answers: ReadonlyMap<string, WrittenAnswer>;
  /** `system/api_error` lines, each once. */
  readonly retries: number;
  readonly compactions: number;
  /** Of each Stop hook's run, in ms. */
  readonly hooks: readonly { readonly command: string; readonly ms: number }[];
}

export interface WrittenAnswer {
  readonly hasStopReason: boolean;
  /** A line says when its request was made. */
  readonly hasRequest: boolean;
  /** Its lines name the request's id. */
  readonly hasRequestId: boolean;
}

const lineShape = z.looseObject({
  type: z.string(),
  subtype: z.string().optional(),
  uuid: z.string().optional(),
  timestamp: z.string().optional(),
  requestRef: z.string().optional(),
  requestId: z.string().optional(),
  message: z.looseObject({ id: z.string().optional(), stop_reason: z.string().nullish() }).optional(),
  hookInfos: z
    .array(z.looseObject({ command: z.string().optional(), durationMs: z.number().optional() }))
    .optional(),
});
type Line = z.infer<typeof lineShape>;

/** Reads all transcripts below a client's config folder. */
export function readWritten(config: string): Written {
  const lines = transcriptsBelow(join(config, 'projects')).flatMap(linesOf);
  const once = [...new Map(lines.map((line, index) => [line.uuid ?? String(index), line])).values()];
  const requests = new Set(once.flatMap((line) => (line.type === 'api-request' ? [idOf(line)] : [])));
  const answers = new Map<string, WrittenAnswer>();
  // Of all copies: a fork of 1.0.128 leaves the request's id out.
  for (const { type, message, requestRef, requestId } of lines) {
    const id = message?.id;
    if (type !== 'assistant' || id === undefined) continue;
    const before = answers.get(id);
    answers.set(id, {
      hasStopReason: before?.hasStopReason === true || typeof message?.stop_reason === 'string',
      hasRequest: before?.hasRequest === true || (requestRef !== undefined && requests.has(requestRef)),
      hasRequestId: before?.hasRequestId === true || requestId !== undefined,
    });
  }
  const system = (subtype: string) =>
    once.filter((line) => line.type === 'system' && line.subtype === subtype);
  return {
    answers,
    retries: system('api_error').length,
    compactions: system('compact_boundary').length,
    hooks: system('stop_hook_summary').flatMap(({ hookInfos = [] }) =>
      hookInfos.flatMap(({ command = '', durationMs }) =>
        durationMs === undefined ? [] : [{ command, ms: durationMs }],
      ),
    ),
  };
}

/** Each line of the transcripts in the order of the disk: when, what, which message and request; nothing that it says. */
export function outlineOf(config: string): string[] {
  return transcriptsBelow(join(config, 'projects')).flatMap((path) => [
    basename(path),
    ...linesOf(path).map((line) => {
      const { type, subtype, timestamp, requestRef, message } = line;
      const request = type === 'api-request' ? idOf(line) : requestRef;
      const words = [timestamp, type, subtype, message?.id, request];
      return `  ${words.filter((word) => typeof word === 'string').join(' ')}`;
    }),
  ]);
}

function idOf(line: Line): unknown {
  return line['id'];
}

function transcriptsBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.jsonl')).map((name) => join(folder, name));
}

function linesOf(path: string): Line[] {
  const texts = readFileSync(path, 'utf8').split('\n');
  return texts.flatMap((text) => lineShape.safeParse(parsed(text)).data ?? []);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
