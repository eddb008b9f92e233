// In: the headers of a request. Out: whether it may be answered.
// Always: a web page elsewhere can neither read nor write here. A rebound DNS name comes with its own Host, a page of
// another origin with its own Origin; programs such as exporters send no Origin at all.
import type { IncomingHttpHeaders } from 'node:http';

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly message: string };

const NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** Judges a request to the server on `port`. */
export function guard(headers: IncomingHttpHeaders, port: number): Verdict {
  const own = NAMES.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  if (!own.includes((headers.host ?? '').toLowerCase())) {
    return refusal(`the Host header must be localhost, 127.0.0.1 or [::1] with port ${port}`);
  }
  if (headers.origin !== undefined && !own.some((host) => headers.origin === `http://${host}`)) {
    return refusal('requests from pages of other origins are refused');
  }
  // The same for requests that browsers send without an Origin; following a link to the page is fine.
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') {
    return refusal('requests from pages of other sites are refused');
  }
  return { ok: true };
}

function refusal(message: string): Verdict {
  return { ok: false, message };
}
