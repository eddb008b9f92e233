// Every event that there is: its name, the kind by which it is switched off, its span, and its attributes with where they
// come from. docs/events.md is made of this table, and a test holds it to what is really sent.
//
// Names: `session.start` and `session.end` are the semantic conventions' own and mean the same. All else is ours: for what a
// model was asked, the conventions have one event with the whole conversation in it (`gen_ai.client.inference.operation.details`,
// which is the span once more), and for errors one that describes an exception with its class and stack
// (`gen_ai.client.operation.exception`), which no transcript tells, and which tools and agents have no part in. Claude Code's
// `claude_code.*` are its own: under those names each event would be there twice.
import { Common, GenAi, Native, Turnspan } from '../semconv.ts';
import { Event, SessionName as Session } from './names.ts';

/** The words by which events are switched. */
export const EVENT_KINDS = [
  'session',
  'prompt',
  'generation',
  'tool',
  'error',
  'compaction',
  'subagent',
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

export type EventName =
  | 'session.start'
  | 'session.end'
  | 'turnspan.prompt'
  | 'turnspan.generation'
  | 'turnspan.tool.result'
  | 'turnspan.error'
  | 'turnspan.compaction'
  | 'turnspan.subagent.start'
  | 'turnspan.subagent.end';

export interface CatalogAttribute {
  readonly name: string;
  /** `span`: the span of the thing has it too, with the same value. */
  readonly of: 'span' | 'event';
  /** It leaves at level `full` alone. */
  readonly content: boolean;
  readonly says: string;
}

export interface CatalogEvent {
  readonly name: EventName;
  readonly kind: EventKind;
  /** What it tells, and of when. */
  readonly tells: string;
  /** Whose trace id and span id it has. */
  readonly span: string;
  readonly severity: string;
  readonly attributes: readonly CatalogAttribute[];
}

function ofSpan(name: string, says: string): CatalogAttribute {
  return { name, of: 'span', content: false, says };
}

function own(name: string, says: string): CatalogAttribute {
  return { name, of: 'event', content: false, says };
}

function content(name: string, says: string): CatalogAttribute {
  return { name, of: 'event', content: true, says };
}

/** On every event. */
export const ON_EVERY_EVENT: readonly CatalogAttribute[] = [
  own(Event.id, 'hash of the name and of the ids of the thing: the same whenever it is sent again'),
  own(Common.sessionId, "the transcript's name, and `session_id` of the hooks"),
  own(Common.userId, '`TURNSPAN_USER`, where it is set'),
  own(Turnspan.tags, '`TURNSPAN_TAGS`, where they are set'),
];

/** On every event but those of the session itself. */
export const ON_EVENTS_OF_TURNS: readonly CatalogAttribute[] = [
  ofSpan(Common.sessionId, 'as above'),
  ofSpan(Turnspan.turnId, "`uuid` of the prompt's line"),
  ofSpan(Turnspan.turnNumber, 'the turns of a transcript are counted from 1'),
  ofSpan(Native.promptId, '`promptId` of the line: equal to `prompt.id` of native events'),
  ofSpan(Native.agentId, 'id of the subagent in which it happened, if it was one'),
];

const lasted = own(Event.durationMs, 'from its recorded beginning to its recorded end, in milliseconds');

const subagent = [
  ofSpan(GenAi.agentName, 'type of the agent'),
  ofSpan(Turnspan.agentDepth, '1 for an agent of the turn, 2 for an agent of an agent, …'),
  ofSpan(Turnspan.agentBackground, 'it ran in the background'),
  ofSpan(Turnspan.agentUnlaunched, 'no line says what launched it: `adopted` or `orphan`'),
  own(Native.toolUseId, 'the tool call that launched it'),
  content(GenAi.agentDescription, 'what it was to do, in a few words'),
];

const mcpServers = own(Session.mcpServers, 'servers of the MCP tools that were called');

const repository = [
  content(Session.workingDirectory, 'the folder in which the client was started (told by the hook)'),
  content(
    Session.repositoryUrl,
    'the remote in `.git/config`, as a https URL without user, password or query',
  ),
  content(Session.owner, 'of the remote'),
  content(Session.repositoryName, 'of the remote'),
  content(Session.provider, '`github`, `gitlab`, `bitbucket`, where the host says so'),
  content(Common.branch, '`.git/HEAD` when the event was made'),
  content(Session.commit, 'what that branch points to'),
  own(Session.worktree, '`true` in a linked worktree'),
];

export const eventCatalog: readonly CatalogEvent[] = [
  {
    name: 'session.start',
    kind: 'session',
    tells:
      'A session began or was taken up again; leaves when its first turn has closed, with the time of its beginning.',
    span: 'none',
    severity: 'INFO',
    attributes: [
      own(Session.source, '`startup`, `resume`, `clear` or `fork` (SessionStart hook)'),
      own(Session.previousId, 'the session that a fork comes from'),
      own(Turnspan.clientVersion, '`version` of the lines'),
      own(GenAi.requestModel, 'of the hook, else of the first response'),
      mcpServers,
      ...repository,
      own(Turnspan.startInferred, 'no hook told of it: the time is that of the first prompt'),
    ],
  },
  {
    name: 'session.end',
    kind: 'session',
    tells: 'A session ended. All counts are since its `session.start`.',
    span: 'none',
    severity: 'INFO',
    attributes: [
      own(
        Session.reason,
        '`clear`, `resume`, `logout`, `prompt_input_exit`, `other` (SessionEnd hook), or `client_gone`',
      ),
      lasted,
      own(Turnspan.turnStatus, 'how the last turn ended'),
      content(Turnspan.sessionTitle, "what it is called: the user's word, else the client's"),
      own(Session.turns, 'turns that closed'),
      own(Session.turnsFailed, 'those that ended with an API error'),
      own(Session.generations, 'responses of the API'),
      own(Session.toolCalls, 'tool calls'),
      own(Session.toolFailures, 'those that failed'),
      own(Session.agents, 'runs of subagents'),
      own(Session.retries, 'attempts that failed and were tried again'),
      own(Session.compactions, 'compactions'),
      own(Session.inputTokens, 'with what was read from and written to the cache'),
      own(Session.outputTokens, ''),
      own(Session.cacheReadTokens, ''),
      own(Session.cacheCreationTokens, ''),
      own(Session.usageIncomplete, 'some response never told its final tokens'),
      own(Session.cost, 'in US dollars, of the responses that have a price'),
      own(Session.unpriced, 'responses that have none'),
      own(Session.models, 'models that answered'),
      own(Session.toolsUsed, 'tools with their calls: `Bash=12`, most used first'),
      mcpServers,
      own(Session.commands, 'shell commands that ran'),
      own(Session.filesRead, 'different files that were read; 500 stands for more'),
      own(Session.filesModified, 'different files that were written or edited; 500 stands for more'),
      content(Session.filesModifiedNames, 'their paths, 100 at most'),
      own(Session.linesAdded, "from the edits' patches"),
      own(Session.linesRemoved, "from the edits' patches"),
      own(Session.commits, 'from the results of `git commit`'),
      content(Session.commitIds, 'as git printed them'),
      own(
        Session.pullRequests,
        'from the results of `gh pr create`, `glab mr create`, MCP tools, and `pr-link` lines',
      ),
      content(Session.pullRequestUrls, 'as they were printed'),
      own(Session.webSearches, 'calls of WebSearch'),
      own(Session.webFetches, 'calls of WebFetch'),
      own(Session.skills, 'calls of skills'),
      ...repository,
      own(Turnspan.endInferred, 'no hook told of it: the time is the last one that was recorded'),
    ],
  },
  {
    name: 'turnspan.prompt',
    kind: 'prompt',
    tells: 'A prompt began a turn, or reached the model in the middle of one; at the time of its line.',
    span: 'the turn',
    severity: 'INFO',
    attributes: [
      ofSpan(Turnspan.turnOrigin, 'who speaks: `human`, `sdk`, `task-notification`, …'),
      ofSpan(Turnspan.permissionMode, '`permissionMode` of the line'),
      own(Turnspan.messageOrigin, 'who speaks, of one in the middle of a turn'),
      own(Event.promptAbsorbed, '`true`: it came while the turn ran'),
      own(Event.promptLength, 'characters'),
      content(Event.promptText, 'what was said'),
    ],
  },
  {
    name: 'turnspan.generation',
    kind: 'generation',
    tells: 'The API has answered; at its last line.',
    span: 'the generation',
    severity: 'INFO',
    attributes: [
      ofSpan(GenAi.provider, '`anthropic`, `aws.bedrock`, `gcp.vertex_ai`'),
      ofSpan(GenAi.requestModel, 'what was asked'),
      ofSpan(GenAi.responseModel, 'what answered'),
      ofSpan(GenAi.responseId, '`message.id`'),
      ofSpan(Native.requestId, '`requestId`'),
      ofSpan(Turnspan.requestSource, 'for what the client asked'),
      ofSpan(GenAi.finishReasons, "why it ended, in the conventions' words"),
      ofSpan(GenAi.inputTokens, 'with what was read from and written to the cache'),
      ofSpan(GenAi.outputTokens, ''),
      ofSpan(GenAi.cacheReadTokens, ''),
      ofSpan(GenAi.cacheCreationTokens, ''),
      ofSpan(Turnspan.usageIncomplete, 'the final tokens were never written'),
      ofSpan(GenAi.cost, 'in US dollars, where the model has a price'),
      lasted,
    ],
  },
  {
    name: 'turnspan.tool.result',
    kind: 'tool',
    tells: 'A tool call ended, in whatever way; at its result.',
    span: 'the tool call',
    severity: 'INFO',
    attributes: [
      ofSpan(GenAi.toolName, ''),
      ofSpan(Native.toolUseId, ''),
      ofSpan(Turnspan.toolOutcome, '`succeeded`, `failed`, `denied`, `interrupted`, `unfinished`'),
      ofSpan(Turnspan.mcpServer, 'of an MCP tool'),
      ofSpan(Turnspan.toolInputBytes, 'size of its arguments'),
      ofSpan(Turnspan.toolResultBytes, 'size of its result'),
      ofSpan(Turnspan.toolPermissionDecision, ''),
      ofSpan(Turnspan.toolPermissionSource, ''),
      ofSpan(Turnspan.toolDenialKind, ''),
      lasted,
    ],
  },
  {
    name: 'turnspan.error',
    kind: 'error',
    tells: 'Something failed: a turn, an agent, a tool call, or an attempt of a request that was made again.',
    span: 'what failed; for an attempt, the generation that came of it, or the turn where none did',
    severity: 'ERROR for a turn and an agent, WARN for a tool call and an attempt: the model went on',
    attributes: [
      own(Event.errorSource, '`turn`, `agent`, `tool` or `request`'),
      own(
        Common.errorType,
        'the name of the API error; `tool_error`; of an attempt its HTTP status; else `_OTHER`',
      ),
      own(Common.httpStatus, 'of a turn and an attempt'),
      own(GenAi.toolName, 'of a tool call'),
      own(Native.toolUseId, 'of a tool call'),
      own(GenAi.agentName, 'of an agent'),
      own(Turnspan.retryAttempt, 'of an attempt: which one it was'),
      own(Turnspan.retryWaitMs, 'of an attempt: how long the client waited then'),
      content(Event.errorMessage, 'what the client wrote about it'),
    ],
  },
  {
    name: 'turnspan.compaction',
    kind: 'compaction',
    tells: 'The conversation was replaced by a summary; when that was done.',
    span: 'the compaction',
    severity: 'INFO',
    attributes: [
      ofSpan(Turnspan.compactionTrigger, '`auto` or `manual`'),
      ofSpan(Turnspan.compactionBefore, 'size of the context before'),
      ofSpan(Turnspan.compactionAfter, 'and after'),
      lasted,
    ],
  },
  {
    name: 'turnspan.subagent.start',
    kind: 'subagent',
    tells: 'A subagent began; leaves together with its end, with the time of its beginning.',
    span: "the agent's run",
    severity: 'INFO',
    attributes: subagent,
  },
  {
    name: 'turnspan.subagent.end',
    kind: 'subagent',
    tells: 'A subagent ended.',
    span: "the agent's run",
    severity: 'INFO',
    attributes: [
      ...subagent,
      ofSpan(Turnspan.agentOutcome, '`completed`, `failed`, `stopped`, `unknown`'),
      lasted,
      ofSpan('turnspan.agent.generations', 'its own, and of the agents under it; so all of these sums'),
      ofSpan('turnspan.agent.tool_calls', ''),
      ofSpan('turnspan.agent.tool_failures', ''),
      ofSpan('turnspan.agent.input_tokens', 'with what was read from and written to the cache'),
      ofSpan('turnspan.agent.output_tokens', ''),
      ofSpan('turnspan.agent.usage_incomplete', ''),
      ofSpan('turnspan.agent.cost', 'in US dollars, of the responses that have a price'),
      ofSpan(Turnspan.endInferred, 'its end was never written'),
    ],
  },
];

/** What an event takes of the span of its thing. */
export function attributesOfSpan(name: EventName): ReadonlySet<string> {
  return taken.get(name) ?? NOTHING;
}

const NOTHING: ReadonlySet<string> = new Set();

const taken = new Map<EventName, ReadonlySet<string>>(
  eventCatalog.map(({ name, attributes }) => [
    name,
    new Set([...ON_EVENTS_OF_TURNS, ...attributes].flatMap((one) => (one.of === 'span' ? [one.name] : []))),
  ]),
);
