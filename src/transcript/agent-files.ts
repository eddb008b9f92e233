// In: the path of a session's transcript. Out: its agents' transcripts and what their meta files tell.
// Layout of 2.1.x: `<session>/subagents/agent-<id>.jsonl` and `.meta.json`, flat, also for agents of agents.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

export interface AgentFile {
  readonly agentId: string;
  readonly path: string;
}

/** What `agent-<id>.meta.json` tells; any of it may be absent. */
export interface AgentMetaFile {
  readonly agentType?: string | undefined;
  readonly description?: string | undefined;
  readonly toolUseId?: string | undefined;
}

/** The folder of a session that stands beside its transcript. */
export function sessionFolder(transcript: string): string {
  return transcript.replace(/\.jsonl$/, '');
}

/** The agents' transcripts, by name. */
export function listAgentFiles(transcript: string): AgentFile[] {
  const folder = join(sessionFolder(transcript), 'subagents');
  return listIfThere(folder)
    .sort()
    .flatMap((name) => {
      // A copy from elsewhere may carry a prefix before `agent-`; the id is what follows.
      const agentId = /(?:^|_)agent-([^/]+)\.jsonl$/.exec(name)?.[1];
      return agentId === undefined ? [] : [{ agentId, path: join(folder, name) }];
    });
}

/** The meta file beside an agent's transcript; `undefined` where there is none, or the client is just replacing it. */
export function readAgentMeta(agent: AgentFile): AgentMetaFile | undefined {
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
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return [];
    throw error;
  }
}
