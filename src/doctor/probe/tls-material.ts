// In: the TLS files of a destination. Out: what Node's TLS takes, or which file cannot be read.
// Always: certificates are checked, whatever the shell's environment says. A file of more authorities that cannot be used is
// passed over, as the worker does it, and told.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { TlsFiles } from '../../config/destination.ts';
import { reasonOf } from '../../platform/reason.ts';

export interface TlsMaterial {
  readonly options: TlsOptions;
  /** Node's own, and those of the file of more authorities: for a proxy that speaks TLS. */
  readonly authorities: string[];
  /** Why the file of more authorities does not count: a code. */
  readonly passedOver?: string;
}

interface TlsOptions {
  readonly rejectUnauthorized: true;
  readonly ca: string | string[];
  readonly cert?: string;
  readonly key?: string;
}

export type TlsLoaded =
  | { readonly status: 'ok'; readonly material: TlsMaterial }
  /** `which` is `certificate`, `client certificate` or `client key`. */
  | { readonly status: 'unreadable'; readonly which: string; readonly why: string };

export function loadTls(files: TlsFiles | undefined): TlsLoaded {
  const found: Partial<Record<string, string>> = {};
  const wanted = {
    certificate: files?.certificate,
    'client certificate': files?.clientCertificate,
    'client key': files?.clientKey,
  };
  for (const [which, path] of Object.entries(wanted)) {
    if (path === undefined) continue;
    try {
      found[which] = readFileSync(path, 'utf8');
    } catch (error) {
      return { status: 'unreadable', which, why: reasonOf(error) };
    }
  }
  const { authorities, passedOver } = authoritiesWith(files?.extraCertificates);
  const { 'client certificate': cert, 'client key': key } = found;
  return {
    status: 'ok',
    material: {
      options: {
        rejectUnauthorized: true,
        ca: found['certificate'] ?? authorities,
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
      },
      authorities,
      ...(passedOver === undefined ? {} : { passedOver }),
    },
  };
}

function authoritiesWith(path: string | undefined): { authorities: string[]; passedOver?: string } {
  if (path === undefined) return { authorities: [...rootCertificates] };
  try {
    const pem = readFileSync(path, 'utf8');
    new X509Certificate(pem);
    return { authorities: [...rootCertificates, pem] };
  } catch (error) {
    return { authorities: [...rootCertificates], passedOver: reasonOf(error) };
  }
}
