// What waits to be sent: does it leave, and was something refused?
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readBackoff } from '../../delivery/backoff.ts';
import { readDestination } from '../../delivery/destination-file.ts';
import {
  listFolder,
  outboxDestinations,
  refusedDestinations,
  refusedFolder,
} from '../../delivery/folders.ts';
import { listPending } from '../../delivery/outbox.ts';
import type { DestinationId } from '../../config/destination.ts';
import { defineCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import { counted, shellPath, shownAddress, shownDestination } from '../shown.ts';

const HOUR_MS = 60 * 60_000;

export const outboxCheck = defineCheck({
  name: 'outbox',
  holds: 'What was made is sent, and nothing was refused',
  findings: {
    'sending-backs-off':
      'A backend could not take requests, and is left alone for a while. They wait and are not lost.',
    'requests-waiting': 'Requests wait for longer than an hour, and nobody has tried to send them since.',
    'requests-refused': 'A backend refused requests for good. They are set aside until the cause is mended.',
    'destination-unknown': 'Requests wait for a destination of which it is not known any more where it is.',
  },
  run: (context) => {
    const { places, now } = context;
    const { state, home } = places;
    const findings: Finding<
      'sending-backs-off' | 'requests-waiting' | 'requests-refused' | 'destination-unknown'
    >[] = [];
    for (const id of outboxDestinations(state)) {
      const pending = listPending(state, id);
      const [oldest] = pending;
      if (oldest === undefined) continue;
      const name = nameOf(id, context);
      const waiting = `${counted(pending.length, 'request')} for ${name}`;
      const { last } = readBackoff(state, id, now);
      if (readDestination(state, id) === undefined) {
        findings.push({
          name: 'destination-unknown',
          level: 'error',
          title: `${waiting} wait, but ${id}/destination.json is missing or unreadable`,
          remedy: 'Finish a turn in Claude Code: its hook writes the file again',
        });
      } else if (last !== undefined) {
        findings.push({
          name: 'sending-backs-off',
          level: 'warning',
          title: `${waiting} wait: ${last.why}, ${counted(last.failures, 'time')} in a row`,
          detail: `The next attempt is made after ${new Date(last.notBefore).toISOString()}.`,
          remedy: 'Mend what `endpoint` below says, or start the backend; then finish a turn in Claude Code',
        });
      } else if (now - Number.parseInt(oldest.batchId, 10) > HOUR_MS) {
        findings.push({
          name: 'requests-waiting',
          level: 'warning',
          title: `${waiting} wait for more than an hour`,
          remedy: `turnspan worker --dir ${shellPath(state, home)}`,
        });
      }
    }
    for (const id of refusedDestinations(state)) {
      const reasons = refusedReasons(state, id);
      const count = reasons.reduce((sum, [, times]) => sum + times, 0);
      if (count === 0) continue;
      findings.push({
        name: 'requests-refused',
        level: 'error',
        title: `${nameOf(id, context)} refused ${counted(count, 'request')}: ${reasons.map(([why, times]) => `${why} (${times})`).join(', ')}`,
        remedy: `Mend the cause, then send them again: turnspan retry ${id}`,
      });
    }
    return findings;
  },
});

function nameOf(id: DestinationId, { places, where }: DoctorContext): string {
  const known = where.destinations.find((destination) => destination.id === id);
  if (known !== undefined) return shownDestination(known);
  const remembered = readDestination(places.state, id);
  return remembered === undefined ? `destination ${id}` : shownAddress(remembered.url);
}

const refusal = z.object({ why: z.string() });

/** Reason → how many. */
function refusedReasons(state: string, id: DestinationId): [string, number][] {
  const folder = refusedFolder(state, id);
  const counts = new Map<string, number>();
  const files = listFolder(folder);
  for (const file of files.filter((name) => name.endsWith('.otlp'))) {
    const why = reasonIn(join(folder, file.replace(/\.otlp$/, '.json')));
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  return [...counts];
}

function reasonIn(path: string): string {
  try {
    return refusal.parse(JSON.parse(readFileSync(path, 'utf8'))).why;
  } catch {
    return 'for a reason that was not kept';
  }
}
