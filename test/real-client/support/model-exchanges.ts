// What a model server answered, kept as the truth that a trace is held against: one record a request, opened when it has
// come in, filled in as the answer goes out, closed at its last byte or when the client has gone.
import type { Usage } from './model-answer.ts';
import type { ModelRequest } from './model-request.ts';

/** What became of one request. */
export interface Exchange {
  /** 1 for the first request with a message, 2 for the second, … */
  readonly number: number;
  readonly purpose: ModelRequest['purpose'];
  readonly conversation: string;
  readonly session?: string;
  /**
   * `answered`: the whole answer was sent; `cut`: a part of it (the script let it stand still, or the client went away);
   * `refused`: an HTTP error; `unanswered`: nothing was sent.
   */
  readonly outcome: 'answered' | 'cut' | 'refused' | 'unanswered';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly requestId: string;
  readonly model: string;
  /** Of an answer, whole or cut. */
  readonly messageId?: string;
  /** Of an answer, as its last event says it (or would have said it, of one that was cut). */
  readonly usage?: Usage;
  readonly stopReason?: string;
  readonly toolUses?: readonly ToolUse[];
  /** Ids of the calls whose results this request brought as what is new in it. */
  readonly returned: readonly string[];
  /** The request had come in whole; ISO time with ms, by the server's clock. */
  readonly startedAt: string;
  /** The last byte was handed over, or the client was gone. */
  readonly endedAt?: string;
  /** The script had nothing to say, the server answered by itself. */
  readonly unscripted: boolean;
}

/** A tool call in an answer. */
export interface ToolUse {
  readonly id: string;
  readonly name: string;
  /** The script's name for it. */
  readonly key?: string;
  /** The conversation that it launches: its input holds `[agent NAME]`. */
  readonly launches?: string;
  /** Its block was handed over whole; ISO time. Missing in an answer that was not streamed, or cut before it. */
  readonly sentAt?: string;
}

/** The records of one server. */
export interface Exchanges {
  /** Closed ones, in the order of their ends. */
  readonly closed: readonly Exchange[];
  /** A request came in; for now it is unanswered. */
  open(exchange: Exchange): void;
  /** More is known of an open one; a closed one stays as it is. */
  update(number: number, known: Partial<Exchange>): void;
  /** It is over, at this moment. Closing it again changes nothing. */
  close(number: number, known?: Partial<Exchange>): void;
  closeAll(): void;
}

/** No exchange yet. */
export function recordExchanges(): Exchanges {
  const closed: Exchange[] = [];
  const open = new Map<number, Exchange>();
  const update: Exchanges['update'] = (number, known) => {
    const exchange = open.get(number);
    if (exchange !== undefined) open.set(number, { ...exchange, ...known });
  };
  const close: Exchanges['close'] = (number, known = {}) => {
    const exchange = open.get(number);
    if (exchange === undefined) return;
    open.delete(number);
    closed.push({ ...exchange, ...known, endedAt: new Date().toISOString() });
  };
  return {
    closed,
    open: (exchange) => open.set(exchange.number, exchange),
    update,
    close,
    closeAll: () => {
      for (const number of [...open.keys()]) close(number);
    },
  };
}
