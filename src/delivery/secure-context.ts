// In: a destination. Out: the TLS context of its own files, and of its proxy's; nothing for plaintext, and where no file is named.
// Always: the files are read when a sender is opened, so a renewed certificate counts from the next drain; what is
// told of a file that cannot be used is its setting and a code, never its path or a piece of it. A file of more authorities
// that cannot be used is passed over, as Node does it: whether it was needed shows in the handshake, and `doctor` looks.
import { readFileSync } from 'node:fs';
import type { SecureContext } from 'node:tls';

import type { TlsFiles } from '../config/destination.ts';
import { reasonOf } from '../platform/reason.ts';
import type { SendTo } from './destination-file.ts';
import type { Unusable } from './sender.ts';

type Secured =
  | {
      readonly status: 'open';
      readonly context: SecureContext | undefined;
      /** For the handshake with an `https:` proxy. */
      readonly proxyContext?: SecureContext;
    }
  | Unusable;

/** Reads and checks the files one by one, so that a fault has the name of its setting. */
export async function openSecureContext({ url, tls, proxy = '' }: SendTo): Promise<Secured> {
  const ca = await withExtraAuthorities(tls?.extraCertificates);
  const own = isHttps(url) ? await openOwn(tls ?? {}, ca) : undefined;
  if (own !== undefined && 'status' in own) return own;
  const forProxy = isHttps(proxy) && ca !== undefined;
  return {
    status: 'open',
    context: own,
    ...(forProxy && { proxyContext: (await import('node:tls')).createSecureContext({ ca }) }),
  };
}

/** Node's authorities and those of the file; undefined: Node's alone. */
async function withExtraAuthorities(path: string | undefined): Promise<string[] | undefined> {
  if (path === undefined) return undefined;
  const { X509Certificate } = await import('node:crypto');
  const pem = read('certificate', path, (text) => new X509Certificate(text));
  if (pem === undefined || isUnusable(pem)) return undefined;
  const { rootCertificates } = await import('node:tls');
  return [...rootCertificates, pem.toString('utf8')];
}

async function openOwn(
  { certificate, clientCertificate, clientKey }: TlsFiles,
  authorities: string[] | undefined,
): Promise<SecureContext | Unusable | undefined> {
  if ((certificate ?? clientCertificate ?? clientKey ?? authorities) === undefined) return undefined;
  if (clientCertificate !== undefined && clientKey === undefined) {
    return unusable('clientKey', 'is missing: clientCertificate needs it');
  }
  if (clientKey !== undefined && clientCertificate === undefined) {
    return unusable('clientCertificate', 'is missing: clientKey needs it');
  }
  const { createPrivateKey, X509Certificate } = await import('node:crypto');
  const ca = read('certificate', certificate, (pem) => new X509Certificate(pem));
  if (isUnusable(ca)) return ca;
  const cert = read('clientCertificate', clientCertificate, (pem) => new X509Certificate(pem));
  if (isUnusable(cert)) return cert;
  const key = read('clientKey', clientKey, (pem) => createPrivateKey(pem));
  if (isUnusable(key)) return key;
  const { createSecureContext } = await import('node:tls');
  try {
    return createSecureContext({ ca: ca ?? authorities, cert, key });
  } catch (error) {
    // Each is good in itself: what is left is a key of another certificate.
    return unusable('clientKey', `does not fit clientCertificate (${reasonOf(error)})`);
  }
}

type Setting = Unusable['setting'];

function read(
  setting: Setting,
  path: string | undefined,
  parse: (pem: Buffer) => unknown,
): Buffer | undefined | Unusable {
  if (path === undefined) return undefined;
  let pem: Buffer;
  try {
    pem = readFileSync(path);
  } catch (error) {
    return unusable(setting, `cannot be read (${reasonOf(error)})`);
  }
  // Checked apart: the parsers also take DER, which a TLS context passes over in silence.
  if (!pem.includes('-----BEGIN ')) return unusable(setting, 'is no PEM file');
  try {
    parse(pem);
    return pem;
  } catch (error) {
    return unusable(setting, `cannot be used (${reasonOf(error)})`);
  }
}

function unusable(setting: Setting, what: string): Unusable {
  return { status: 'unusable', setting, why: `${setting} ${what}` };
}

function isHttps(url: string): boolean {
  return /^https:/i.test(url);
}

function isUnusable(value: Buffer | undefined | Unusable): value is Unusable {
  return value !== undefined && 'status' in value;
}
