// A package registry on loopback that has one package: Turnspan, packed by npm as it is published.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { REPOSITORY } from './plugin.ts';

export interface Registry {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  stop(): Promise<void>;
}

/** Packs the repository's files with the bundles of `program` as dist/, in `folder`. Stop it in the end. */
export async function startRegistry(folder: string, program: string): Promise<Registry> {
  const { name, version, tarball } = pack(folder, program);
  const file = `/${name}/-/${name}-${version}.tgz`;
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path === file) response.end(tarball);
    else if (path === `/${name}`) response.setHeader('content-type', 'application/json').end(described());
    else response.writeHead(404).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  const url = `http://127.0.0.1:${port}`;
  const described = (): string => {
    const sum = (algorithm: string): string => createHash(algorithm).update(tarball).digest('base64');
    const dist = { tarball: url + file, integrity: `sha512-${sum('sha512')}` };
    const versions = { [version]: { name, version, dist } };
    return JSON.stringify({ name, 'dist-tags': { latest: version }, versions });
  };
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function pack(folder: string, program: string): { name: string; version: string; tarball: Buffer } {
  mkdirSync(folder, { recursive: true });
  for (const name of [
    'package.json',
    'README.md',
    'LICENSE',
    'hooks',
    '.claude-plugin',
    'otel-collector-config.yaml',
  ])
    cpSync(join(REPOSITORY, name), join(folder, name), { recursive: true });
  cpSync(program, join(folder, 'dist'), { recursive: true, dereference: true });
  // Without scripts: they would build.
  const said = execFileSync('npm', ['pack', '--ignore-scripts', '--json'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(said) as { name: string; version: string; filename: string }[]; // npm's own form
  if (packed === undefined) throw new Error('npm packed nothing');
  const { name, version, filename } = packed;
  return { name, version, tarball: readFileSync(join(folder, filename)) };
}
