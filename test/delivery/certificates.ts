// Certificates for TLS tests, made by the `openssl` command; where there is none, the tests that need them are skipped.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why no certificate can be made here; undefined where it can. */
export const NO_OPENSSL =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'there is no openssl command here';

/** Names of hosts, beside `localhost`, that the authority signs a certificate for. */
export type Hosts = readonly string[];

/** PEM files in a folder of their own. */
export interface Certificates {
  readonly folder: string;
  /** The authority that signed `server` and `client`. */
  readonly ca: string;
  /** For `localhost`, and the hosts that were asked for. */
  readonly server: Pair;
  readonly client: Pair;
  /** Of `localhost` too, and over since long. */
  readonly expired: Pair;
  /** Signed by nobody. */
  readonly stranger: Pair;
  remove(): void;
}

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export function makeCertificates(hosts: Hosts = []): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'turnspan-tls-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  };
  const pair = (name: string): Pair => ({
    cert: join(folder, `${name}.pem`),
    key: join(folder, `${name}.key`),
  });
  const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const selfSigned = (name: string): Pair => {
    openssl(
      'req',
      '-x509',
      ...KEY,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    );
    return pair(name);
  };
  const signed = (name: string, days: string[]): Pair => {
    writeFileSync(join(folder, 'extensions'), `subjectAltName=${names}\n`);
    openssl('req', ...KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-extfile', 'extensions', '-out', `${name}.pem`, ...days],
    );
    return pair(name);
  };
  const names = ['localhost', ...hosts].map((host) => `DNS:${host}`).join(',');
  const ca = selfSigned('ca').cert;
  return {
    folder,
    ca,
    server: signed('server', ['-days', '2']),
    client: signed('client', ['-days', '2']),
    expired: signed('expired', ['-days', '-1']),
    stranger: selfSigned('stranger'),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function readPair({ cert, key }: Pair): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}
