// In: a Retry-After header. Out: milliseconds to wait, from seconds or an HTTP date (RFC 9110 §10.2.3).
// Always: what is neither is as if it were not there.

/** Milliseconds from `now` (epoch ms), never below 0. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Z][a-z]+,? .* GMT$|^[A-Z][a-z]{2} [A-Z][a-z]{2} .*\d{4}$/.test(text)) return undefined;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`); // the asctime form has no zone and means GMT
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
