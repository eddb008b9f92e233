// In: docs/spans.md. Out: its attributes by section, with their levels.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Level = 'always' | 'content';

const ROW = /^\| `([^`]+)` +\| (always|content) +\| .*\S.* \| +(?:all|≤? ?\d+\.\d+\.\d+) +\|$/;

/** Section (the first word of its heading) to attribute to level. A row that is none fails. */
export function spansDocument(): Map<string, Map<string, Level>> {
  const lines = readFileSync(join(import.meta.dirname, '../../docs/spans.md'), 'utf8').split('\n');
  const sections = new Map<string, Map<string, Level>>();
  let section = new Map<string, Level>();
  for (const line of lines) {
    const heading = /^## (\w+)/.exec(line)?.[1];
    if (heading !== undefined) {
      section = new Map();
      sections.set(heading, section);
    }
    if (!line.startsWith('| `')) continue;
    const [, name, level] = ROW.exec(line) ?? [];
    if (name === undefined || section.has(name)) throw new Error(`docs/spans.md: bad or double row: ${line}`);
    section.set(name, level as Level);
  }
  return sections;
}

/** Every attribute that holds content. */
export function contentAttributes(): Set<string> {
  return new Set(
    [...spansDocument().values()].flatMap((section) =>
      [...section].flatMap(([name, level]) => (level === 'content' ? [name] : [])),
    ),
  );
}
