// In: the text of an error that Node or OpenSSL made when a connection failed. Out: what it means, in our words.
// Always: nothing of the text goes out: it may name hosts, addresses, or what stands in the backend's certificate.
// Both transports say the same of the same fault.

/** What the fault is, or undefined where its code has to say it. */
export function explainFault(message: string): string | undefined {
  return FAULTS.find(([phrase]) => phrase.test(message))?.[1];
}

const NO_HTTP2 = 'no HTTP/2 there: is this the port for gRPC?';

/** Phrases of OpenSSL 1.1 and 3, and of Node; held by tests against real servers. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [
    /self[- ]signed certificate|issuer certificate|verify the first certificate|certificate not trusted/i,
    'certificate not trusted',
  ],
  [/certificate has expired/i, 'certificate expired'],
  [/certificate is not yet valid/i, 'certificate not yet valid'],
  [/does not match certificate's altnames/i, 'certificate of another host'],
  [
    /alert certificate required|alert bad certificate|alert unknown ca/i,
    'client certificate missing or not accepted',
  ],
  [/alert handshake failure/i, 'TLS handshake refused: is a client certificate wanted?'],
  [/wrong version number|packet length too long/i, 'no TLS on this port'],
  [/no application protocol|^Protocol error/i, NO_HTTP2],
];
