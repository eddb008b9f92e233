// In: a destination. Out: what it makes of an empty request, and if it takes none, what is wrong, as far as that can be told.
// Always: what is asked is that address, and where it does not answer as an OTLP receiver other paths and protocols of the
// same host and port; the headers go nowhere else. It ends, whatever answers.
import type { Destination } from '../../config/destination.ts';
import { failureText, isNotTls, type Failure } from './failure.ts';
import { callEmpty, type GrpcAnswer } from './grpc-call.ts';
import { postEmpty, type HttpAnswer } from './http-post.ts';
import { loadTls, type TlsMaterial } from './tls-material.ts';

export type ProbeOutcome =
  | 'accepted'
  /** Nobody listens. */
  | 'connection-refused'
  | 'unknown-host'
  | 'no-route'
  | 'timeout'
  /** The certificate or the handshake; `why` is OpenSSL's code. */
  | 'tls'
  /** A file of the destination's own certificates; `why` says which. */
  | 'tls-file'
  | 'speaks-tls'
  | 'speaks-no-tls'
  | 'speaks-grpc'
  | 'speaks-http'
  /** `found` is the address that works, where one was found. */
  | 'wrong-path'
  /** It has no use for metrics, or logs; what it does with traces is another question. */
  | 'no-such-signal'
  /** A web page; `found` as above. */
  | 'page'
  | 'key-refused'
  /** The proxy is not there, or did not answer. */
  | 'proxy-unreachable'
  /** The proxy answered, and does not let us through. */
  | 'proxy-refuses'
  | 'redirects'
  | 'busy'
  | 'rejected'
  | 'server-error'
  /** The connection broke, or what came is no HTTP. */
  | 'no-answer';

export interface Probe {
  readonly outcome: ProbeOutcome;
  /** `HTTP 404`, `gRPC status 16`, `ECONNRESET`: never text of the backend. */
  readonly why: string;
  readonly found?: string | undefined;
  /** Why the file of more authorities (`NODE_EXTRA_CA_CERTS`) does not count: a code. */
  readonly passedOver?: string | undefined;
  /** Milliseconds since 1970: its clock, and ours in the middle of the exchange. */
  readonly clock?: { readonly theirs: number; readonly ours: number } | undefined;
}

/** Asks once, and a few times more where the answer is no. */
export async function probe(destination: Destination): Promise<Probe> {
  // A file of our own: nobody is there to be asked.
  if (destination.transport === 'console') return { outcome: 'accepted', why: 'a file' };
  const tls = loadTls(destination.tls);
  if (tls.status === 'unreadable') return { outcome: 'tls-file', why: `${tls.which}: ${tls.why}` };
  const asking = {
    destination,
    tls: tls.material,
    timeoutMs: Math.min(destination.timeoutMs, LONGEST_MS),
  };
  const { passedOver } = tls.material;
  const probed = asTakesNot(
    destination,
    await (destination.transport === 'grpc' ? probeGrpc(asking) : probeHttp(asking)),
  );
  return passedOver === undefined ? probed : { ...probed, passedOver };
}

/** Where the worker gives up metrics or logs for a day (delivery/signal-off.ts), the path is not what is wrong. */
function asTakesNot({ signal }: Destination, probed: Probe): Probe {
  const isMissing = probed.outcome === 'wrong-path' || probed.why === 'HTTP 501';
  if (signal === 'traces' || !isMissing || probed.found !== undefined) return probed;
  return { ...probed, outcome: 'no-such-signal' };
}

const LONGEST_MS = 5000;

interface Asking {
  readonly destination: Destination;
  readonly tls: TlsMaterial;
  readonly timeoutMs: number;
}

async function probeHttp(asking: Asking): Promise<Probe> {
  const { url } = asking.destination;
  const began = Date.now();
  const answer = await post(asking, url);
  if (answer.kind === 'failed') return explainHttpFailure(asking, answer);
  const outcome = httpOutcome(answer);
  const why = `HTTP ${answer.status}`;
  const clock = clockOf(answer.date, began);
  if (outcome !== 'wrong-path' && outcome !== 'page') {
    return { outcome, why: answer.movedTo === undefined ? why : `${why} to ${answer.movedTo}`, clock };
  }
  return { outcome, why, clock, found: await findPath(asking) };
}

function httpOutcome({ status, contentType }: Extract<HttpAnswer, { kind: 'answer' }>): ProbeOutcome {
  if (contentType.startsWith('application/grpc')) return 'speaks-grpc';
  if (status >= 200 && status < 300) return isPage(contentType) ? 'page' : 'accepted';
  if (status >= 300 && status < 400) return 'redirects';
  if (status === 401 || status === 403 || status === 407) return 'key-refused';
  if (status === 404 || status === 405 || status === 410) return 'wrong-path';
  if (status === 429 || (status >= 502 && status <= 504)) return 'busy';
  return status >= 500 ? 'server-error' : 'rejected';
}

async function explainHttpFailure(asking: Asking, failure: Failure): Promise<Probe> {
  const { url } = asking.destination;
  const why = failureText(failure);
  if (failure.atProxy === true) {
    const said = failure.code.startsWith('HTTP ');
    return { outcome: said ? 'proxy-refuses' : 'proxy-unreachable', why };
  }
  const clear = clearFailure(failure);
  if (clear !== undefined) return { outcome: clear, why };
  if (isHttps(url) && isNotTls(failure)) return { outcome: 'speaks-no-tls', why };
  // Past the proxy nothing else is asked: gRPC would go directly.
  if (asking.destination.proxy === undefined && (await speaksGrpc(asking, url)))
    return { outcome: 'speaks-grpc', why };
  return { outcome: await unclearFailure(asking, failure), why };
}

