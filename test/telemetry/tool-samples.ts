// One call or more for each extractor, as the client records them, and what must be told about each.
// Always: together they show every attribute that an extractor can give. Content is invented.
import type { ToolCall } from '../../src/session/model.ts';

export interface ToolSample {
  /** What it shows. */
  readonly title: string;
  readonly call: ToolCall;
  /** Leave at every level. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Leave at level full alone. */
  readonly texts: Readonly<Record<string, unknown>>;
}

/** A tool call that took a second. */
export function toolCall(
  name: string,
  input: unknown,
  details?: unknown,
  more: Partial<ToolCall> = {},
): ToolCall {
  return {
    id: 'toolu_1',
    name,
    startedAt: 1_000,
    endedAt: 2_000,
    endInferred: false,
    outcome: 'succeeded',
    arguments: input,
    result: 'ok',
    details,
    ...more,
  };
}

const hunk = (...lines: string[]) => ({ oldStart: 1, oldLines: 2, newStart: 1, newLines: 3, lines });

export const toolSamples: readonly ToolSample[] = [
  {
    title: 'a command',
    call: toolCall(
      'Bash',
      { command: 'npm test', description: 'Run the tests', timeout: 120_000 },
      { stdout: 'ok', stderr: '', interrupted: false, isImage: false, noOutputExpected: false },
    ),
    facts: { 'turnspan.tool.timeout_ms': 120_000 },
    texts: { 'turnspan.tool.command': 'npm test', 'turnspan.tool.description': 'Run the tests' },
  },
  {
    title: 'a command that failed, with the exit code that its error tells',
    call: toolCall('Bash', { command: 'npm test' }, 'Error: Exit code 2\nnot ok', { outcome: 'failed' }),
    facts: { 'turnspan.tool.exit_code': 2 },
    texts: { 'turnspan.tool.command': 'npm test' },
  },
  {
    title: 'a command that failed, where the client kept nothing beside the result',
    call: toolCall('Bash', { command: 'npm test' }, undefined, {
      outcome: 'failed',
      result: 'Exit code 127\nnpm: not found',
    }),
    facts: { 'turnspan.tool.exit_code': 127 },
    texts: { 'turnspan.tool.command': 'npm test' },
  },
  {
    title: 'a command that succeeded and prints what looks like an exit code',
    call: toolCall('Bash', { command: 'cat log' }, undefined, { result: 'Exit code 3\nfrom a log' }),
    facts: {},
    texts: { 'turnspan.tool.command': 'cat log' },
  },
  {
    title: 'a command that was interrupted, and one that goes on in the background',
    call: toolCall(
      'Bash',
      { command: 'npm start' },
      { stdout: '', stderr: '', interrupted: true, backgroundTaskId: 'b7636e2' },
    ),
    facts: { 'turnspan.tool.interrupted': true, 'turnspan.tool.background': true },
    texts: { 'turnspan.tool.command': 'npm start' },
  },
  {
    title: 'a file that was read',
    call: toolCall(
      'Read',
      { file_path: 'src/a.js', offset: 2, limit: 3 },
      {
        type: 'text',
        file: { filePath: '/home/ada/src/a.js', content: 'x', numLines: 3, startLine: 2, totalLines: 9 },
      },
    ),
    facts: {
      'turnspan.tool.file_kind': 'text',
      'turnspan.tool.lines_read': 3,
      'turnspan.tool.file_lines': 9,
    },
    texts: { 'turnspan.tool.file_path': '/home/ada/src/a.js' },
  },
  {
    title: 'a file that could not be read, by the path that was asked for',
    call: toolCall('Read', { file_path: '/home/ada/b.js' }, 'Error: File does not exist.', {
      outcome: 'failed',
    }),
    facts: {},
    texts: { 'turnspan.tool.file_path': '/home/ada/b.js' },
  },
  {
    title: 'an edit, by what its patch says and not its strings',
    call: toolCall(
      'Edit',
      { file_path: '/home/ada/a.js', old_string: 'a', new_string: 'b', replace_all: true },
      {
        filePath: '/home/ada/a.js',
        oldString: 'a',
        newString: 'b',
        originalFile: '--a',
        structuredPatch: [
          hunk(' x', '-a', '+b', '+c'),
          hunk('-a', '--- a line of dashes', '+b', '\\ No newline at end of file'),
        ],
        userModified: true,
        replaceAll: true,
      },
    ),
    facts: {
      'turnspan.tool.lines_added': 3,
      'turnspan.tool.lines_removed': 3,
      'turnspan.tool.replace_all': true,
      'turnspan.tool.user_modified': true,
    },
    texts: { 'turnspan.tool.file_path': '/home/ada/a.js' },
  },
  {
    title: 'an edit that was denied: no line was changed',
    call: toolCall('Edit', { file_path: '/home/ada/a.js' }, 'User rejected tool use', { outcome: 'denied' }),
    facts: {},
    texts: { 'turnspan.tool.file_path': '/home/ada/a.js' },
  },
  {
    title: 'several edits of one file',
    call: toolCall(
      'MultiEdit',
      { file_path: '/home/ada/a.js', edits: [{}, {}] },
      { filePath: '/home/ada/a.js', structuredPatch: [hunk('-a', '+b')], userModified: false },
    ),
    facts: {
      'turnspan.tool.edits': 2,
      'turnspan.tool.lines_added': 1,
      'turnspan.tool.lines_removed': 1,
    },
    texts: { 'turnspan.tool.file_path': '/home/ada/a.js' },
  },
  {
    title: 'a file that is new: its lines are added',
    call: toolCall(
      'Write',
      { file_path: '/home/ada/n.md', content: 'one\ntwo' },
      { type: 'create', filePath: '/home/ada/n.md', content: 'one\ntwo\n', structuredPatch: [] },
    ),
    facts: {
      'turnspan.tool.file_change': 'create',
      'turnspan.tool.lines_added': 2,
      'turnspan.tool.lines_removed': 0,
    },
    texts: { 'turnspan.tool.file_path': '/home/ada/n.md' },
  },
  {
    title: 'a new file that is empty',
    call: toolCall(
      'Write',
      { file_path: '/home/ada/n.md', content: '' },
      { type: 'create', filePath: '/home/ada/n.md', content: '', structuredPatch: [] },
    ),
    facts: {
      'turnspan.tool.file_change': 'create',
      'turnspan.tool.lines_added': 0,
      'turnspan.tool.lines_removed': 0,
    },
    texts: { 'turnspan.tool.file_path': '/home/ada/n.md' },
  },
  {
    title: 'a file that was replaced',
    call: toolCall(
      'Write',
      { file_path: '/home/ada/n.md', content: 'one' },
      { type: 'update', filePath: '/home/ada/n.md', content: 'one', structuredPatch: [hunk('-two', '+one')] },
    ),
    facts: {
      'turnspan.tool.file_change': 'update',
      'turnspan.tool.lines_added': 1,
      'turnspan.tool.lines_removed': 1,
    },
    texts: { 'turnspan.tool.file_path': '/home/ada/n.md' },
  },
  {
    title: 'a cell of a notebook',
    call: toolCall(
      'NotebookEdit',
      { notebook_path: '/home/ada/n.ipynb', edit_mode: 'insert', new_source: 'x' },
      {},
    ),
    facts: { 'turnspan.tool.edit_mode': 'insert' },
    texts: { 'turnspan.tool.file_path': '/home/ada/n.ipynb' },
  },
  {
    title: 'a search for lines: the 0 files that the client records are no count',
    call: toolCall(
      'Grep',
      { pattern: 'toCents', path: 'src', glob: '*.js', output_mode: 'content' },
      { mode: 'content', numFiles: 0, filenames: [], content: 'x', numLines: 7 },
    ),
    facts: { 'turnspan.tool.search_mode': 'content', 'turnspan.tool.lines': 7 },
    texts: {
      'turnspan.tool.pattern': 'toCents',
      'turnspan.tool.path': 'src',
      'turnspan.tool.file_filter': '*.js',
    },
  },
  {
    title: 'a search that counts matches',
    call: toolCall(
      'Grep',
      { pattern: 'toCents', output_mode: 'count' },
      { mode: 'count', numFiles: 2, filenames: [], content: 'x', numMatches: 5 },
    ),
    facts: { 'turnspan.tool.search_mode': 'count', 'turnspan.tool.files': 2, 'turnspan.tool.matches': 5 },
    texts: { 'turnspan.tool.pattern': 'toCents' },
  },
  {
    title: 'a search for files by name',
    call: toolCall(
      'Glob',
      { pattern: '**/*.js', path: '/home/ada' },
      { filenames: ['/home/ada/a.js'], durationMs: 21, numFiles: 100, truncated: true },
    ),
    facts: { 'turnspan.tool.files': 100, 'turnspan.tool.truncated': true },
    texts: { 'turnspan.tool.pattern': '**/*.js', 'turnspan.tool.path': '/home/ada' },
  },
  {
    title: 'a page, without the credentials in its URL',
    call: toolCall(
      'WebFetch',
      { url: 'https://example.com/', prompt: 'What is new?' },
      {
        bytes: 5120,
        code: 200,
        codeText: 'OK',
        result: 'x',
        durationMs: 81,
        url: 'https://ada:pw@example.com/a?sig=c2ln&page=2@3',
      },
    ),
    facts: { 'http.response.status_code': 200, 'turnspan.tool.response_bytes': 5120 },
    texts: { 'url.full': 'https://REDACTED:REDACTED@example.com/a?sig=REDACTED&page=2@3' },
  },
  {
    title: 'a search of the web',
    call: toolCall(
      'WebSearch',
      { query: 'half up rounding' },
      {
        query: 'half up rounding',
        results: [{ tool_use_id: 's1', content: [{ title: 'a' }, { title: 'b' }] }, 'As I see it …'],
        durationSeconds: 17.3,
      },
    ),
    facts: { 'turnspan.tool.results': 2 },
    texts: { 'turnspan.tool.query': 'half up rounding' },
  },
  {
    title: 'an agent',
    call: toolCall(
      'Agent',
      { subagent_type: 'reviewer', description: 'Review it', prompt: 'Review' },
      { isAsync: true, status: 'async_launched', agentId: 'a1', description: 'Review it' },
    ),
    facts: { 'turnspan.tool.agent_type': 'reviewer', 'turnspan.tool.background': true },
    texts: { 'turnspan.tool.description': 'Review it' },
  },
  {
    title: 'an agent under the old name of its tool, by the type that really ran',
    call: toolCall(
      'Task',
      { subagent_type: 'reviewr', description: 'Review it' },
      { status: 'completed', agentId: 'a1', agentType: 'general-purpose' },
    ),
    facts: { 'turnspan.tool.agent_type': 'general-purpose' },
    texts: { 'turnspan.tool.description': 'Review it' },
  },
  {
    title: 'a skill',
    call: toolCall(
      'Skill',
      { skill: 'docs:search', args: 'rounding' },
      { success: true, commandName: 'docs:search' },
    ),
    facts: {},
    texts: { 'turnspan.tool.skill': 'docs:search' },
  },
  {
    title: 'a slash command, without what follows its name',
    call: toolCall('SlashCommand', { command: '/review 123' }),
    facts: {},
    texts: { 'turnspan.tool.skill': 'review' },
  },
  {
    title: 'a list of things to do',
    call: toolCall('TodoWrite', {
      todos: [{ status: 'completed' }, { status: 'in_progress' }, { status: 'pending' }],
    }),
    facts: { 'turnspan.tool.todos': 3, 'turnspan.tool.todos_completed': 1 },
    texts: {},
  },
  {
    title: 'questions to the user',
    call: toolCall(
      'AskUserQuestion',
      { questions: [{ question: 'Which?' }, { question: 'When?' }] },
      { questions: [], answers: { 'Which?': 'This' } },
    ),
    facts: { 'turnspan.tool.questions': 2, 'turnspan.tool.answers': 1 },
    texts: {},
  },
  {
    title: 'a plan',
    call: toolCall('ExitPlanMode', {}, { plan: '# Plan', isAgent: false, filePath: '/home/ada/plan.md' }),
    facts: {},
    texts: { 'turnspan.tool.file_path': '/home/ada/plan.md' },
  },
  {
    title: 'a background task that was asked for its output',
    call: toolCall(
      'TaskOutput',
      { task_id: 'b1', block: true },
      { retrieval_status: 'success', task: { task_id: 'b1', status: 'completed', output: 'x', exitCode: 0 } },
    ),
    facts: { 'turnspan.tool.task_status': 'completed', 'turnspan.tool.exit_code': 0 },
    texts: {},
  },
];
