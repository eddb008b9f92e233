// In: what is known of a session's beginning and end, and the sums over what lies between. Out: their two events.
// Always: paths, URLs, branch and commit leave where the policy lets content through, counts and names of tools, models and
// MCP servers in any case. A beginning has one event and one end, however often they are made.
import type { ContentPolicy } from '../../privacy/policy.ts';
import { constant, optionalName, safeName, writtenName, type SafeText } from '../../privacy/safe-text.ts';
import { eventId } from '../ids.ts';
import { inDollars } from '../in-dollars.ts';
import { mcpServerOf } from '../mcp-server.ts';
import { Common, GenAi, Turnspan } from '../semconv.ts';
import type { SafeAttributes } from '../span.ts';
import type { EventRecord } from './event.ts';
import { Event, SessionName as Session } from './names.ts';
import type { Counts, Names, SessionSums } from './session-sums.ts';

/** The repository in which a session works, as its files say now. Unprotected. */
export interface SessionRepository {
  /** A https URL without user, password and query. */
  readonly url?: string | undefined;
  readonly owner?: string | undefined;
  readonly name?: string | undefined;
  readonly provider?: string | undefined;
  readonly branch?: string | undefined;
  readonly commit?: string | undefined;
  readonly isWorktree: boolean;
}

/** How a session began, or was taken up again. */
export interface SessionStart {
  /** Milliseconds since the epoch: when its hook ran; absent where none told of it. */
  readonly at?: number | undefined;
  /** Of the hook: `startup`, `resume`, `clear`, `fork`. */
  readonly source?: string | undefined;
  /** Of the hook. */
  readonly model?: string | undefined;
}

/** How it ended. */
export interface SessionEnd {
  /** When its hook ran; absent where the client was gone without one. */
  readonly at?: number | undefined;
  /** Of the hook; absent where its client was gone without one. */
  readonly reason?: string | undefined;
}

/** All that its two events say. */
export interface SessionSummary {
  readonly sessionId: string;
  readonly start: SessionStart;
  /** Absent while it goes on. */
  readonly end?: SessionEnd | undefined;
  readonly sums: SessionSums;
  readonly workingDirectory?: string | undefined;
  readonly repository?: SessionRepository | undefined;
}

/** One of its two events. */
export interface SessionEvent {
  readonly kind: 'start' | 'end';
  readonly summary: SessionSummary;
}

/** The id that an event has, whenever it is made; `undefined` where nothing tells when the session began. */
export function sessionEventId({ kind, summary }: SessionEvent): string | undefined {
  const begin = beginOf(summary);
  // The end too: who finds the client gone and then its goodbye tells one end.
  return begin === undefined ? undefined : eventId(`session.${kind}`, summary.sessionId, String(begin));
}

/** The beginning; `undefined` where neither a hook nor a turn has told when that was. */
export function sessionStartEvent(summary: SessionSummary, content: ContentPolicy): EventRecord | undefined {
  const { sessionId, start, sums } = summary;
  const at = beginOf(summary);
  const id = sessionEventId({ kind: 'start', summary });
  if (at === undefined || id === undefined) return undefined;
  const name = constant('session.start');
  const model = start.model ?? sums.firstModel?.model;
  return {
    name,
    at,
    severity: 'info',
    eventId: id,
    clientVersion: sums.first?.clientVersion,
    attributes: [
      {
        [Common.sessionId]: safeName(sessionId),
        [Session.previousId]: optionalName(sums.forkedFrom),
        [Session.source]: optionalName(start.source),
        [Turnspan.clientVersion]: optionalName(sums.first?.clientVersion),
        [GenAi.requestModel]: optionalName(model),
        [Session.mcpServers]: mcpServersOf(sums.tools),
        [Turnspan.startInferred]: start.at === undefined || undefined,
      },
      placeAttributes(summary, content),
    ],
  };
}

/** The end; `undefined` while it goes on. */
export function sessionEndEvent(summary: SessionSummary, content: ContentPolicy): EventRecord | undefined {
  const { sessionId, end, sums } = summary;
  const begin = beginOf(summary);
  const at = end?.at ?? sums.lastAt;
  const id = sessionEventId({ kind: 'end', summary });
  if (end === undefined || begin === undefined || at === undefined || id === undefined) return undefined;
  const name = constant('session.end');
  return {
    name,
    at,
    severity: 'info',
    eventId: id,
    clientVersion: sums.first?.clientVersion,
    attributes: [
      {
        [Common.sessionId]: safeName(sessionId),
        [Turnspan.sessionTitle]:
          sums.lastTurn?.title === undefined ? undefined : content.text(sums.lastTurn.title),
        [Session.reason]:
          optionalName(end.reason) ?? (end.at === undefined ? constant('client_gone') : undefined),
        [Event.durationMs]: Math.max(0, at - begin),
        [Turnspan.turnStatus]: sums.lastTurn === undefined ? undefined : constant(sums.lastTurn.status),
        [Turnspan.endInferred]: end.at === undefined || undefined,
      },
      countAttributes(sums),
      workAttributes(sums, content),
      placeAttributes(summary, content),
    ],
  };
}

