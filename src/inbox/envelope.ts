// In: the bytes of a file in inbox/. Out: its variables and, still as bytes, the event of Claude Code that it carries.
// The format, as src/hook/ writes it: `NAME=value\0` for each variable, `\0`, the event, `\0TURNSPAN_END\0`.
// Always: what has no end mark is not a ticket yet; a hook may still be writing it, or was killed.
// Needs no package, so that a worker can look at its tickets before it loads anything heavy.

/** A Claude Code process. `startTime` is field 22 of /proc/PID/stat, in clock ticks: with the pid it names one process for good. */
export interface Client {
  readonly pid: number;
  readonly startTime: string;
}

export interface Envelope {
  readonly kind: 'envelope';
  /** The variables of the hook's environment that were set, by name. */
  readonly variables: ReadonlyMap<string, string>;
  /** Absent where the hook found none: no /proc, or the process was gone. */
  readonly client: Client | undefined;
  readonly event: Buffer;
}

/** `unfinished` has no end mark; `unknown` has one, but is not of this format. */
export type OpenedTicket = Envelope | { readonly kind: 'unfinished' } | { readonly kind: 'unknown' };

/** How each ticket ends. */
export const END_MARK = Buffer.from('\0TURNSPAN_END\0');

const FORMAT = '1';

export function openEnvelope(bytes: Buffer): OpenedTicket {
  const end = bytes.length - END_MARK.length;
  if (end < 0 || !bytes.subarray(end).equals(END_MARK)) return { kind: 'unfinished' };
  const head = readHead(bytes.subarray(0, end));
  if (!head.complete || head.entries.get('TURNSPAN_TICKET') !== FORMAT) return { kind: 'unknown' };
  const client = clientOf(head.entries);
  const variables = new Map(head.entries);
  // The hook's own entries, not the environment's.
  variables.delete('TURNSPAN_TICKET');
  variables.delete('TURNSPAN_CLIENT');
  return { kind: 'envelope', variables, client, event: bytes.subarray(head.length, end) };
}

/** The client named by the first bytes of a ticket, whether or not it is finished. */
export function peekClient(start: Buffer): Client | undefined {
  return clientOf(readHead(start).entries);
}

interface Head {
  readonly entries: ReadonlyMap<string, string>;
  /** False where the empty entry that closes the head is missing. */
  readonly complete: boolean;
  /** Bytes, with the empty entry. */
  readonly length: number;
}

function readHead(bytes: Buffer): Head {
  const entries = new Map<string, string>();
  let at = 0;
  for (let end = bytes.indexOf(0); end !== -1; end = bytes.indexOf(0, at)) {
    const entry = bytes.toString('utf8', at, end);
    at = end + 1;
    if (entry === '') return { entries, complete: true, length: at };
    const equals = entry.indexOf('=');
    if (equals > 0) entries.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  return { entries, complete: false, length: at };
}

function clientOf(entries: ReadonlyMap<string, string>): Client | undefined {
  const [, pid, startTime] = /^(\d+) (\d+)$/.exec(entries.get('TURNSPAN_CLIENT') ?? '') ?? [];
  return pid === undefined || startTime === undefined ? undefined : { pid: Number(pid), startTime };
}
