// In: where Turnspan lives, the shell's environment. Out: all that `status` tells, as one value.
// Always: looks, and changes nothing; a file that cannot be read is a finding and not the end; holds no secret, no header's
// value, and of addresses neither password nor query.
import * as z from 'zod';
import { isFinished, listTicketFiles } from '../inbox/tickets-folder.ts';
import type { Places } from '../install/places.ts';
import { readPause } from '../state/pause.ts';
import { version } from '../version.ts';
import { shownDestinations } from './status-destinations.ts';
import { findings } from './status-findings.ts';
import { findSettings } from './status-installed.ts';
import { lastExport, shownOutboxes } from './status-outbox.ts';
import { readInstallation, readWatched } from './status-state.ts';
import { runningWorker } from './status-worker.ts';

const time = z.iso.datetime();
const count = z.int().nonnegative();

/** What `turnspan status --json` prints. */
export const statusSchema = z.strictObject({
  /** Of this command; the installed one is in `settings`. */
  version: z.string(),
  /** The folder of what is remembered. */
  state: z.string(),
  /** What began before is never sent by hooks. Null: not installed, or not readable. */
  installedAt: time.nullable(),
  settings: z.array(
    z.strictObject({
      file: z.string(),
      hooks: count,
      version: z.string().nullable(),
      problem: z.string().nullable(),
    }),
  ),
  paused: z.strictObject({ since: time }).nullable(),
  worker: z.strictObject({ pid: z.int() }).nullable(),
  /** Of sessions that a Claude Code would write which is started from here. */
  destinations: z.array(
    z.strictObject({
      name: z.string(),
      url: z.string(),
      transport: z.string(),
      content: z.string(),
      from: z.string(),
      contentFrom: z.string(),
    }),
  ),
  /** Why there are none. */
  noDestination: z.strictObject({ isWanted: z.boolean(), why: z.string() }).nullable(),
  lastExport: z
    .strictObject({ at: time, destination: z.string(), url: z.string().nullable(), spans: count })
    .nullable(),
  tickets: count,
  /** Sessions that every wake-up looks at, and turns of theirs that have not closed. */
  sessions: z.strictObject({ watched: count, openTurns: count }),
  outboxes: z.array(
    z.strictObject({
      destination: z.string(),
      url: z.string().nullable(),
      requests: count,
      spans: count,
      bytes: count,
      refused: count,
      tooOld: count,
      refusedWhy: z.string().nullable(),
      backoff: z.strictObject({ until: time, failures: count, why: z.string() }).nullable(),
    }),
  ),
  /** What someone should look at. With any, the exit code is 1. */
  findings: z.array(z.strictObject({ what: z.string(), remedy: z.string() })),
});

export type Status = z.infer<typeof statusSchema>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws what the file system throws where a whole folder cannot be read. */
export function readStatus(places: Places, env: Environment, folder: string, now: number): Status {
  const { state } = places;
  const installation = readInstallation(state);
  const settings = findSettings(places);
  const pause = readPause(state);
  const shown = shownDestinations(places, env, folder);
  const watched = readWatched(state);
  const last = lastExport(state);
  const outboxes = shownOutboxes(state, now);
  return {
    version,
    state,
    installedAt: installation.status === 'read' ? iso(installation.createdAt) : null,
    settings: settings.map(({ file, hooks, version: of = null, problem = null }) => ({
      file,
      hooks,
      version: of,
      problem,
    })),
    paused: pause === undefined ? null : { since: iso(pause.since) },
    worker: runningWorker(state) ?? null,
    destinations: [...shown.destinations],
    noDestination: shown.none ?? null,
    lastExport:
      last === undefined
        ? null
        : { at: last.at, destination: last.id, url: last.url ?? null, spans: last.spans },
    tickets: listTicketFiles(state).filter((file) => file.regular && isFinished(file)).length,
    sessions: { watched: watched.sessions, openTurns: watched.openTurns },
    outboxes: outboxes.map(({ id, url = null, refusedWhy = null, backoff, ...size }) => ({
      destination: id,
      url,
      ...size,
      refusedWhy,
      backoff: backoff === undefined ? null : { ...backoff, until: iso(backoff.until) },
    })),
    findings: findings({ places, installation, settings, pause, shown, watched, outboxes }),
  };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
