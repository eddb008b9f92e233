// In: what was done to the work, in a turn or by an agent. Out: attributes below a prefix, `turnspan.turn` or `turnspan.agent`.
// Always: counts leave at every level, and so do the names of MCP servers; what files, commits, pull requests, skills and plugins
// are called is content. A count is of all that there are, a list has the first ones in the order of the alphabet.
import type { ContentPolicy } from '../privacy/policy.ts';
import { writtenName, type SafeText } from '../privacy/safe-text.ts';
import type { Work } from '../session/model.ts';
import type { SafeAttributes, SafeValue } from './span.ts';

/** Names in one list at most. */
const MOST_LISTED = 50;

export function workAttributes(
  prefix: 'turnspan.turn' | 'turnspan.agent',
  work: Work,
  content: ContentPolicy,
): SafeAttributes {
  const servers = new Set(work.mcpServers.flatMap((server) => writtenName(server) ?? []));
  const counts: SafeAttributes = {
    [`${prefix}.commands`]: work.commands,
    [`${prefix}.files_read`]: work.filesRead.length,
    [`${prefix}.files_modified`]: work.filesModified.length,
    [`${prefix}.lines_added`]: work.linesAdded,
    [`${prefix}.lines_removed`]: work.linesRemoved,
    [`${prefix}.commits`]: work.commits.length,
    [`${prefix}.pull_requests`]: work.pullRequests.length,
    [`${prefix}.web_searches`]: work.webSearches,
    [`${prefix}.web_fetches`]: work.webFetches,
    [`${prefix}.skills`]: work.skillCalls,
    [`${prefix}.plugins`]: work.plugins.length,
    [`${prefix}.mcp_servers`]: listOf([...servers].sort().slice(0, MOST_LISTED)),
  };
  return content.level === 'none' ? counts : { ...counts, ...namesOf(prefix, work, content) };
}

function namesOf(prefix: string, work: Work, content: ContentPolicy): SafeAttributes {
  const lists = {
    'files_read.names': work.filesRead,
    'files_modified.names': work.filesModified,
    commit_ids: work.commits.filter((name) => COMMIT_ID.test(name)),
    pull_request_urls: work.pullRequests.filter((name) => name.startsWith('http')),
    'skills.names': work.skills,
    'plugins.names': work.plugins,
  };
  const attributes: Record<string, SafeValue> = {};
  for (const [name, list] of Object.entries(lists)) {
    if (list.length === 0) continue;
    const first = [...list].sort().slice(0, MOST_LISTED);
    attributes[`${prefix}.${name}`] = listOf(first.flatMap((one) => content.text(one) ?? []));
    if (list.length > MOST_LISTED) attributes[`${prefix}.names_cut`] = true;
  }
  return attributes;
}

/** A commit that told no name counts under that of its tool call. */
const COMMIT_ID = /^[0-9a-f]{7,40}$/;

function listOf(list: readonly SafeText[]): readonly SafeText[] | undefined {
  return list.length === 0 ? undefined : list;
}
