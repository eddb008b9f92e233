// What was done in a turn, on its span and on those of its agents: counts at every level, names where content may leave.
import type { Attributes } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import type { ContentLevel } from '../../src/privacy/policy.ts';
import { newStory, type Conversation, type Story } from '../support/transcripts.ts';
import { named, spansOf } from './spans-of.ts';

const URL = 'https://github.com/ada/shop/pull/17';

function call(conversation: Conversation, name: string, input: object, details: object, result = 'ok'): void {
  const id = conversation.response().tool(name, { ...input });
  conversation.result(id, result, { toolUseResult: details });
}

/** A turn with all that counts, some of it by an agent. */
function worked(): Story {
  const story = newStory();
  story.prompt('Fix it and publish it');
  call(story, 'Read', { file_path: '/shop/a.js' }, {});
  call(story, 'Read', { file_path: '/shop/a.js' }, {});
  const structuredPatch = [{ lines: ['+a', '+b', '-c'] }];
  call(story, 'Edit', { file_path: '/shop/a.js' }, { filePath: '/shop/a.js', structuredPatch });
  call(story, 'WebSearch', { query: 'x' }, {});
  call(story, 'WebFetch', { url: 'https://example.com' }, {});
  call(story, 'Skill', { skill: 'rounding' }, { commandName: 'rounding' });
  call(story, 'mcp__tracker__find', { query: 'x' }, {});
  const launch = story.response().tool('Agent', { description: 'Publish' });
  const agent = story.agent('a1', 'Publish it', { toolUseId: launch });
  call(agent, 'Write', { file_path: '/shop/b.js' }, { filePath: '/shop/b.js', structuredPatch });
  call(agent, 'Bash', { command: 'git commit -qm x' }, { stdout: '' });
  call(agent, 'Bash', { command: 'git commit -m y' }, { stdout: '[main 76000c9] y' });
  call(agent, 'Bash', { command: 'gh pr create --fill' }, { stdout: URL });
  agent.answer('Done.');
  story.note({ type: 'pr-link', prNumber: 17, prUrl: URL, timestamp: new Date(story.now()).toISOString() });
  story.result(launch, 'Done.');
  story.response().text('Done.', { attributionPlugin: 'shop-tools' });
  story.endOfTurn();
  return story;
}

/** Of its spans, the attributes below a prefix that are among those of the work, without it. */
async function workOn(story: Story, level: ContentLevel, name: string, prefix: string): Promise<Attributes> {
  const [span] = named(await spansOf(story, level), name);
  const other =
    /^(generations|tool_|agents|retries|input_|output_|cache_|usage_|cost|status|id|number|origin|permission|effort|depth|background|outcome)/;
  return Object.fromEntries(
    Object.entries(span?.attributes ?? {})
      .filter(([key]) => key.startsWith(prefix) && !other.test(key.slice(prefix.length)))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

const counts = {
  commands: 3,
  files_read: 1,
  files_modified: 2,
  lines_added: 4,
  lines_removed: 2,
  commits: 2,
  pull_requests: 1,
  web_searches: 1,
  web_fetches: 1,
  skills: 1,
  plugins: 1,
  mcp_servers: ['tracker'],
};

test('a turn says how much was done in it and by its agents, and nothing that is content', async () => {
  expect(await workOn(worked(), 'none', 'invoke_agent claude-code', 'turnspan.turn.')).toEqual(counts);
});

test('with content it says what it is called, too', async () => {
  expect(await workOn(worked(), 'full', 'invoke_agent claude-code', 'turnspan.turn.')).toEqual({
    ...counts,
    'files_read.names': ['/shop/a.js'],
    'files_modified.names': ['/shop/a.js', '/shop/b.js'],
    // The one that git did not name counts, and has no id.
    commit_ids: ['76000c9'],
    pull_request_urls: [URL],
    'skills.names': ['rounding'],
    'plugins.names': ['shop-tools'],
    working_directory: '/home/ada/shop',
  });
});

test('an agent says what it did itself', async () => {
  const own = await workOn(worked(), 'full', 'invoke_agent general-purpose', 'turnspan.agent.');
  expect(own).toEqual({
    commands: 3,
    files_read: 0,
    files_modified: 1,
    'files_modified.names': ['/shop/b.js'],
    lines_added: 2,
    lines_removed: 1,
    commits: 2,
    commit_ids: ['76000c9'],
    pull_requests: 1,
    pull_request_urls: [URL],
    web_searches: 0,
    web_fetches: 0,
    skills: 0,
    plugins: 0,
  });
});

test('of many files it names the first ones, says that there are more, and counts all', async () => {
  const story = newStory();
  story.prompt('Fix them all');
  for (let n = 99; n >= 10; n--) call(story, 'Read', { file_path: `/shop/${n}.js` }, {});
  story.answer('Done.');
  story.endOfTurn();
  const told = await workOn(story, 'full', 'invoke_agent claude-code', 'turnspan.turn.');
  const first = Array.from({ length: 50 }, (_, n) => `/shop/${10 + n}.js`);
  expect(told).toMatchObject({ files_read: 90, 'files_read.names': first, names_cut: true });
  expect(await workOn(story, 'none', 'invoke_agent claude-code', 'turnspan.turn.')).not.toHaveProperty(
    'names_cut',
  );
});