function beginOf({ start, sums }: SessionSummary): number | undefined {
  return start.at ?? sums.first?.at;
}

function countAttributes(sums: SessionSums): SafeAttributes {
  return {
    [Session.turns]: sums.turns,
    [Session.turnsFailed]: sums.turnsFailed,
    [Session.generations]: sums.generations,
    [Session.toolCalls]: sums.toolCalls,
    [Session.toolFailures]: sums.toolFailures,
    [Session.agents]: sums.agents,
    [Session.retries]: sums.retries,
    [Session.compactions]: sums.compactions,
    [Session.inputTokens]: sums.inputTokens + sums.cacheReadTokens + sums.cacheCreationTokens,
    [Session.outputTokens]: sums.outputTokens,
    [Session.cacheReadTokens]: sums.cacheReadTokens,
    [Session.cacheCreationTokens]: sums.cacheCreationTokens,
    [Session.usageIncomplete]: sums.usageIncomplete || undefined,
    // Where nothing has a price, nothing is known: 0 would say that it was free.
    [Session.cost]: sums.unpriced === sums.generations ? undefined : inDollars(sums.cost),
    [Session.unpriced]: sums.unpriced || undefined,
    [Session.models]: listOf(Object.keys(sums.models).map(safeName)),
    [Session.toolsUsed]: toolsUsed(sums.tools),
    [Session.mcpServers]: mcpServersOf(sums.tools),
  };
}

function workAttributes(sums: SessionSums, content: ContentPolicy): SafeAttributes {
  const { tools } = sums;
  return {
    [Session.commands]: sums.commands,
    [Session.filesRead]: sums.filesRead.names.length,
    [Session.filesModified]: sums.filesModified.names.length,
    [Session.filesModifiedNames]: texts(sums.filesModified, content),
    [Session.linesAdded]: sums.linesAdded,
    [Session.linesRemoved]: sums.linesRemoved,
    [Session.commits]: sums.commits.names.length,
    [Session.commitIds]: texts(sums.commits, content, (name) => !isCallId(name)),
    [Session.pullRequests]: sums.pullRequests.names.length,
    [Session.pullRequestUrls]: texts(sums.pullRequests, content, (name) => !isCallId(name)),
    [Session.webSearches]: tools['WebSearch'] ?? 0,
    [Session.webFetches]: tools['WebFetch'] ?? 0,
    [Session.skills]: (tools['Skill'] ?? 0) + (tools['SlashCommand'] ?? 0),
  };
}

/** A commit or a pull request that told no name counts under that of its tool call. */
function isCallId(name: string): boolean {
  return !/^[0-9a-f]{7,40}$/.test(name) && !name.startsWith('http');
}

function placeAttributes(
  { workingDirectory, repository }: SessionSummary,
  content: ContentPolicy,
): SafeAttributes {
  const text = (value: string | undefined): SafeText | undefined =>
    value === undefined ? undefined : content.text(value);
  return {
    [Session.workingDirectory]: text(workingDirectory),
    [Session.repositoryUrl]: text(repository?.url),
    [Session.owner]: text(repository?.owner),
    [Session.repositoryName]: text(repository?.name),
    [Session.provider]: text(repository?.provider),
    [Common.branch]: text(repository?.branch),
    [Session.commit]: text(repository?.commit),
    [Session.worktree]: repository?.isWorktree === true || undefined,
  };
}

/** Names in one list at most; what is counted is counted in full. */
const MOST_LISTED = 100;

function texts(
  { names }: Names,
  content: ContentPolicy,
  isName: (name: string) => boolean = () => true,
): readonly SafeText[] | undefined {
  return listOf(names.filter(isName).flatMap((name) => content.text(name) ?? []));
}

/** `Bash=12`: one attribute, because an attribute for each tool would be as many names as there are tools. */
function toolsUsed(tools: Counts): readonly SafeText[] | undefined {
  const calls = new Map<SafeText, number>();
  for (const [name, count] of Object.entries(tools)) {
    const safe = writtenName(name) ?? constant('unknown');
    calls.set(safe, (calls.get(safe) ?? 0) + count);
  }
  const used = [...calls].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return listOf(used.map(([name, count]) => safeName(`${name}=${count}`)));
}

function mcpServersOf(tools: Counts): readonly SafeText[] | undefined {
  const servers = Object.keys(tools).flatMap((name) => mcpServerOf(name) ?? []);
  return listOf([...new Set(servers.flatMap((server) => writtenName(server) ?? []))].sort());
}

function listOf(list: readonly SafeText[]): readonly SafeText[] | undefined {
  return list.length === 0 ? undefined : list.slice(0, MOST_LISTED);
}
