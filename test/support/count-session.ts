// What a session's files say, counted straight from their lines: responses, tool calls and agents. It knows nothing of
// turns and nothing of the code that it checks.
import { count, object, readFiles, text, type Json, type RawFile, type RawLine } from './raw-lines.ts';

export interface CountedResponse {
  /** `message.id`; hand-made fixtures have none: there the uuid of the line stands for it. */
  readonly uniqueId: string;
  readonly messageId: string | undefined;
  readonly agentId: string | undefined;
  readonly tokens: Tokens;
  readonly incomplete: boolean;
  readonly stopReason: string | undefined;
  /** Times of its first line, as it stands in the file, and of its latest. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Time of the prompt or result that stands nearest above it, but not after its first line: it cannot have begun before. */
  readonly followsAt: number;
}

/** As the span has them; `undefined` where the API did not report them. */
export interface Tokens {
  /** With what was read from and written to the cache: Anthropic's rule. */
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheCreation: number | undefined;
  readonly cacheCreation5m: number | undefined;
  readonly cacheCreation1h: number | undefined;
}

export interface CountedTool {
  readonly id: string;
  readonly name: string;
  readonly agentId: string | undefined;
  readonly outcome: 'succeeded' | 'failed' | 'denied' | 'interrupted' | 'unfinished';
  readonly startedAt: number;
  /** Time of its result; undefined where none stands. */
  readonly endedAt: number | undefined;
}

export interface CountedAgent {
  readonly id: string;
  /** The tool calls that launched or resumed it; none where no line says so. */
  readonly toolUseIds: readonly string[];
}

export interface CountedSession {
  readonly responses: readonly CountedResponse[];
  readonly tools: readonly CountedTool[];
  readonly agents: readonly CountedAgent[];
  /** How often the conversation was replaced by a summary, and how often a request was tried again. */
  readonly compactions: number;
  readonly retries: number;
  readonly hasInlineAgents: boolean;
}

/** An agent inside the main file (1.x): its lines say that it is one, not which. */
export const INLINE = 'inline';

/** Counts a session's files. */
export function countSession(transcript: string): CountedSession {
  const files = readFiles(transcript);
  const lines = files.flatMap((file) => file.lines);
  return {
    responses: countResponses(lines),
    tools: countTools(lines),
    agents: countAgents(files, lines),
    compactions: systemLines(lines.slice(firstOfTurn(lines)), 'compact_boundary'),
    retries: systemLines(lines, 'api_error'),
    hasInlineAgents: lines.some((line) => agentOf(line) === INLINE),
  };
}

function countResponses(lines: readonly RawLine[]): CountedResponse[] {
  const byId = new Map<string, RawLine[]>();
  const followsAt = new Map<string, number>();
  /** Time of the last prompt or result, by the file that it stands in. */
  const above = new Map<string | undefined, number>();
  for (const line of lines) {
    const message = messageOf(line);
    // Agents inside the main file and commands that the client runs itself are no part of what the model sees.
    if (
      line.json['type'] === 'user' &&
      agentOf(line) !== INLINE &&
      !/^<(local-)?command-/.test(promptOf(line))
    )
      above.set(line.agentId, line.at);
    // What the client made itself is no response of the API.
    if (line.json['type'] !== 'assistant' || message['model'] === '<synthetic>') continue;
    const id = text(message['id']) ?? text(line.json['uuid']) ?? '';
    if (!byId.has(id))
      followsAt.set(id, agentOf(line) === INLINE ? -Infinity : (above.get(line.agentId) ?? -Infinity));
    byId.set(id, [...(byId.get(id) ?? []), line]);
  }
  return [...byId].map(([id, own]) => {
    // One whole line decides: the last that says why the response stopped, else the one with the most output.
    const whole = own.findLast((line) => text(messageOf(line)['stop_reason']) !== undefined);
    const decisive = whole ?? own.reduce((most, line) => (outputOf(line) > outputOf(most) ? line : most));
    const first = own[0]!; // a group has a line
    return {
      uniqueId: id,
      messageId: text(messageOf(first)['id']),
      agentId: agentOf(first),
      tokens: tokensOf(object(messageOf(decisive)['usage'])),
      incomplete: whole === undefined || object(messageOf(decisive)['usage']) === undefined,
      stopReason: text(messageOf(decisive)['stop_reason']),
      firstAt: first.at,
      lastAt: Math.max(...own.map(({ at }) => at)),
      followsAt: Math.min(first.at, followsAt.get(id) ?? -Infinity),
    };
  });
}

function outputOf(line: RawLine): number {
  return count(object(messageOf(line)['usage'])?.['output_tokens']);
}

function tokensOf(usage: Json | undefined): Tokens {
  const told = (key: string): number | undefined => (usage === undefined ? undefined : count(usage[key]));
  const split = object(usage?.['cache_creation']);
  const splitTold = (key: string): number | undefined =>
    split === undefined ? undefined : count(split[key]);
  const cacheRead = told('cache_read_input_tokens');
  const cacheCreation = told('cache_creation_input_tokens');
  const uncached = told('input_tokens');
  return {
    input: uncached === undefined ? undefined : uncached + (cacheRead ?? 0) + (cacheCreation ?? 0),
    output: told('output_tokens'),
    cacheRead,
    cacheCreation,
    cacheCreation5m: splitTold('ephemeral_5m_input_tokens'),
    cacheCreation1h: splitTold('ephemeral_1h_input_tokens'),
  };
}

