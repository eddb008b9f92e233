// What `install --json` prints.
import * as z from 'zod';
import type { InstallPlan } from '../install/install.ts';
import type { Pause } from '../state/pause.ts';

export const installSchema = z.strictObject({
  status: z.enum(['installed', 'dry-run', 'refused']),
  /** The settings file, and whether its hooks were in place. */
  settings: z.string(),
  hooksWereThere: z.boolean(),
  /** Events that hooks are registered for. */
  hooks: z.array(z.string()),
  program: z.string().nullable(),
  state: z.string().nullable(),
  /** The config file, where a destination is written into it. */
  config: z.string().nullable(),
  /** The settings file as it was, where it was changed. */
  backup: z.string().nullable(),
  paused: z.boolean(),
  /** Why nothing was installed. */
  why: z.string().nullable(),
});

type Report = z.infer<typeof installSchema>;

export function installReport(
  status: 'installed' | 'dry-run',
  { text, disk, request, wanted, destination }: InstallPlan,
  backup: string | undefined,
  pause: Pause | undefined,
): Report {
  const { places, settings } = request;
  return {
    status,
    settings,
    hooksWereThere: text === disk.text,
    hooks: [...wanted.keys()],
    program: places.program,
    state: places.state,
    config: destination === undefined ? null : places.config,
    backup: backup ?? null,
    paused: pause !== undefined,
    why: null,
  };
}

export function refusedReport(settings: string, why: string): Report {
  const nothing = { program: null, state: null, config: null, backup: null };
  return { status: 'refused', settings, hooksWereThere: false, hooks: [], ...nothing, paused: false, why };
}
