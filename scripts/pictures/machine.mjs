// Ada's machine for the pictures: a home in a temporary folder with `claude` and `turnspan` in it, and a backend on loopback.
// In: nothing. Out: both, and how to say what is theirs in words that are the same each time.
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';

const HOME = '/home/ada';
const CLIENT = '2.1.329';

/** A home below /tmp that is as long as Ada's, so that what a terminal wraps, it wraps as for her. */
export function makeHome() {
  const home = `/tmp/${randomBytes(2).toString('hex')}`;
  mkdirSync(home, { mode: 0o700 });
  const programs = join(home, '.local/bin');
  for (const folder of [programs, join(home, 'shop')]) mkdirSync(folder, { recursive: true });
  const put = (name, script) =>
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  put('claude', `echo "${CLIENT} (Claude Code)"`);
  put('turnspan', `exec '${process.execPath}' '${resolve('dist/turnspan.cjs')}' "$@"`);
  symlinkSync(process.execPath, join(programs, 'node')); // what else lies beside it is not Ada's
  return {
    home,
    shop: join(home, 'shop'),
    env: { HOME: home, PATH: `${programs}:/usr/bin:/bin` },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Answers every request with the status that `answer` named last. */
export async function startBackend() {
  let status = 200;
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status).end());
  });
  await new Promise((resolve, reject) => server.on('error', reject).listen(0, 'localhost', resolve));
  return {
    port: server.address().port,
    answer: (next) => {
      status = next;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * What is different each time, as it is in every picture: the home, the backend's port, times and ids.
 * Throws where something of this machine is left.
 */
export function alwaysTheSame(text, home, port, shownPort) {
  const same = text
    .replaceAll(home, HOME)
    .replaceAll(`localhost:${port}`, `localhost:${shownPort}`)
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-05-04T09:12:31.000Z')
    .replaceAll(/\b[\da-f]{32}\b/g, 'd0c2f977dabb8541e88de63aaeb44482')
    .replaceAll(/\b[\da-f]{16}\b/g, 'e23690fe5f5e6682');
  for (const word of ['/tmp', home.slice('/tmp/'.length), String(port), process.cwd()]) {
    if (same.includes(word)) throw new Error(`"${word}" would be in a picture:\n${same}`);
  }
  return same;
}
