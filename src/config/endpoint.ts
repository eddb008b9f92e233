// In: what the user wrote as an endpoint. Out: the URL that a signal is posted to, or what is wrong with it.
// Always: the rules of the OTLP exporter specification ("Endpoint URLs for OTLP/HTTP"); no message shows the value,
// which may hold a password.
import type { Signal } from './signal.ts';

export type Endpoint =
  { readonly status: 'ok'; readonly url: string } | { readonly status: 'bad'; readonly problem: string };

/** From `OTEL_EXPORTER_OTLP_ENDPOINT`, the base for all signals: `v1/traces`, say, is appended to its path. */
export function urlOfBase(base: string, signal: Signal): Endpoint {
  return parse(base, (url) => {
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal}`;
  });
}

/** Whether two URLs that something is posted to are one place. The names of this machine's loopback are one. */
export function isSamePlace(one: string, other: string): boolean {
  return placeOf(one) === placeOf(other);
}

/** From `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, for one signal alone: taken as it is; without a path the path is `/`. */
export function urlAsGiven(endpoint: string): Endpoint {
  return parse(endpoint, () => {});
}

/** A gRPC target: a URL, or a bare `host:port`, which the specification leaves open and is read as `http://`. */
export function grpcTarget(text: string): Endpoint {
  const target = text.trim();
  const parsed = parse(/^[a-z]+:\/\//i.test(target) ? target : `http://${target}`, () => {});
  return parsed.status === 'bad'
    ? bad('is no gRPC target', 'http://localhost:4317')
    : { status: 'ok', url: new URL(parsed.url).origin };
}

function parse(text: string, complete: (url: URL) => void): Endpoint {
  if (!URL.canParse(text.trim())) return bad('is no URL');
  const url = new URL(text.trim());
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return bad('starts with neither http:// nor https://');
  complete(url);
  return { status: 'ok', url: url.href };
}

function placeOf(text: string): string {
  // A gRPC target may be a bare `host:port`.
  if (!/^https?:/i.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  const host = ['127.0.0.1', '[::1]'].includes(url.hostname) ? 'localhost' : url.hostname;
  return `${url.protocol}//${host}:${url.port}${url.pathname.replace(/\/+$/, '')}${url.search}`;
}

function bad(what: string, example = 'http://localhost:4318'): Endpoint {
  return { status: 'bad', problem: `${what}; write for example ${example}` };
}
