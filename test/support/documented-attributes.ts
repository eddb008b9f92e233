// The names of attributes as docs/spans.md and docs/events.md have them in their tables.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCS = ['spans.md', 'events.md'].map((name) => join(import.meta.dirname, '../../docs', name));

/** Those that are content: they leave only where the level lets them. */
export function contentAttributes(): string[] {
  return namesOf(/^(content|`?full`?)$/);
}

/** Those that leave at every level. */
export function alwaysAttributes(): string[] {
  return namesOf(/^always$/);
}

/** Those of them that count tokens and cost. */
export function numbersAlways(): string[] {
  return ['gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens', 'gen_ai.usage.cache_read.input_tokens']
    .concat([
      'turnspan.turn.input_tokens',
      'turnspan.turn.output_tokens',
      'turnspan.turn.cost',
      'gen_ai.usage.cost',
    ])
    .filter((name) => alwaysAttributes().includes(name));
}

function namesOf(level: RegExp): string[] {
  const names = DOCS.flatMap((file) => readFileSync(file, 'utf8').split('\n')).flatMap((row) => {
    const [, name, said] = row.split('|').map((cell) => cell.trim());
    const plain = /^`([^`]+)`$/.exec(name ?? '')?.[1];
    return plain !== undefined && level.test(said ?? '') ? [plain] : [];
  });
  return [...new Set(names)];
}
