// In: how a gRPC call failed. Out: the outcome, as the OTLP specification wants it ("OTLP/gRPC response").
// Always: a call that ended without a status of the backend is for later, as with HTTP; of the backend's own words
// nothing is told. grpc-js has one kind of error for what the backend said and for what went wrong on the way:
// the content type tells the two apart, since every answer of a gRPC server has one.
import { status, type Metadata, type ServiceError } from '@grpc/grpc-js';

import { explainFault } from './connection-fault.ts';
import type { Later, Outcome } from './outcome.ts';
import { readRetryInfo } from './retry-info.ts';

/** A call that did not end with OK. */
export interface GrpcFailure {
  readonly error: Pick<ServiceError, 'code' | 'details' | 'metadata'>;
  /** The head of the answer, where one came apart from the status. */
  readonly head: Metadata | undefined;
  /** The deadline is over. */
  readonly late: boolean;
}

/** What becomes of the request. */
export function outcomeOfFailure({ error, head, late }: GrpcFailure): Outcome {
  const { code, details, metadata } = error;
  const type = contentTypeOf(head) ?? contentTypeOf(metadata);
  const http = HTTP_STATUS.exec(details)?.[1];
  if (type === undefined ? http !== undefined : !type.startsWith('application/grpc')) {
    return httpAnswer(code, http === undefined ? undefined : Number(http));
  }
  if (code === status.DEADLINE_EXCEEDED && late) return { status: 'later', cause: 'timeout', why: 'timeout' };
  if (type === undefined || BROKEN.test(details)) return unreachable(details);
  const afterMs = readRetryInfo(
    metadata.get('grpc-status-details-bin').find((value) => typeof value !== 'string'),
  );
  const why = `gRPC ${nameOf(code)}`;
  if (!RETRYABLE.has(code) && !(code === status.RESOURCE_EXHAUSTED && afterMs !== undefined)) {
    return { status: 'refused', why };
  }
  return { status: 'later', cause: 'busy', why, ...(afterMs !== undefined && afterMs > 0 && { afterMs }) };
}

const RETRYABLE: ReadonlySet<status> = new Set([
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.OUT_OF_RANGE,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** What grpc-js itself says (1.14): of an HTTP answer, and of an answer that broke off before its status. */
const HTTP_STATUS = /^Received HTTP status code (\d{3})$/;
const BROKEN = /^(?:Connection dropped$|read E[A-Z]+$|Received RST_STREAM with code )/;

/** Something answered that does not speak gRPC: grpc-js has read its status as the gRPC specification wants it. */
function httpAnswer(code: status, httpStatus: number | undefined): Outcome {
  const why = `${httpStatus === undefined ? 'an HTTP answer' : `HTTP ${httpStatus}`}, not gRPC: is this the port for gRPC?`;
  if (code === status.UNAVAILABLE) return { status: 'later', cause: 'busy', why };
  return { status: 'refused', ...(httpStatus !== undefined && { httpStatus }), why };
}

function unreachable(details: string): Later {
  const message = details.replace(/^No connection established\. Last error: (?:Error: )?/, '');
  const why = explainFault(message) ?? FAULT.find(([phrase]) => phrase.test(message))?.[1] ?? errno(message);
  return { status: 'later', cause: 'unreachable', why };
}

const FAULT: readonly (readonly [RegExp, string])[] = [
  [/^Name resolution failed/, 'host name not found'],
  [/^(?:Failed to connect|Connection dropped|Received RST_STREAM|.*Socket closed)/, 'connection closed'],
];

function errno(message: string): string {
  return /\bE[A-Z]{4,}\b/.exec(message)?.[0] ?? 'no connection';
}

function contentTypeOf(metadata: Metadata | undefined): string | undefined {
  const [type] = metadata?.get('content-type') ?? [];
  return typeof type === 'string' ? type.toLowerCase() : undefined;
}

function nameOf(code: status): string {
  // A backend may send any number.
  return Object.hasOwn(status, code) ? status[code] : String(code);
}
