// In: where Turnspan lives, and a settings file. Out: first a plan that changes nothing, then, if wanted, the file without our
// hooks. Always: where nobody else has changed it, the file has its first bytes back, and is gone where there was none.
import { rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { backUp } from './backup.ts';
import type { Refusal } from './install.ts';
import { changeRecord, readRecord, type SettingsRecord } from './install-record.ts';
import type { Places } from './places.ts';
import { removeHooks } from './remove-hooks.ts';
import {
  readSettings,
  removeSettings,
  whyUnwritable,
  writeSettings,
  type SettingsOnDisk,
} from './settings-on-disk.ts';

export interface UninstallPlan {
  readonly status: 'ready';
  readonly places: Places;
  readonly settings: string;
  readonly disk: SettingsOnDisk;
  readonly text: string;
  /** How many of our hooks go. With 0 there is nothing to do. */
  readonly count: number;
  /** The file was made by us and nothing else is in it. */
  readonly fileGoes: boolean;
  readonly record?: SettingsRecord;
}

/** Looks, and changes nothing. */
export function planUninstall(places: Places, settings: string): UninstallPlan | Refusal {
  const disk = readSettings(settings);
  if (disk.status === 'refused') return { ...disk, file: settings };
  const record = readRecord(places.state).get(disk.target);
  const removed = removeHooks(disk.text, record?.before);
  if (removed.status === 'bad') {
    const { what, line, column } = removed.problem;
    return { status: 'refused', file: settings, place: `:${line}:${column}`, why: what };
  }
  const { text, count } = removed;
  const unwritable = count === 0 ? undefined : whyUnwritable(disk);
  if (unwritable !== undefined) return { ...unwritable, file: settings };
  const fileGoes = count > 0 && record?.madeFile === true && text.trim() === '';
  return { status: 'ready', places, settings, disk, text, count, fileGoes, ...(record && { record }) };
}

/** Does what the plan says. Gives the path of the backup, if one was needed. */
export function carryOutUninstall(
  plan: UninstallPlan,
  now: number,
): { readonly status: 'done'; readonly backup?: string } | Refusal {
  const { places, settings, disk, text, count, fileGoes, record } = plan;
  if (count === 0) {
    if (record !== undefined) changeRecord(places.state, disk.target, undefined);
    return { status: 'done' };
  }
  const backup = fileGoes ? undefined : backUp(places.state, disk, now);
  const written = fileGoes ? removeSettings(disk) : writeSettings(disk, text);
  if (written.status === 'refused') return { ...written, file: settings };
  if (fileGoes && record?.madeFolder !== undefined) removeEmpty(dirname(disk.target), record.madeFolder);
  if (record !== undefined) changeRecord(places.state, disk.target, undefined);
  return { status: 'done', ...(backup === undefined ? {} : { backup }) };
}

/** Settings files that are known to have our hooks still. */
export function otherInstallations(places: Places): string[] {
  return [...readRecord(places.state).keys()].filter((file) => {
    const plan = planUninstall(places, file);
    return plan.status === 'ready' && plan.count > 0;
  });
}

/** Removes `folder` and those above it up to `last`, as far as nothing is in them. */
function removeEmpty(folder: string, last: string): void {
  try {
    rmdirSync(folder);
  } catch {
    return; // Something else is in it.
  }
  if (folder !== last && folder !== dirname(folder)) removeEmpty(dirname(folder), last);
}
