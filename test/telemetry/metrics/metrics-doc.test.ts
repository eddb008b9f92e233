// docs/metrics.md: the tables are what the catalog says, no more and no less.
// `TURNSPAN_DOCS=write npx vitest run test/telemetry/metrics/metrics-doc.test.ts` writes them anew; the text around them stays.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { instruments, metricAttributes, nativeInstruments, switchableAttributes, type Instrument } from '../../../src/telemetry/metrics/catalog.ts'; // prettier-ignore

const file = join(import.meta.dirname, '../../../docs/metrics.md');

const tables: Readonly<Record<string, string>> = {
  metrics: table(
    ['metric', 'kind, unit', 'what it counts', 'attributes'],
    Object.values(instruments).map(row),
  ),
  attributes: table(
    ['attribute', 'what it says', 'values at most'],
    Object.entries(metricAttributes)
      .filter(([name]) => !switchable().includes(name))
      .map(attributeRow),
  ),
  switchable: table(
    ['in the configuration', 'attribute', 'what it says', 'values at most'],
    Object.entries(switchableAttributes).map(([word, name]) => [`\`${word}\``, ...attributeRow([name, metricAttributes[name]!])]), // prettier-ignore
  ),
  buckets: table(
    ['histogram', 'upper bounds'],
    Object.values<Instrument>(instruments).flatMap(({ name, unit, buckets }) =>
      buckets === undefined ? [] : [[`\`${name}\`, ${unit}`, buckets.join(', ')]],
    ),
  ),
  native: table(
    ['metric', 'kind, unit', 'what it counts', 'attributes', 'in place of'],
    Object.entries(nativeInstruments).map(([measured, native]) => [
      ...row(native),
      // The cast: the keys of the one are keys of the other.
      `\`${instruments[measured as keyof typeof instruments].name}\``,
    ]),
  ),
};

test('docs/metrics.md has the tables of the catalog', () => {
  const before = readFileSync(file, 'utf8');
  let text = before;
  for (const [name, content] of Object.entries(tables)) {
    const [begin, end] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->`];
    const from = text.indexOf(begin) + begin.length;
    const to = text.indexOf(end);
    expect(from >= begin.length && to >= from, `the place of the table ${name}`).toBe(true);
    text = `${text.slice(0, from)}\n${content}\n${text.slice(to)}`;
  }
  if (process.env['TURNSPAN_DOCS'] === 'write') writeFileSync(file, text);
  else expect(before).toBe(text);
});

test('every attribute of an instrument is described', () => {
  for (const { name, attributes } of Object.values(instruments))
    for (const attribute of attributes) expect(metricAttributes, name).toHaveProperty([attribute]);
});

function switchable(): readonly string[] {
  return Object.values(switchableAttributes);
}

function row({ name, kind, unit, description, attributes }: Instrument): string[] {
  const names = attributes.map((one) => `\`${one}\``).join(', ');
  return [`\`${name}\``, unit === '' ? kind : `${kind}, \`${unit}\``, description, names];
}

function attributeRow([name, { description, most }]: readonly [
  string,
  (typeof metricAttributes)[string],
]): string[] {
  return [`\`${name}\``, description, most === undefined ? '' : String(most)];
}

/** As prettier lays it out. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((cells) => cells[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [
    line(head),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.map(line),
    '',
  ].join('\n');
}
