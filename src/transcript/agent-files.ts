// In: the path of a session's transcript. Out: its agents' transcripts and what their meta files tell.
// Layout of 2.1.50 and later: `<session>/subagents/agent-<id>.jsonl` and `.meta.json`, flat, also for agents of agents.
// Agents of a workflow (2.1.220 and later) lie in `subagents/workflows/<run>/`.
// Before, from 2.0.50 on: `agent-<id>.jsonl` beside the main file, with those of all sessions of the project.
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { errorCode } from '../platform/reason.ts';

export interface AgentFile {
  readonly agentId: string;
  readonly path: string;
  /** The run of a workflow that it is part of. */
  readonly workflowRun?: string;
}

/** What `agent-<id>.meta.json` and the place of the file tell; any of it may be absent. */
export interface AgentMetaFile {
  readonly agentType?: string | undefined;
  readonly description?: string | undefined;
  readonly toolUseId?: string | undefined;
  readonly workflowRun?: string | undefined;
}

/** The folder of a session that stands beside its transcript. */
export function sessionFolder(transcript: string): string {
  return transcript.replace(/\.jsonl$/, '');
}

/**
 * The agents' transcripts, by name. `isOurs` remembers which of the files beside the main one belong to this session, so
 * that each is looked into once.
 */
export function listAgentFiles(transcript: string, isOurs: Map<string, boolean> = new Map()): AgentFile[] {
  const subagents = join(sessionFolder(transcript), 'subagents');
  const workflows = join(subagents, 'workflows');
  const inWorkflows = listIfThere(workflows).flatMap((workflowRun) =>
    filesIn(join(workflows, workflowRun)).map((file) => ({ ...file, workflowRun })),
  );
  const beside = filesIn(dirname(transcript)).filter(({ path }) => {
    const known = isOurs.get(path) ?? namesSession(path, basename(transcript, '.jsonl'));
    if (known !== undefined) isOurs.set(path, known);
    return known === true;
  });
  return [...filesIn(subagents), ...inWorkflows, ...beside];
}

function filesIn(folder: string): AgentFile[] {
  return listIfThere(folder)
    .sort()
    .flatMap((name) => {
      // A copy from elsewhere may carry a prefix before `agent-`; the id is what follows.
      const agentId = /(?:^|_)agent-([^/]+)\.jsonl$/.exec(name)?.[1];
      return agentId === undefined ? [] : [{ agentId, path: join(folder, name) }];
    });
}

/** Does the first line of a file name the session? `undefined`: it is not written yet. */
function namesSession(path: string, sessionId: string): boolean | undefined {
  const start = Buffer.alloc(16 * 1024);
  let bytes: number;
  try {
    const file = openSync(path, 'r');
    try {
      bytes = readSync(file, start);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
  const text = start.toString('utf8', 0, bytes);
  if (text.includes(`"sessionId":"${sessionId}"`)) return true;
  return text.includes('"sessionId":"') ? false : undefined;
}

/** What is told beside an agent's transcript; little where there is no meta file, or the client is just replacing it. */
export function readAgentMeta(agent: AgentFile): AgentMetaFile {
  return { ...readMetaFile(agent), workflowRun: agent.workflowRun };
}

function readMetaFile(agent: AgentFile): AgentMetaFile | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(agent.path.replace(/\.jsonl$/, '.meta.json'), 'utf8'));
    return metaSchema.safeParse(json).data;
  } catch {
    return undefined;
  }
}

const text = z.string().optional().catch(undefined);
const metaSchema = z.object({ agentType: text, description: text, toolUseId: text });

function listIfThere(folder: string): string[] {
  // Mostly there is none, and an error takes ten times as long as a look.
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
