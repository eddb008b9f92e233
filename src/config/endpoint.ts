// In: what the user wrote as an endpoint. Out: the URL that traces are posted to, or what is wrong with it.
// Always: the rules of the OTLP exporter specification ("Endpoint URLs for OTLP/HTTP"); no message shows the value,
// which may hold a password.

export type Endpoint =
  | { readonly status: 'ok'; readonly tracesUrl: string }
  | { readonly status: 'bad'; readonly problem: string };

/** From `OTEL_EXPORTER_OTLP_ENDPOINT`, the base for all signals: `v1/traces` is appended to its path. */
export function tracesUrlOfBase(base: string): Endpoint {
  return parse(base, (url) => {
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
  });
}

/** From `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, for traces alone: taken as it is; without a path the path is `/`. */
export function tracesUrlAsGiven(endpoint: string): Endpoint {
  return parse(endpoint, () => {});
}

function parse(text: string, complete: (url: URL) => void): Endpoint {
  if (!URL.canParse(text.trim())) return bad('is no URL');
  const url = new URL(text.trim());
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return bad('starts with neither http:// nor https://');
  complete(url);
  return { status: 'ok', tracesUrl: url.href };
}

function bad(what: string): Endpoint {
  return { status: 'bad', problem: `${what}; write for example http://localhost:4318` };
}
