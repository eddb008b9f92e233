// In: the requests and messages that newer clients keep (2.1.329 and later). Out: all that a request said to the model.
// Always: what is not all there is not given; a message is kept once, however many requests hold it.
import type { ApiRequestEntry, RequestMessageEntry } from '../transcript/entry.ts';
import type { Message } from './model.ts';

export interface WholeInput {
  add(entry: ApiRequestEntry | RequestMessageEntry): void;
  /** The messages of a request, oldest first; `undefined` where one of them was not recorded. */
  of(requestId: string): readonly Message[] | undefined;
}

export function createWholeInput(): WholeInput {
  const messages = new Map<string, Message>();
  const requests = new Map<string, ApiRequestEntry>();

  /** Hashes of a request's messages. `base` leads to older requests, never in a ring: each can be asked for once. */
  const hashesOf = (
    requestId: string,
    seen: ReadonlySet<string> = new Set(),
  ): readonly string[] | undefined => {
    const request = requests.get(requestId);
    if (request?.tail === undefined || seen.has(requestId)) return undefined;
    const { base, keep = 0, tail } = request;
    if (base === undefined || keep === 0) return tail;
    const before = hashesOf(base, new Set([...seen, requestId]));
    return before === undefined || before.length < keep ? undefined : [...before.slice(0, keep), ...tail];
  };

  return {
    add: (entry) => {
      if (entry.kind === 'api-request') requests.set(entry.id, entry);
      else messages.set(entry.hash, { role: entry.role, blocks: entry.content });
    },
    of: (requestId) => {
      const whole = hashesOf(requestId)?.map((hash) => messages.get(hash));
      const known = whole?.filter((message) => message !== undefined);
      return known !== undefined && known.length === whole?.length ? known : undefined;
    },
  };
}
