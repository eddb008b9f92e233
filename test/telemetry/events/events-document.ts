// The tables of docs/events.md, made from the catalog. They stand between two marks; all else in the file is written by hand.
import * as prettier from 'prettier';

import {
  eventCatalog,
  ON_EVENTS_OF_TURNS,
  ON_EVERY_EVENT,
  type CatalogAttribute,
} from '../../../src/telemetry/events/catalog.ts';

const BEGIN = '<!-- From the catalog: begin -->';
const END = '<!-- From the catalog: end -->';

/** The document with its tables as the catalog has them now. */
export async function withTables(document: string, path: string): Promise<string> {
  const [before, after] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (before === -1 || after === -1) throw new Error(`${path} has no marks ${BEGIN} and ${END}`);
  const text = `${document.slice(0, before)}${BEGIN}\n\n${tables()}\n${document.slice(after)}`;
  return prettier.format(text, { ...(await prettier.resolveConfig(path)), filepath: path });
}

function tables(): string {
  const overview = [
    '| event | kind | severity | span | what it tells |',
    '| --- | --- | --- | --- | --- |',
    ...eventCatalog.map(
      ({ name, kind, severity, span, tells }) =>
        `| \`${name}\` | \`${kind}\` | ${severity} | ${span} | ${tells} |`,
    ),
  ].join('\n');
  const common = `## On every event\n\n${tableOf(ON_EVERY_EVENT)}\n\n## On every event but those of the session\n\n${tableOf(ON_EVENTS_OF_TURNS.slice(1))}`;
  const sections = eventCatalog.map(
    ({ name, attributes }) => `## \`${name}\`\n\n${tableOf(attributes)}${noteOf(name)}`,
  );
  return [overview, common, ...sections].join('\n\n');
}

function tableOf(attributes: readonly CatalogAttribute[]): string {
  return [
    '| attribute | level | |',
    '| --- | --- | --- |',
    ...attributes.map(
      ({ name, content, says }) => `| \`${name}\` | ${content ? '`full`' : 'always'} | ${says} |`,
    ),
  ].join('\n');
}

function noteOf(name: string): string {
  return name === 'turnspan.tool.result'
    ? '\n\nAnd what the tool tells of itself, as on its span: [the table of tools](spans.md) says which, and at which level.'
    : '';
}
