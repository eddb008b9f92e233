// In: what to answer. Out: the answer, with the headers that every page and API answer carries.
// Always: a browser runs only our own script and style, sends data nowhere else, and shows us in no frame. Stored
// content comes from transcripts and is trusted with nothing.
import type { ServerResponse } from 'node:http';

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/** Sends text of a type. */
export function respond(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, {
      ...HEADERS,
      ...headers,
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(body),
    })
    .end(body); // Node leaves the body out for HEAD
}

/** Sends a value as JSON. */
export function respondJson(response: ServerResponse, status: number, value: unknown): void {
  respond(response, status, 'application/json; charset=utf-8', JSON.stringify(value));
}

/** Sends an error as JSON: `{"error": message}`. */
export function respondError(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  respond(response, status, 'application/json; charset=utf-8', JSON.stringify({ error: message }), headers);
}
