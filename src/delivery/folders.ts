// In: the installation's folder. Out: where delivery keeps what, and the name of a staged request.
// Always: a destination id that is no plain file name is a bug of the caller and stops here, before it becomes a path.
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { DestinationId } from '../config/destination.ts';
import { isTemporary, syncFolder } from '../platform/atomic-file.ts';
import { parseRequestFile } from './batch-id.ts';
import { listIfThere } from '../platform/list-folder.ts';

/** Requests that are written but not yet committed. */
export function stagingFolder(dir: string): string {
  return join(dir, 'staging');
}

/** Committed requests that wait for one destination, and what is needed to send them. */
export function outboxFolder(dir: string, id: DestinationId): string {
  return join(dir, 'outbox', plainName(id));
}

/** Requests that the destination refused for good, each with the reason beside it. */
export function refusedFolder(dir: string, id: DestinationId): string {
  return join(dir, 'refused', plainName(id));
}

/** Every destination that has an outbox, sorted. */
export function outboxDestinations(dir: string): DestinationId[] {
  const outbox = join(dir, 'outbox');
  const names = listFolder(outbox).filter((name) => PLAIN.test(name) && isFolder(join(outbox, name)));
  return names as DestinationId[]; // a folder here was made by outboxFolder from a DestinationId
}

/** Every destination that has ever refused something, sorted. */
export function refusedDestinations(dir: string): DestinationId[] {
  const refused = join(dir, 'refused');
  const names = listFolder(refused).filter((name) => PLAIN.test(name) && isFolder(join(refused, name)));
  return names as DestinationId[]; // a folder here was made by refusedFolder from a DestinationId
}

/** The name of a request while it is staged: `<request>@<destination>.otlp`. */
export function stagedFile(request: string, id: DestinationId): string {
  return `${request.slice(0, -OTLP.length)}@${plainName(id)}${OTLP}`;
}

/** The request file and destination that a staged file name stands for, or undefined for any other name. */
export function parseStagedFile(file: string): { request: string; id: DestinationId } | undefined {
  const match = /^([^@]+)@([^@]+)\.otlp$/.exec(file);
  const request = `${match?.[1] ?? ''}${OTLP}`;
  const id = match?.[2];
  if (id === undefined || !PLAIN.test(id) || !parseRequestFile(request)) return undefined;
  return { request, id: id as DestinationId }; // the name was made by stagedFile from a DestinationId
}

/** Makes a private folder (0700) and everything above it, durably. */
export function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made));
}

/** Names in a folder, sorted, without temporary files; none where there is no folder. */
export function listFolder(folder: string): string[] {
  return listIfThere(folder)
    .filter((name) => !isTemporary(name))
    .sort();
}

const OTLP = '.otlp';
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function plainName(id: DestinationId): string {
  if (!PLAIN.test(id)) throw new Error('a destination id must be letters, digits, ".", "_" and "-" only');
  return id;
}
