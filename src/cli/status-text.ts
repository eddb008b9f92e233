// In: what `status` read. Out: the same for a person.
import type { Status } from './status-report.ts';

/** Aligned lines, then what to look at and what to do next. `now` in milliseconds since the epoch. */
export function statusText(status: Status, now: number): string {
  const rows = [...placeRows(status, now), ...flowRows(status, now), ...status.outboxes.flatMap(outboxRows)];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `Turnspan ${status.version}`,
    '',
    ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`),
    ...status.findings.flatMap(({ what, remedy }) => ['', `! ${what}`, `  ${remedy}`]),
    ...(status.paused === null
      ? []
      : [
          '',
          '`turnspan resume` sends what waits; `turnspan resume --skip` never sends what was typed meanwhile.',
        ]),
  ].join('\n');
}

/** A second row of one name has none. */
type Row = readonly [name: string, text: string];

function placeRows({ settings, state, installedAt, paused, worker }: Status, now: number): Row[] {
  const files = settings.map(
    ({ file, hooks, version }) => `${file} (${plural(hooks, 'hook')}, ${version ?? 'no version'})`,
  );
  return [
    ...named('installed', files.length > 0 ? files : ['no']),
    ['state', installedAt === null ? state : `${state}, since ${when(installedAt, now)}`],
    ['paused', paused === null ? 'no' : `since ${when(paused.since, now)}`],
    ['worker', worker === null ? 'not running (hooks start it)' : `running (process ${worker.pid})`],
  ];
}

function flowRows(status: Status, now: number): Row[] {
  const { destinations, noDestination, lastExport, tickets, sessions } = status;
  const where = destinations.flatMap(({ name, url, transport, content, from, contentFrom }) => [
    `${name}: ${url} (${transport}), from ${from}`,
    `content ${content}, from ${contentFrom}`,
  ]);
  return [
    ...named('destination', noDestination === null ? where : [`none: ${noDestination.why}`]),
    [
      'last export',
      lastExport === null
        ? 'none in the log'
        : `${when(lastExport.at, now)}: ${plural(lastExport.spans, 'span')} to ${lastExport.url ?? lastExport.destination}`,
    ],
    ['tickets', tickets === 0 ? 'none wait' : `${tickets} wait`],
    ['sessions', `${sessions.watched} watched, ${plural(sessions.openTurns, 'open turn')}`],
  ];
}

function outboxRows({
  destination,
  url,
  requests,
  spans,
  bytes,
  refused,
  tooOld,
  backoff,
}: Status['outboxes'][number]): Row[] {
  const waits =
    requests === 0
      ? 'nothing waits'
      : `${plural(requests, 'request')}, ${plural(spans, 'span')}, ${size(bytes)}`;
  return [
    ['outbox', `${url ?? destination}: ${waits}${refused === 0 ? '' : `; ${refused} refused`}`],
    ...(tooOld === 0 ? [] : [['', `${plural(tooOld, 'span')} not sent: too old for it`] as const]),
    ...(backoff === null ? [] : [['', `left alone until ${backoff.until} (${backoff.why})`] as const]),
  ];
}

function named(name: string, texts: readonly string[]): Row[] {
  return texts.map((text, place) => [place === 0 ? name : '', text]);
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `2025-11-21T17:05:03.000Z (2 min ago)` */
function when(time: string, now: number): string {
  const seconds = Math.round((now - Date.parse(time)) / 1000);
  return seconds < 0 ? time : `${time} (${ago(seconds)} ago)`;
}

function ago(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}
