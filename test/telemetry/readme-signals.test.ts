// The README's table of every metric, event and attribute is what the code says: the catalogs of metrics and events, and docs/spans.md,
// which other tests hold to the code. `TURNSPAN_DOCS=write npx vitest run test/telemetry/readme-signals.test.ts` writes it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { expect, test } from 'vitest';
import { eventCatalog, ON_EVENTS_OF_TURNS, ON_EVERY_EVENT, type CatalogAttribute } from '../../src/telemetry/events/catalog.ts'; // prettier-ignore
import { instruments, switchableAttributes, type Instrument } from '../../src/telemetry/metrics/catalog.ts';
import { spansDocument, type Level } from './spans-document.ts';

const file = join(import.meta.dirname, '../../README.md');
const [BEGIN, END] = ['<!-- signals -->\n', '<!-- end of signals -->'];

test('the README has every metric, event and attribute', async () => {
  const before = readFileSync(file, 'utf8');
  const [from, to] = [before.indexOf(BEGIN) + BEGIN.length, before.indexOf(END)];
  expect(from > BEGIN.length && to >= from, 'the place of the tables').toBe(true);
  const text = `${before.slice(0, from)}\n${tables()}\n\n${before.slice(to)}`;
  const formatted = await prettier.format(text, { ...(await prettier.resolveConfig(file)), filepath: file });
  if (process.env['TURNSPAN_DOCS'] === 'write') writeFileSync(file, formatted);
  else expect(before).toBe(formatted);
});

function tables(): string {
  return [
    'In italics: only under the content level `full`.',
    table(
      ['span', 'attributes'],
      [...spansDocument()].map(([section, names]) => [section, spanNames(names)]),
    ),
    table(
      ['metric', 'kind, unit', 'attributes'],
      [
        ...Object.values<Instrument>(instruments).map(({ name, kind, unit, attributes }) => [
          code(name),
          unit === '' ? kind : `${kind}, ${code(unit)}`,
          listed(attributes),
        ]),
        ['each, where you switch it on', '', listed(Object.values(switchableAttributes))],
      ],
    ),
    table(
      ['event', 'attributes'],
      [
        ...eventCatalog.map(({ name, attributes }) => [code(name), eventNames(attributes)]),
        ['each', eventNames(ON_EVERY_EVENT)],
        ["each but the session's", eventNames(ON_EVENTS_OF_TURNS)],
      ],
    ),
  ].join('\n\n');
}

function spanNames(names: ReadonlyMap<string, Level>): string {
  return [...names].map(([name, level]) => (level === 'content' ? `_${code(name)}_` : code(name))).join(', ');
}

function eventNames(attributes: readonly CatalogAttribute[]): string {
  return attributes.map(({ name, content }) => (content ? `_${code(name)}_` : code(name))).join(', ');
}

function listed(names: readonly string[]): string {
  return names.map(code).join(', ');
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
