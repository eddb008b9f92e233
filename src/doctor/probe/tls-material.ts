// In: the TLS files of a destination. Out: what Node's TLS takes, or which file cannot be read.
// Always: certificates are checked, whatever the shell's environment says.
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { TlsFiles } from '../../config/destination.ts';
import { reasonOf } from '../../platform/reason.ts';

export interface TlsMaterial {
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
  const { 'client certificate': cert, 'client key': key } = found;
  return {
    status: 'ok',
    material: {
      rejectUnauthorized: true,
      ca: found['certificate'] ?? [...rootCertificates],
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
  };
}