function countTools(lines: readonly RawLine[]): CountedTool[] {
  const results = new Map<string, { readonly line: RawLine; readonly block: Json }>();
  for (const line of lines) {
    for (const block of blocksOf(line, 'user', 'tool_result')) {
      const id = text(block['tool_use_id']);
      if (id !== undefined && !results.has(id) && !isOfDeadClient(line, block))
        results.set(id, { line, block });
    }
  }
  const calls = new Map<string, CountedTool>();
  for (const line of lines) {
    for (const use of blocksOf(line, 'assistant', 'tool_use')) {
      const id = text(use['id']);
      // Without an id nothing says which result is its own: only hand-made fixtures (agent-sessions) have such calls.
      if (id === undefined || calls.has(id)) continue;
      const result = results.get(id);
      calls.set(id, {
        id,
        name: text(use['name']) ?? '',
        agentId: agentOf(line),
        outcome: result === undefined ? 'unfinished' : outcomeOf(result.line, result.block),
        startedAt: line.at,
        endedAt: result?.line.at,
      });
    }
  }
  return [...calls.values()];
}

/** What a resuming client writes for the calls of one that was killed is no result. */
function isOfDeadClient({ json }: RawLine, result: Json): boolean {
  return (
    json['toolDenialKind'] === 'interrupted' &&
    wordsOf(result).startsWith('[Tool call interrupted: the session ended before')
  );
}

function wordsOf(result: Json): string {
  return text(result['content']) ?? JSON.stringify(result['content'] ?? '');
}

function outcomeOf({ json }: RawLine, result: Json): CountedTool['outcome'] {
  const denial = text(json['toolDenialKind']);
  if (denial === 'cancelled' || denial === 'interrupted') return 'interrupted';
  if (denial !== undefined) return 'denied';
  if (result['is_error'] !== true) return 'succeeded';
  // Before 2.1.215 only the words of the result tell these apart.
  const words = wordsOf(result);
  if (words.startsWith("The user doesn't want to ")) return 'denied';
  if (words.startsWith('Permission to use ') && words.includes(' has been denied.')) return 'denied';
  if (words.startsWith('Claude requested permissions to ')) return 'denied';
  const neverRan =
    words.startsWith('[Request interrupted by user') || words.includes('Sibling tool call errored');
  return neverRan ? 'interrupted' : 'failed';
}

function countAgents(files: readonly RawFile[], lines: readonly RawLine[]): CountedAgent[] {
  const called = new Set(
    lines.flatMap((line) => blocksOf(line, 'assistant', 'tool_use').map(({ id }) => text(id))),
  );
  const calls = new Map<string, Set<string>>();
  const note = (agentId: unknown, toolUseId: unknown): void => {
    if (typeof agentId !== 'string' || typeof toolUseId !== 'string' || !called.has(toolUseId)) return;
    calls.set(agentId, (calls.get(agentId) ?? new Set()).add(toolUseId));
  };
  for (const { agentId, meta } of files) note(agentId, meta['toolUseId']);
  for (const line of lines) {
    const progress = object(line.json['data']);
    if (progress?.['type'] === 'agent_progress') note(progress['agentId'], line.json['parentToolUseID']);
    const told = object(line.json['toolUseResult']);
    for (const result of blocksOf(line, 'user', 'tool_result')) {
      const toolUseId = result['tool_use_id'];
      note(told?.['agentId'], toolUseId);
      note(told?.['resumedAgentId'], toolUseId);
      // The agents of a workflow lie in a folder with the name of its run.
      for (const { agentId, folder } of files) if (folder === told?.['runId']) note(agentId, toolUseId);
    }
  }
  return files.flatMap(({ agentId, lines: own }) =>
    agentId === undefined || own.length === 0
      ? []
      : [{ id: agentId, toolUseIds: [...(calls.get(agentId) ?? [])].sort() }],
  );
}

/**
 * Where the first turn begins. A compaction before it belongs to none and has no span: one hand-made fixture
 * (agent-sessions, `af5cd60a7f__small`) has such a line, and no turn at all.
 */
function firstOfTurn(lines: readonly RawLine[]): number {
  const first = lines.findIndex(({ json }) => json['type'] === 'user' && json['isSidechain'] !== true);
  return first === -1 ? lines.length : first;
}

/** Lines of the client's own, each once: a damaged file can repeat one. */
function systemLines(lines: readonly RawLine[], subtype: string): number {
  const own = lines.filter(({ json }) => json['type'] === 'system' && json['subtype'] === subtype);
  return new Set(own.map(({ json }) => json['uuid'])).size;
}

function messageOf({ json }: RawLine): Json {
  return object(json['message']) ?? {};
}

function blocksOf(line: RawLine, lineType: string, blockType: string): Json[] {
  const content = messageOf(line)['content'];
  if (line.json['type'] !== lineType || !Array.isArray(content)) return [];
  return content.map((block) => object(block) ?? {}).filter((block) => block['type'] === blockType);
}

/** What a line of text says; nothing for a result. */
function promptOf(line: RawLine): string {
  const content = messageOf(line)['content'];
  return text(content) ?? text(blocksOf(line, 'user', 'text')[0]?.['text']) ?? '';
}

function agentOf({ agentId, json }: RawLine): string | undefined {
  return agentId ?? (json['isSidechain'] === true ? INLINE : undefined);
}
