// What `install` says: what it found, what it is about to do, what it did, and how to see the first trace.
import type { FoundClient } from '../install/client-versions.ts';
import { oldestVersion } from '../install/client-versions.ts';
import type { UserConfigContent, UserDestination } from '../config/user-config.ts';
import { readUserConfig } from '../config/user-config.ts';
import { shownAddress } from '../doctor/shown.ts';
import type { InstallPlan, InstallRequest } from '../install/install.ts';
import type { Places } from '../install/places.ts';
import { lineDiff } from '../install/line-diff.ts';
import { atLeast } from '../install/version-order.ts';
import type { Pause } from '../state/pause.ts';
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
export function doneText(
  plan: InstallPlan,
  about: string,
  backup: string | undefined,
  pause: Pause | undefined,
): string {
  const { text, disk } = plan;
  const settings = text === disk.text ? 'is installed, its hooks were in place' : 'is installed';
  return [
    `Turnspan ${version} ${settings}. ${about}`,
    '',
    ...whereLines(plan),
    ...(backup === undefined ? [] : [`  backup       ${backup}`]),
    ...strictNote(plan),
    '',
    leavesText(plan),
    'To see the first trace: finish a turn in Claude Code, then look into your backend.',
    plan.destination?.becomes.preset === undefined
      ? 'No backend yet? `turnspan collector` is one, with a page to look at.'
      : '`turnspan test` sends a small trace there now.',
    ...(pause === undefined ? [] : ['', pauseText(pause)]),
  ].join('\n');
}

/** The same in short, for someone who has just seen the plan. */
export function wizardDoneText({ text, disk }: InstallPlan, backup: string | undefined): string {
  const hooks = text === disk.text ? ', its hooks were in place' : '';
  const saved = backup === undefined ? '' : ` The file as it was: ${backup}`;
  return `Turnspan ${version} is installed${hooks}.${saved}`;
}

/** Why nothing will be seen for now. */
export function pauseText({ since }: Pause): string {
  return `Paused since ${new Date(since).toISOString()}: nothing is read or sent until \`turnspan resume\`.`;
}

function leavesText({ destination, request }: InstallPlan): string {
  const config = readUserConfig(request.places.config);
  const all = config.status === 'bad' ? [] : Object.values(config.content.destinations);
  return [destination?.becomes, ...all].some((one) => one?.content === 'full')
    ? 'What leaves is numbers, ids, outcomes, names, and the texts too: prompts, answers, what tools get and give.'
    : 'What leaves is numbers, ids, outcomes, and the names of tools, models and agents. Texts only with TURNSPAN_CONTENT=full.';
}

/** For those who put the hooks in by hand. */
export function printedText({ places }: InstallRequest, dryRun: boolean): string {
  const placed = dryRun ? 'This was a dry run: script and worker were not put in place.' : placedText(places);
  return `${placed} Put these hooks beside those that your settings have.`;
}

/** Where the program is now. */
export function placedText({ program }: Places): string {
  return `Script and worker are in ${program}.`;
}

function whereLines({ request, wanted, destination }: InstallPlan): string[] {
  const { places, settings } = request;
  return [
    `  settings     ${settings}`,
    `  hooks        ${[...wanted.keys()].join(', ')}`,
    `  program      ${places.program}`,
    `  state        ${places.state}`,
    `  destination  ${destinationText(places, destination?.becomes)}`,
  ];
}

function destinationText({ config: path }: Places, becomes?: UserDestination): string {
  if (becomes !== undefined) {
    const { protocol, headers = {}, content = 'none', signals = [] } = becomes;
    const names = Object.keys(headers);
    const parts = [
      nameOf(becomes),
      ...(becomes.endpoint !== undefined && becomes.preset !== undefined ? [`preset ${becomes.preset}`] : []),
      ...(protocol === undefined ? [] : [protocol]),
      ...(names.length === 0 ? [] : [`${names.length === 1 ? 'header' : 'headers'} ${names.join(', ')}`]),
      ...(signals.length === 0 ? [] : [signals.join(' and ')]),
      `content ${content}`,
    ];
    return `${parts.join(', ')} (in ${path})`;
  }
  const config = readUserConfig(path);
  if (config.status === 'bad') return `none: ${config.why}`;
  const own = namesOf(config.content);
  return own.length > 0
    ? `${own.join(', ')} (from ${path})`
    : 'OTEL_EXPORTER_OTLP_ENDPOINT of Claude Code or its settings, else http://localhost:4318';
}

/** How the destinations of the config file are shown. */
export function namesOf({ destinations }: UserConfigContent): readonly string[] {
  return Object.entries(destinations).map(([name, one]) =>
    one.endpoint === undefined ? `${name} (${nameOf(one)})` : nameOf(one),
  );
}

function nameOf({ endpoint, preset = '' }: UserDestination): string {
  return endpoint === undefined ? `preset ${preset}` : shownAddress(endpoint.trim());
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
