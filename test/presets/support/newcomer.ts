// A new user: an empty home, a Claude Code on the search path, a shell with what they exported. Out: the built command run as
// they do, and a session as Claude Code makes one. Always: hooks are run as settings.json registers them, as children of a
// process with the shell's environment, and what was started is ended with the test.
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { perform } from '../../../examples/play.ts';
import { readRecording, type Recording } from '../../../examples/recording.ts';
import { turnspan, type Outcome } from '../../cli/run-turnspan.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { RECORDING } from '../../worker/support/replay.ts';
import { callHook, settled, startClient, type World } from '../../worker/support/world.ts';

type Variables = Readonly<Record<string, string>>;

export interface Newcomer {
  readonly home: string;
  /** Runs the command in a folder below the home. */
  run(args: readonly string[], more?: Variables): Promise<Outcome>;
  /** One session, from its first hook to its last; resolves when no worker runs any more. */
  session(): Promise<void>;
  /** Files and folders below the home, with the content of the files. */
  files(): readonly string[];
  /** The file in Turnspan's state folder. */
  state(name: string): string;
}

/** `shell`: what the user exported, for `turnspan` and for Claude Code. */
export function newcomer(shell: Variables): Newcomer {
  const root = temporaryFolder();
  const home = join(root, 'home');
  const bin = join(root, 'bin');
  for (const folder of [home, bin]) mkdirSync(folder);
  const claude = join(bin, 'claude');
  writeFileSync(claude, '#!/bin/sh\necho "2.1.329 (Claude Code)"\n');
  chmodSync(claude, 0o755);
  const work = join(root, 'shop');
  mkdirSync(work);
  const environment = { PATH: `${bin}:/usr/bin:/bin`, HOME: home, ...shell };
  const dir = join(home, '.local/state/turnspan');
  return {
    home,
    run: (args, more = {}) => turnspan(args, { ...environment, ...more }, work),
    session: async () => {
      const project = join(home, '.claude/projects/-home-ada-shop');
      mkdirSync(project, { recursive: true });
      // Only turns that began after the installation are sent, and the recorded one takes its minutes.
      const recording = readRecording(RECORDING, project, Date.now() - 1000);
      installEarlier(dir, recording.startsAt - 1000);
      const transcript = join(project, `${recording.sessionId}.jsonl`);
      const client = startClient(environment);
      for (const { event, payload, writes } of chapters(recording)) {
        for (const step of writes) {
          await perform(step, { projectFolder: project, hookCommand: '', environment: {}, speed: 1 });
        }
        const hook = registered(home, event);
        if (hook === undefined) continue;
        const world: World = { root, dir, home, project, hook, workerCommand: ['none'] };
        await callHook(world, { event, transcript, client, payload });
      }
      await settled({ root, dir, home, project, hook: '', workerCommand: ['none'] });
      await client.kill();
    },
    files: () =>
      readdirSync(home, { recursive: true, withFileTypes: true })
        .map((entry) => {
          const path = join(entry.parentPath, entry.name);
          return entry.isFile() ? `${path}: ${readFileSync(path, 'utf8')}` : path;
        })
        .sort(),
    state: (name) => readFileSync(join(dir, name), 'utf8'),
  };
}

interface Chapter {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** What was written since the hook before. */
  readonly writes: Recording['steps'];
}

function chapters({ steps }: Recording): Chapter[] {
  const found: Chapter[] = [];
  let writes: Recording['steps'][number][] = [];
  for (const step of steps) {
    if (step.kind !== 'hook') writes.push(step);
    else {
      const payload = JSON.parse(step.payload) as Record<string, unknown>; // the recording's own objects
      found.push({ event: step.event, payload, writes });
      writes = [];
    }
  }
  return found;
}

/** The command that settings.json has for an event. */
function registered(home: string, event: string): string | undefined {
  const text = readFileSync(join(home, '.claude/settings.json'), 'utf8');
  const { hooks } = JSON.parse(text) as { hooks: Record<string, { hooks: { command: string }[] }[]> }; // `install` wrote it
  return hooks[event]?.[0]?.hooks[0]?.command;
}

function installEarlier(dir: string, createdAt: number): void {
  const path = join(dir, 'installation.json');
  const installation = JSON.parse(readFileSync(path, 'utf8')) as object; // `install` wrote it
  writeFileSync(path, `${JSON.stringify({ ...installation, createdAt })}\n`);
}
