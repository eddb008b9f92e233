// In: the folder of a recorded session. Out: what Claude Code did in it, step by step, its times moved.
// Always: a line is written at its own time, but never before the line above it in its file; a line without a time right
// after the line above it. An agent's meta file is there before its first line. Hooks run at their time.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One thing that Claude Code does. `at` in milliseconds since the epoch, moved; `file` relative to the project's folder. */
export type Step =
  | { readonly kind: 'line'; readonly at: number; readonly file: string; readonly text: string }
  | { readonly kind: 'file'; readonly at: number; readonly file: string; readonly text: string }
  | { readonly kind: 'hook'; readonly at: number; readonly event: string; readonly payload: string };

export interface Recording {
  readonly sessionId: string;
  readonly steps: readonly Step[];
  /** Time of the first and of the last step, moved. */
  readonly startsAt: number;
  readonly endsAt: number;
}

/** The folder that stands in the recording for Claude Code's folder of the project. */
const RECORDED_PROJECT = '/home/ada/.claude/projects/-home-ada-shop';

/** Reads a recording; its last step comes at `endsAt`, its transcripts lie below `projectFolder`. */
export function readRecording(folder: string, projectFolder: string, endsAt: number): Recording {
  const hooks = jsonLines(join(folder, 'hooks.jsonl')).map((text): Step => {
    const { at, event, payload } = JSON.parse(text) as { at: string; event: string; payload: unknown };
    return { kind: 'hook', at: Date.parse(at), event, payload: JSON.stringify(payload) };
  });
  const transcript = readdirSync(folder).find((name) => name.endsWith('.jsonl') && name !== 'hooks.jsonl');
  if (transcript === undefined) throw new Error(`no transcript in the recording ${folder}`);
  const sessionId = transcript.replace('.jsonl', '');
  const agents = join(sessionId, 'subagents');
  const lines = linesOf(folder, transcript);
  const agentSteps = readdirSync(join(folder, agents))
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => agentStepsOf(folder, join(agents, name)));
  const steps = [...hooks, ...lines, ...agentSteps].sort((one, other) => one.at - other.at);
  const last = steps.at(-1)?.at ?? 0;
  const moved = steps.map((step) => moveStep(step, endsAt - last, projectFolder));
  return { sessionId, steps: moved, startsAt: moved[0]?.at ?? endsAt, endsAt };
}

function agentStepsOf(folder: string, file: string): Step[] {
  const lines = linesOf(folder, file);
  const meta = file.replace(/\.jsonl$/, '.meta.json');
  const text = readFileSync(join(folder, meta), 'utf8');
  return [{ kind: 'file', at: lines[0]?.at ?? 0, file: meta, text }, ...lines];
}

function linesOf(folder: string, file: string): Step[] {
  let at = 0;
  const lines = jsonLines(join(folder, file)).map((text) => {
    const { timestamp } = JSON.parse(text) as { timestamp?: string };
    at = Math.max(at, timestamp === undefined ? 0 : Date.parse(timestamp));
    return { kind: 'line' as const, at, file, text };
  });
  // Lines before the first time of a file are written with it.
  const first = lines.find((line) => line.at > 0)?.at ?? 0;
  return lines.map((line) => (line.at === 0 ? { ...line, at: first } : line));
}

function moveStep(step: Step, by: number, projectFolder: string): Step {
  const move = (text: string): string => moveTimes(text.replaceAll(RECORDED_PROJECT, projectFolder), by);
  const at = step.at + by;
  return step.kind === 'hook'
    ? { ...step, at, payload: move(step.payload) }
    : { ...step, at, text: move(step.text) };
}

function moveTimes(text: string, by: number): string {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (time) =>
    new Date(Date.parse(time) + by).toISOString(),
  );
}

function jsonLines(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').filter(Boolean);
}
