// In: docs/spans.md. Out: its attributes by section, with their levels; those of dialects apart.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Level = 'always' | 'content';

const ROW = /^\| `([^`]+)` +\| (always|content) +\| .*\S.* \| +(?:all|≤? ?\d+\.\d+\.\d+) +\|$/;

/** Section (the first word of its heading) to attribute to level. A row that is none fails. */
export function spansDocument(): Map<string, Map<string, Level>> {
  return sections(/^## (?!Dialects)(\w+)/);
}

/** Dialect (its name in the config file) to attribute to level. */
export function dialectsDocument(): Map<string, Map<string, Level>> {
  return sections(/^### Dialect `(\w+)`/);
}

/** Those whose heading fits; the next section, or the next dialect, ends them. */
function sections(heading: RegExp): Map<string, Map<string, Level>> {
  const lines = readFileSync(join(import.meta.dirname, '../../docs/spans.md'), 'utf8').split('\n');
  const found = new Map<string, Map<string, Level>>();
  let section: Map<string, Level> | undefined;
  for (const line of lines) {
    const name = heading.exec(line)?.[1];
    if (name !== undefined) {
      section = new Map<string, Level>();
      found.set(name, section);
    } else if (/^## |^### Dialect /.test(line)) section = undefined;
    if (section === undefined || !line.startsWith('| `')) continue;
    const [, attribute, level] = ROW.exec(line) ?? [];
    if (attribute === undefined || section.has(attribute))
      throw new Error(`docs/spans.md: bad or double row: ${line}`);
    section.set(attribute, level as Level);
  }
  return found;
}

/** Every attribute that holds content. */
export function contentAttributes(): Set<string> {
  return new Set(
    [...spansDocument().values()].flatMap((section) =>
      [...section].flatMap(([name, level]) => (level === 'content' ? [name] : [])),
    ),
  );
}
