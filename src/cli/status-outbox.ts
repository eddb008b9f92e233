// In: an installation's folder. Out: what waits for each destination, what was refused, and when one last took something.
// Always: looks, and changes nothing; shows no secret.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { shownUrl } from '../config/choice.ts';
import { readBackoff } from '../delivery/backoff.ts';
import type { DestinationId } from '../config/destination.ts';
import { readDestination } from '../delivery/destination-file.ts';
import { listFolder, refusedFolder } from '../delivery/folders.ts';
import { lossesOf } from '../delivery/health.ts';
import { outboxSizes } from '../delivery/outbox.ts';
import { parseLogLine, readLog } from '../platform/log.ts';

export interface ShownOutbox {
  readonly id: string;
  /** Absent: what is needed to send is missing or unreadable. */
  readonly url?: string | undefined;
  readonly requests: number;
  readonly spans: number;
  readonly bytes: number;
  readonly refused: number;
  /** Spans that were not sent, because it takes none that ended so long ago. */
  readonly tooOld: number;
  /** Why the newest of them was refused. */
  readonly refusedWhy?: string | undefined;
  /** Nobody tries again before `until` (milliseconds since the epoch). */
  readonly backoff?: { readonly until: number; readonly failures: number; readonly why: string } | undefined;
}

/** What a destination took last. */
export interface LastExport {
  readonly at: string;
  readonly id: string;
  readonly url?: string | undefined;
  readonly spans: number;
}

export function shownOutboxes(dir: string, now: number): ShownOutbox[] {
  return outboxSizes(dir).map(({ id, ...size }) => {
    const { last, holds } = readBackoff(dir, id, now);
    return {
      id,
      ...size,
      url: urlOf(dir, id),
      tooOld: lossesOf(dir, id).tooOld,
      refusedWhy: size.refused === 0 ? undefined : whyRefused(dir, id),
      backoff: last && holds ? { until: last.notBefore, failures: last.failures, why: last.why } : undefined,
    };
  });
}

/** The worker's log remembers it, until it has grown by two megabytes since. */
export function lastExport(dir: string): LastExport | undefined {
  const line = readLog(join(dir, 'worker.log')).findLast((one) => one.includes(' delivery.sent '));
  const { time: at, fields } = (line === undefined ? undefined : parseLogLine(line)) ?? {};
  const id = fields?.['destination'];
  if (at === undefined || id === undefined) return undefined;
  // The cast: the log's own id is only compared with the names of folders.
  return { at, id, url: urlOf(dir, id as DestinationId), spans: Number(fields?.['spans'] ?? 0) };
}

function urlOf(dir: string, id: DestinationId): string | undefined {
  try {
    const { url } = readDestination(dir, id) ?? {};
    return url === undefined ? undefined : shownUrl(url);
  } catch {
    return undefined; // Of a file that was changed by hand.
  }
}

function whyRefused(dir: string, id: DestinationId): string | undefined {
  const folder = refusedFolder(dir, id);
  const newest = listFolder(folder).findLast((name) => name.endsWith('.json'));
  if (newest === undefined) return undefined;
  try {
    return refusal.parse(JSON.parse(readFileSync(join(folder, newest), 'utf8'))).why;
  } catch {
    return undefined;
  }
}

const refusal = z.object({ why: z.string() });
