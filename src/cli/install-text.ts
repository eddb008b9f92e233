// What `install` says: what it found, what it is about to do, what it did, and how to see the first trace.
import type { FoundClient } from '../install/client-versions.ts';
import { oldestVersion } from '../install/client-versions.ts';
import { readUserConfig } from '../config/user-config.ts';
import type { InstallPlan, InstallRequest } from '../install/install.ts';
import { lineDiff } from '../install/line-diff.ts';
import { atLeast } from '../install/version-order.ts';
import { version } from '../version.ts';

/** Which client decided which events are registered. */
export function clientsText(clients: readonly FoundClient[]): string {
  const [first] = clients;
  const silent = clients.filter(({ version: known }) => known === undefined);
  const oldest = oldestVersion(clients);
  const left = atLeast(oldest, '2.1.78') ? '' : ` ${LEFT_OUT}`;
  if (first === undefined) {
    return `No Claude Code was found to ask for its version.${left} Once \`claude\` is on your PATH, run this again.`;
  }
  if (silent.length > 0) {
    const names = silent.map(({ path }) => path).join(', ');
    return `${names} did not say its version.${left} Once it does, run this again.`;
  }
  return `Claude Code ${oldest}${clients.length > 1 ? `, the oldest of ${clients.length} on this machine` : ''}.${left}`;
}

const LEFT_OUT =
  'StopFailure is left out: clients before 2.1.78 do not know it, and would drop all hooks of the file. Turns that end in an API error show up with the next prompt.';

/** What is about to happen; for a dry run line by line. */
export function planText(plan: InstallPlan, about: string, dryRun: boolean): string {
  const { disk, text, request } = plan;
  const lines = [`Turnspan ${version}. ${about}`, '', ...whereLines(plan), ...strictNote(plan)];
  if (!dryRun) return lines.join('\n');
  const diff =
    text === disk.text
      ? ['The settings are up to date.']
      : [`${request.settings}:`, ...lineDiff(disk.text, text)];
  return [...lines, '', ...diff, '', 'This was a dry run: nothing was changed.'].join('\n');
}

/** What has happened. */
export function doneText(plan: InstallPlan, about: string, backup: string | undefined): string {
  const { text, disk } = plan;
  const settings = text === disk.text ? 'is installed, its hooks were in place' : 'is installed';
  return [
    `Turnspan ${version} ${settings}. ${about}`,
    '',
    ...whereLines(plan),
    ...(backup === undefined ? [] : [`  backup       ${backup}`]),
    ...strictNote(plan),
    '',
    'What leaves is numbers, ids, outcomes, and the names of tools, models and agents. Texts only with TURNSPAN_CONTENT=full.',
    'To see the first trace: finish a turn in Claude Code, then look into your backend.',
    'No backend yet? `turnspan collector` is one, with a page to look at.',
  ].join('\n');
}

/** For those who put the hooks in by hand. */
export function printedText({ places }: InstallRequest, dryRun: boolean): string {
  const placed = dryRun
    ? 'This was a dry run: script and worker were not put in place'
    : `Script and worker are in ${places.program}`;
  return `${placed}. Put these hooks beside those that your settings have.`;
}

function whereLines({ request, wanted }: InstallPlan): string[] {
  const { places, settings } = request;
  return [
    `  settings     ${settings}`,
    `  hooks        ${[...wanted.keys()].join(', ')}`,
    `  program      ${places.program}`,
    `  state        ${places.state}`,
    `  destination  ${destinationText(request)}`,
  ];
}

function destinationText({ places, destination }: InstallRequest): string {
  if (destination !== undefined) {
    const { endpoint, preset = '', content = 'none' } = destination;
    const address = endpoint === undefined ? `preset ${preset}` : withoutPassword(endpoint);
    return `${address}, content ${content} (in ${places.config})`;
  }
  const config = readUserConfig(places.config);
  if (config.status === 'bad') return `none: ${config.why}`;
  const own = Object.entries(config.content.destinations).map(([name, { endpoint: address, preset }]) =>
    address === undefined ? `${name} (preset ${preset ?? ''})` : withoutPassword(address),
  );
  return own.length > 0
    ? `${own.join(', ')} (from ${places.config})`
    : 'OTEL_EXPORTER_OTLP_ENDPOINT of Claude Code or its settings, else http://localhost:4318';
}

function withoutPassword(endpoint: string): string {
  const url = new URL(endpoint.trim());
  if (url.username === '' && url.password === '') return endpoint.trim();
  [url.username, url.password] = ['', ''];
  return url.href;
}

/** We keep comments and trailing commas; the client does not take them (seen with 2.1.329). */
function strictNote({ disk: { text } }: InstallPlan): string[] {
  if (text.trim() === '' || isStrictJson(text)) return [];
  return [
    '',
    'Careful: this file has comments or trailing commas, and Claude Code loads no settings file that has.',
  ];
}

function isStrictJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