async function probeGrpc(asking: Asking): Promise<Probe> {
  const { url, signal, headers } = asking.destination;
  const began = Date.now();
  const answer = await callEmpty(url, signal, headers, asking.tls, asking.timeoutMs);
  if (answer.kind === 'failed') return explainGrpcFailure(asking, answer);
  return { ...grpcOutcome(answer), clock: clockOf(answer.date, began) };
}

function grpcOutcome({
  grpcStatus,
  httpStatus,
  contentType,
}: Extract<GrpcAnswer, { kind: 'answer' }>): Probe {
  if (grpcStatus === undefined || !contentType.startsWith('application/grpc')) {
    const keyRefused = httpStatus === 401 || httpStatus === 403;
    const busy = httpStatus === 429 || (httpStatus >= 502 && httpStatus <= 504);
    const outcome = keyRefused ? 'key-refused' : busy ? 'busy' : 'speaks-http';
    return { outcome, why: `HTTP ${httpStatus}` };
  }
  return { outcome: GRPC_OUTCOMES.get(grpcStatus) ?? 'rejected', why: `gRPC status ${grpcStatus}` };
}

/** Statuses of the gRPC specification; the others are `rejected`. */
const GRPC_OUTCOMES: ReadonlyMap<number, ProbeOutcome> = new Map([
  [0, 'accepted'],
  [4, 'timeout'], // DEADLINE_EXCEEDED
  [7, 'key-refused'], // PERMISSION_DENIED
  [8, 'busy'], // RESOURCE_EXHAUSTED
  [12, 'wrong-path'], // UNIMPLEMENTED: there is no TraceService
  [13, 'server-error'], // INTERNAL
  [14, 'busy'], // UNAVAILABLE
  [16, 'key-refused'], // UNAUTHENTICATED
]);

async function explainGrpcFailure(asking: Asking, failure: Failure): Promise<Probe> {
  const { url } = asking.destination;
  const why = failureText(failure);
  const clear = clearFailure(failure);
  if (clear !== undefined) return { outcome: clear, why };
  if (isHttps(url) && isNotTls(failure)) return { outcome: 'speaks-no-tls', why };
  const http = await post(asking, new URL('/v1/traces', url).href);
  if (http.kind === 'answer') return { outcome: 'speaks-http', why };
  return { outcome: await unclearFailure(asking, failure), why };
}

/** What a code says for certain, whatever is spoken at the other end. */
function clearFailure({ code }: Failure): ProbeOutcome | undefined {
  if (code === 'ECONNREFUSED') return 'connection-refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown-host';
  if (['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES'].includes(code)) return 'no-route';
  return UNTRUSTED.test(code) ? 'tls' : undefined;
}

/** What is left when neither protocol was answered. */
async function unclearFailure(asking: Asking, { code }: Failure): Promise<ProbeOutcome> {
  const { url } = asking.destination;
  if (isHttps(url)) {
    if (TLS_CODE.test(code)) return 'tls';
  } else if (await speaksTls(asking, url)) return 'speaks-tls';
  return code === 'timeout' ? 'timeout' : 'no-answer';
}

const UNTRUSTED = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA)/;
const TLS_CODE = /^(EPROTO|ERR_SSL_|ERR_OSSL_|ERR_TLS_)/;

/** Where known backends take OTLP. */
const BASES = ['', '/api/public/otel', '/otlp', '/otel'];

/** The first path at the same host and port that takes the request. */
async function findPath(asking: Asking): Promise<string | undefined> {
  const { url: address, signal } = asking.destination;
  const given = new URL(address);
  const own = `/v1/${signal}`;
  let stem = given.pathname.replace(/\/+$/, '');
  while (stem.endsWith(own)) stem = stem.slice(0, -own.length);
  const bases = [stem, ...BASES, `${stem}/api/public/otel`];
  const paths = [...new Set(bases.map((base) => `${base}${own}`))];
  for (const path of paths.filter((one) => one !== given.pathname)) {
    const url = new URL(given);
    url.pathname = path;
    const answer = await post(asking, url.href);
    if (answer.kind === 'failed') return undefined;
    if (httpOutcome(answer) === 'accepted') return path;
  }
  return undefined;
}

function post({ destination, tls, timeoutMs }: Asking, url: string): Promise<HttpAnswer> {
  return postEmpty(url, destination, tls, timeoutMs);
}

async function speaksGrpc({ destination, tls, timeoutMs }: Asking, url: string): Promise<boolean> {
  const answer = await callEmpty(
    url,
    destination.signal,
    destination.headers,
    tls,
    Math.min(timeoutMs, SNIFF_MS),
  );
  return (
    answer.kind === 'answer' &&
    (answer.grpcStatus !== undefined || answer.contentType.startsWith('application/grpc'))
  );
}

/** An answer over TLS, or a certificate that is not trusted: both need TLS at the other end. */
async function speaksTls({ destination, tls, timeoutMs }: Asking, url: string): Promise<boolean> {
  const secure = url.replace(/^http:/, 'https:');
  const answer = await postEmpty(secure, destination, tls, Math.min(timeoutMs, SNIFF_MS));
  return answer.kind === 'answer' || UNTRUSTED.test(answer.code);
}

const SNIFF_MS = 2000;

function isPage(contentType: string): boolean {
  return contentType === 'text/html' || contentType === 'application/xhtml+xml';
}

function isHttps(url: string): boolean {
  return url.startsWith('https:');
}

function clockOf(theirs: number | undefined, began: number): Probe['clock'] {
  return theirs === undefined ? undefined : { theirs, ours: (began + Date.now()) / 2 };
}
