// In: the arguments of `turnspan collector`. Out: the options, or what is wrong with them.
import { parseArgs } from 'node:util';

export const USAGE = `Usage: turnspan collector [--port PORT] [--file PATH]

Receives OTLP/HTTP on 127.0.0.1 and shows it as a page at the same address.

  --port PORT   the port to listen on, 4318 unless given; the next free one if it is taken
  --file PATH   keep what comes in this DuckDB file; without, it is gone when the collector ends
  --help        this text
`;

export type CommandLine =
  | { readonly kind: 'run'; readonly port: number; readonly file?: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

/** Reads the arguments behind `collector`. */
export function readCommandLine(args: readonly string[]): CommandLine {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: { port: { type: 'string' }, file: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }));
  } catch (error) {
    return {
      kind: 'wrong',
      message: error instanceof Error ? error.message : 'cannot read the command line',
    };
  }
  if (values.help === true) return { kind: 'help' };
  const { port = '4318', file } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return { kind: 'wrong', message: `--port must be a number from 0 to 65535, not '${port}'` };
  }
  if (file === '') return { kind: 'wrong', message: '--file needs a path' };
  return { kind: 'run', port: Number(port), ...(file === undefined ? {} : { file }) };
}
