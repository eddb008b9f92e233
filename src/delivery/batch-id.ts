// In: a clock and a process id. Out: batch ids, and the file name of each request of a batch.
// Always: ids of one process sort in the order they were made, also when the clock is set back; no two processes make
// the same (time, process id and a counter); neither ids nor names hold a path, a secret or content.

/** Names one commit of spans, for all destinations: `<epoch ms>-<pid>-<counter>`. */
export type BatchId = string & { readonly batchId: unique symbol };

/** One OTLP request of a batch. A batch is cut into more than one where it would be too big for a request. */
export interface RequestName {
  readonly batchId: BatchId;
  /** 0, 1, … in send order. */
  readonly part: number;
  /** Spans in the request; kept in the name so that nobody has to decode the bytes to tell. */
  readonly spans: number;
}

/** A maker of batch ids for this process. */
export function batchIds(now: () => number = Date.now, pid: number = process.pid): () => BatchId {
  let time = 0;
  let counter = 0;
  return () => {
    const current = now();
    counter = current > time ? 0 : counter + 1;
    time = Math.max(time, current);
    return `${pad(time, 13)}-${pid}-${pad(counter, 6)}` as BatchId; // the only maker of the brand beside parseRequestFile
  };
}

/** The file name of a request; names sort in send order. */
export function requestFile({ batchId, part, spans }: RequestName): string {
  return `${batchId}_${pad(part, 4)}_${spans}.otlp`;
}

/** What a file name says, or undefined for a file that is no request. */
export function parseRequestFile(file: string): RequestName | undefined {
  const match = /^(\d{13,}-\d+-\d{6,})_(\d{4,})_(\d+)\.otlp$/.exec(file);
  if (!match) return undefined;
  // The cast: the pattern is the brand's definition.
  return { batchId: match[1] as BatchId, part: Number(match[2]), spans: Number(match[3]) };
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
