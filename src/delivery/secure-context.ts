// In: a destination. Out: the TLS context of its own files; nothing for plaintext, and where it names no file.
// Always: the files are read when a sender is opened, so a renewed certificate counts from the next drain; what is
// told of a file that cannot be used is its setting and a code, never its path or a piece of it.
import { readFileSync } from 'node:fs';
import type { SecureContext } from 'node:tls';

import type { TlsFiles } from '../config/destination.ts';
import { reasonOf } from '../platform/reason.ts';
import type { SendTo } from './destination-file.ts';
import type { Unusable } from './sender.ts';

type Secured = { readonly status: 'open'; readonly context: SecureContext | undefined } | Unusable;

/** Reads and checks the files one by one, so that a fault has the name of its setting. */
export async function openSecureContext({ tracesUrl, tls }: SendTo): Promise<Secured> {
  const { certificate, clientCertificate, clientKey } = tls ?? {};
  const plaintext = !/^https:/i.test(tracesUrl);
  if (plaintext || (certificate ?? clientCertificate ?? clientKey) === undefined) {
    return { status: 'open', context: undefined };
  }
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
    return { status: 'open', context: createSecureContext({ ca, cert, key }) };
  } catch (error) {
    // Each is good in itself: what is left is a key of another certificate.
    return unusable('clientKey', `does not fit clientCertificate (${reasonOf(error)})`);
  }
}

type Setting = keyof TlsFiles;

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

function isUnusable(value: Buffer | undefined | Unusable): value is Unusable {
  return value !== undefined && 'status' in value;
}
