// In: HTTP requests that are not for the receiver. Out: the page, its files and the JSON API.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Api } from './api.ts';
import { readAsset } from './assets.ts';
import { respond, respondError, respondJson } from './respond.ts';

/** Answers every path: with 404 those it does not have. Rejects when the store cannot be read. */
export async function serveWeb(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  api: Api,
  pageFolder: string,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    respondError(response, 405, 'use GET', { Allow: 'GET, HEAD' });
    return;
  }
  const answer = await api(path);
  if (answer !== null) {
    respondJson(response, answer.status, answer.value);
    return;
  }
  const asset = await readAsset(pageFolder, path);
  if (asset === undefined) respondError(response, 404, 'there is nothing at this path');
  else if (asset === null) respondError(response, 503, 'the page is not built. Run: npm run build');
  else respond(response, 200, asset.type, asset.body);
}
