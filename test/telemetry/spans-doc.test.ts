// Holds docs/spans.md to the code: what is sent is documented, and what is documented is sent, at the level that it says.
import type { Attributes } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';

import { spanMaker } from '../../src/span-maker.ts';
import type { ContentLevel } from '../../src/privacy/policy.ts';
import type { Completed } from '../../src/session/model.ts';
import * as semconv from '../../src/telemetry/semconv.ts';
import { everyThing } from './every-thing.ts';
import { spansDocument } from './spans-document.ts';
import { exampleSpans } from './spans-of.ts';

const document = spansDocument();
const sections = {
  turn: 'Turn',
  generation: 'Generation',
  'tool-call': 'Tool',
  'agent-run': 'Subagent',
  compaction: 'Compaction',
} as const satisfies Record<Completed['kind'], string>;

/** What else has attributes: events, links, the resource. */
const beside = ['Retry', 'Message', 'Link', 'Resource'];

/** Names of attributes by section: all that the things of a session can make, and what the example makes. */
async function emitted(level: ContentLevel): Promise<Map<string, Set<string>>> {
  const names = new Map<string, Set<string>>();
  const add = (section: string, attributes: Attributes = {}): void => {
    names.set(section, new Set([...(names.get(section) ?? []), ...Object.keys(attributes)]));
  };
  const toSpan = spanMaker(level, { user: 'ada', tags: ['shop'], attributes: {} });
  const made = everyThing.map((one) => ({ section: sections[one.kind], span: toSpan(one) }));
  const recorded = (await exampleSpans(level)).map((span) => ({ section: sectionOf(span.name), span }));
  for (const { section, span } of [...made, ...recorded]) {
    add(section, span.attributes);
    add('Resource', span.resource.attributes);
    for (const event of span.events) add(eventSection(event.name), event.attributes);
    for (const link of span.links) add('Link', link.attributes);
  }
  return names;
}

function eventSection(name: string): string {
  return name === 'turnspan.retry' ? 'Retry' : 'Message';
}

function sectionOf(name: string): string {
  if (name === 'invoke_agent claude-code') return sections.turn;
  const [operation] = name.split(' ');
  switch (operation) {
    case 'chat':
      return sections.generation;
    case 'execute_tool':
      return sections['tool-call'];
    case 'invoke_agent':
      return sections['agent-run'];
    default:
      return sections.compaction;
  }
}

/** Documented names of a section. Those of every span may stand on each kind of span. */
function documented(section: string, content: boolean): string[] {
  return [...(document.get(section) ?? [])].flatMap(([name, level]) =>
    level === 'always' || content ? [name] : [],
  );
}

const common = documented('Every', true);

describe('docs/spans.md', () => {
  test('has a section for every kind of span, for what they share, for events, links and the resource', () => {
    expect([...document.keys()]).toEqual(['Every', ...Object.values(sections), ...beside]);
  });

  test.each([
    ['none', false],
    ['full', true],
  ] as const)('says exactly what is sent at level %s', async (level, content) => {
    const names = await emitted(level);
    for (const section of [...Object.values(sections), ...beside]) {
      const own = [...(names.get(section) ?? [])].filter((name) => !common.includes(name));
      expect([section, ...own.sort()]).toEqual([section, ...documented(section, content).sort()]);
    }
    const shared = new Set(Object.values(sections).flatMap((section) => [...(names.get(section) ?? [])]));
    expect(common.filter((name) => !shared.has(name))).toEqual([]);
  });

  test('says of no attribute that it is content in one place and not in another', () => {
    const levels = [...document.values()].flatMap((section) => [...section]);
    expect(new Map(levels).size).toBe(new Set(levels.map((pair) => pair.join(' '))).size);
  });

  test('has every name of semconv.ts', () => {
    const named = Object.values(semconv).flatMap((group) => Object.values<string>(group));
    const known = new Set([...document.values()].flatMap((section) => [...section.keys()]));
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});
