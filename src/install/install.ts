// In: where Turnspan is to live, a settings file, the oldest client of the machine. Out: first a plan that changes nothing, then,
// if wanted, what it says: program, config file and settings, in this order, so that no entry ever names what is not there.
// Always: what would be refused is refused by the plan, before anything has changed.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { rememberUserConfigFile } from '../config/user-config-place.ts';
import { backUp } from './backup.ts';
import { hookHandler } from './entry.ts';
import { eventsFor } from './events.ts';
import { changeRecord, readRecord, type SettingsRecord } from './install-record.ts';
import type { Places } from './places.ts';
import { placeProgram, programIn, withoutProjectFolders } from './program.ts';
import { registerHooks, type WantedHooks } from './register-hooks.ts';
import { readSettings, whyUnwritable, writeSettings, type SettingsOnDisk } from './settings-on-disk.ts';
import type { Version } from './version-order.ts';
import {
  type NewDestination,
  planDestination,
  writeDestination,
  type DestinationPlan,
} from './write-destination.ts';

export interface InstallRequest {
  readonly places: Places;
  /** The path of settings.json. */
  readonly settings: string;
  /** The Node that runs the worker. */
  readonly node: string;
  readonly oldest: Version;
  /** The base URL of an OTLP receiver; without it the variables decide where traces go. */
  readonly destination?: NewDestination;
}

export interface InstallPlan {
  readonly status: 'ready';
  readonly request: InstallRequest;
  readonly wanted: WantedHooks;
  readonly disk: SettingsOnDisk;
  /** The new text of the settings; equal to the old one where nothing is to be done. */
  readonly text: string;
  readonly record: SettingsRecord;
  readonly destination?: Exclude<DestinationPlan, { status: 'refused' }>;
}

/** A file that is left alone. `why` is a sentence without its subject; `place` is `:line:column` where there is one. */
export interface Refusal {
  readonly status: 'refused';
  readonly file: string;
  readonly place?: string;
  readonly why: string;
}

/** Event → our hook, as this installation's program and the oldest client want it. */
export function wantedHooks({ places, node, oldest }: InstallRequest): WantedHooks {
  const target = { ...programIn(places.program), node };
  return new Map(eventsFor(oldest).map((event) => [event.name, hookHandler(target, event, oldest)]));
}

/** Looks, and changes nothing. */
export function planInstall(request: InstallRequest): InstallPlan | Refusal {
  const { places, settings } = request;
  const destination = request.destination && planDestination(places.config, request.destination);
  if (destination?.status === 'refused') return { ...destination, file: places.config };
  const disk = readSettings(settings);
  if (disk.status === 'refused') return { ...disk, file: settings };
  const remembered = readRecord(places.state).get(disk.target);
  const wanted = wantedHooks(request);
  const registered = registerHooks(disk.text, wanted, remembered?.before);
  if (registered.status === 'bad') {
    const { what, line, column } = registered.problem;
    return { status: 'refused', file: settings, place: `:${line}:${column}`, why: what };
  }
  const { text, before, first } = registered;
  const unwritable = text === disk.text ? undefined : whyUnwritable(disk);
  if (unwritable !== undefined) return { ...unwritable, file: settings };
  const made = first ? undefined : remembered;
  const madeFolder =
    made?.madeFolder ?? (disk.stats === undefined ? firstMissing(dirname(disk.target)) : undefined);
  const record: SettingsRecord = {
    before,
    madeFile: made?.madeFile ?? disk.stats === undefined,
    ...(madeFolder === undefined ? {} : { madeFolder }),
  };
  return { status: 'ready', request, wanted, disk, text, record, ...(destination && { destination }) };
}

/** Puts script and worker in place, and tells workers where the user's config file is. `path` is the search path to keep. */
export function placeForGood({ places, node }: InstallRequest, bundles: string, path: string): void {
  const { home, program, state, config } = places;
  placeProgram(bundles, program, { dir: state, node, home, path: withoutProjectFolders(path) });
  rememberUserConfigFile(state, config);
}

/** Does what the plan says. The installation's folder is there already. Gives the path of the backup, if one was needed. */
export function carryOutInstall(
  plan: InstallPlan,
  now: number,
): { readonly status: 'done'; readonly backup?: string } | Refusal {
  const { request, disk, text, record, destination } = plan;
  const { places, settings } = request;
  if (destination?.status === 'write') writeDestination(places.config, destination.content);
  if (text === disk.text) return { status: 'done' };
  const backup = backUp(places.state, disk, now);
  changeRecord(places.state, disk.target, record);
  const written = writeSettings(disk, text);
  if (written.status === 'refused') return { ...written, file: settings };
  return { status: 'done', ...(backup === undefined ? {} : { backup }) };
}

/** The uppermost folder that has to be made; undefined where there is nothing to make. */
function firstMissing(folder: string): string | undefined {
  if (existsSync(folder)) return undefined;
  return firstMissing(dirname(folder)) ?? folder;
}
