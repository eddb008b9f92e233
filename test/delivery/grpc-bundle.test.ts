// The bundles are CommonJS: gRPC works from inside one, and costs nothing where nothing is sent by it.
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { build } from 'esbuild';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { commit, destinationTo, spanOf, temporaryFolder } from './fixtures.ts';
import { grpcDestinationTo, startGrpcBackend, type GrpcBackend } from './grpc-backend.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'turnspan-bundle-'));
  await build({
    stdin: {
      contents: `
        import { drainOutbox } from './src/delivery/drain.ts';
        import { silentLog } from './src/platform/log.ts';
        drainOutbox(process.argv[2], silentLog).then(({ destinations }) => {
          const loaded = process.moduleLoadList.includes('NativeModule http2');
          process.stdout.write(JSON.stringify({ sent: destinations[0].requests, loaded }));
        });`,
      resolveDir: resolve(import.meta.dirname, '../..'),
    },
    outfile: join(folder, 'drain.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20.6',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
});

let http: LoopbackBackend;
let grpc: GrpcBackend;
beforeEach(async () => {
  http = await startBackend();
  grpc = await startGrpcBackend();
});
afterEach(async () => {
  await http.stop();
  grpc.stop();
});

test.each(['http', 'grpc'] as const)(
  'a bundle sends by %s and loads HTTP/2 only for gRPC',
  async (transport) => {
    const dir = temporaryFolder();
    const destination = transport === 'http' ? destinationTo(http.url) : grpcDestinationTo(grpc.url);
    commit(dir, [destination], [spanOf(1)]);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, 'drain.cjs'), dir], {
      env: {},
      timeout: 30_000,
    });
    expect({ ...JSON.parse(stdout), stderr }).toEqual({ sent: 1, loaded: transport === 'grpc', stderr: '' });
  },
);
