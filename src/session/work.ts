// In: what single tool calls did. Out: what they come to together.
// Always: what has a name is there once, however often it was read, changed or told; a sum is a plain value, and adding
// one to another changes neither.
import type { ToolWork, Work } from './model.ts';

export const noWork: Work = {
  linesAdded: 0,
  linesRemoved: 0,
  commands: 0,
  webSearches: 0,
  webFetches: 0,
  skillCalls: 0,
  filesRead: [],
  filesModified: [],
  commits: [],
  pullRequests: [],
  mcpServers: [],
  skills: [],
  plugins: [],
};

/** Adds up one thread. */
export interface WorkSum {
  add(work: ToolWork): void;
  addPlugin(name: string): void;
  sum(): Work;
}

export function createWorkSum(): WorkSum {
  const count = {
    linesAdded: 0,
    linesRemoved: 0,
    commands: 0,
    webSearches: 0,
    webFetches: 0,
    skillCalls: 0,
  };
  const names = new Map<NameSort, Set<string>>();
  const addName = (sort: NameSort, name: string | undefined): void => {
    if (name === undefined) return;
    const known = names.get(sort);
    if (known === undefined) names.set(sort, new Set([name]));
    else known.add(name);
  };
  return {
    add: (work) => {
      count.linesAdded += work.linesAdded;
      count.linesRemoved += work.linesRemoved;
      if (work.isCommand) count.commands++;
      if (work.isWebSearch) count.webSearches++;
      if (work.isWebFetch) count.webFetches++;
      if (work.isSkill) count.skillCalls++;
      addName('filesRead', work.fileRead);
      addName('filesModified', work.fileModified);
      for (const commit of work.commits) addName('commits', commit);
      for (const pullRequest of work.pullRequests) addName('pullRequests', pullRequest);
      addName('mcpServers', work.mcpServer);
      addName('skills', work.skill);
    },
    addPlugin: (name) => {
      addName('plugins', name);
    },
    sum: () => ({
      linesAdded: count.linesAdded,
      linesRemoved: count.linesRemoved,
      commands: count.commands,
      webSearches: count.webSearches,
      webFetches: count.webFetches,
      skillCalls: count.skillCalls,
      filesRead: [...(names.get('filesRead') ?? [])],
      filesModified: [...(names.get('filesModified') ?? [])],
      commits: [...(names.get('commits') ?? [])],
      pullRequests: [...(names.get('pullRequests') ?? [])],
      mcpServers: [...(names.get('mcpServers') ?? [])],
      skills: [...(names.get('skills') ?? [])],
      plugins: [...(names.get('plugins') ?? [])],
    }),
  };
}

/** What `Work` has names of. */
type NameSort = {
  [K in keyof Work]: Work[K] extends readonly string[] ? K : never;
}[keyof Work];

/** Both together. */
export function joinWork(a: Work, b: Work): Work {
  return {
    linesAdded: a.linesAdded + b.linesAdded,
    linesRemoved: a.linesRemoved + b.linesRemoved,
    commands: a.commands + b.commands,
    webSearches: a.webSearches + b.webSearches,
    webFetches: a.webFetches + b.webFetches,
    skillCalls: a.skillCalls + b.skillCalls,
    filesRead: joinNames(a.filesRead, b.filesRead),
    filesModified: joinNames(a.filesModified, b.filesModified),
    commits: joinNames(a.commits, b.commits),
    pullRequests: joinNames(a.pullRequests, b.pullRequests),
    mcpServers: joinNames(a.mcpServers, b.mcpServers),
    skills: joinNames(a.skills, b.skills),
    plugins: joinNames(a.plugins, b.plugins),
  };
}

/** With pull requests that lines link to; those that a tool call made are there already. */
export function withPullRequests(work: Work, urls: readonly string[]): Work {
  return { ...work, pullRequests: joinNames(work.pullRequests, urls) };
}

function joinNames(a: readonly string[], b: readonly string[]): readonly string[] {
  if (b.length === 0) return a;
  return a.length === 0 ? b : [...new Set([...a, ...b])];
}
