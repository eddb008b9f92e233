// In: what broke a connection. Out: its code, and where one is known what it means.
// Always: nothing of the error's text goes out (see delivery/connection-fault.ts).
import { explainFault } from '../../delivery/connection-fault.ts';
import { errorCode } from '../../platform/reason.ts';

export interface Failure {
  readonly kind: 'failed';
  /** `timeout`, or the code of the system, of OpenSSL or of Node's parser. */
  readonly code: string;
  readonly meaning?: string | undefined;
  /** It never came past the proxy: that is not there, or says no. */
  readonly atProxy?: boolean;
}

/** A proxy's own answer. */
export function proxySays(status: number): Failure {
  return { kind: 'failed', code: `HTTP ${status}`, atProxy: true };
}

export function failureOf(error: unknown): Failure {
  const meaning = error instanceof Error ? explainFault(error.message) : undefined;
  return { kind: 'failed', code: errorCode(error) ?? 'no connection', meaning };
}

export const TIMED_OUT: Failure = { kind: 'failed', code: 'timeout' };

/** The other side began with something that is no TLS record: older versions of Node have one code for all such faults. */
export function isNotTls({ code, meaning }: Failure): boolean {
  return meaning === 'no TLS on this port' || /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/.test(code);
}

/** For people: what it means, and the code to look up. */
export function failureText({ code, meaning }: Failure): string {
  return meaning === undefined ? code : `${meaning}, ${code}`;
}
