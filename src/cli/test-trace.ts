// `turnspan test`: a small trace to each destination, at once, and who took it.
// Always: sent directly, past inbox and outbox: what is tested is the way to the backend alone (`doctor` looks at the rest).
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { TRACE_ID, type Destination } from '../config/destination.ts';
import { sendTo } from '../delivery/destination-file.ts';
import { encodeRequests } from '../delivery/encode.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { openSender } from '../delivery/sender.ts';
import { lastClient } from '../doctor/last-client.ts';
import { shownAddress } from '../doctor/shown.ts';
import { whereToSend } from '../doctor/where-to-send.ts';
import { placesOf } from '../install/places.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';
import { traceAddress } from './test-trace-address.ts';
import { TEST_MARK, testTrace } from './test-trace-spans.ts';

/** What `turnspan test --json` prints; documented in docs/doctor.md. */
export const testReportSchema = z.strictObject({
  version: z.literal(1),
  /** Why nothing could be sent to anybody. */
  problems: z.array(z.string()),
  destinations: z.array(
    z.strictObject({
      name: z.string(),
      /** Without password and query. */
      address: z.string(),
      outcome: z.enum(['accepted', 'partial', 'later', 'refused', 'unusable']),
      /** `HTTP 401`, `ECONNREFUSED`; absent where it was taken. */
      why: z.string().optional(),
      traceId: z.string(),
      /** Where to look at it. */
      page: z.string().optional(),
    }),
  ),
});

type TestReport = z.infer<typeof testReportSchema>;
type DestinationReport = TestReport['destinations'][number];

export const testCommand: Command = {
  name: 'test',
  summary: 'Send a small trace to each destination, and say which took it',
  usage: [
    'Usage: turnspan test [--json]',
    '',
    '  --json  the outcome as JSON (docs/doctor.md)',
    '',
    `Sends one turn with one response, without content, marked ${TEST_MARK}. Exit code: 0 all took it, 1 one did not, or there is none.`,
  ].join('\n'),
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
    const { home, state } = placesOf(homedir(), process.env, version);
    const report = await sendTestTraces(home, state);
    console.log(values.json ? JSON.stringify(report, null, 2) : textOf(report));
    const taken = report.destinations.filter(({ outcome }) => outcome === 'accepted').length;
    return taken > 0 && taken === report.destinations.length && report.problems.length === 0 ? 0 : 1;
  },
};

async function sendTestTraces(home: string, state: string): Promise<TestReport> {
  const { asked, destinations: all } = whereToSend({
    state,
    home,
    cwd: process.cwd(),
    env: process.env,
    client: lastClient(state),
  });
  const destinations = all.filter(({ signal }) => signal === 'traces');
  const resource = asked.flatMap(({ resolution }) =>
    resolution.status === 'send' ? [resolution.resource] : [],
  )[0];
  const problems = asked.flatMap(({ who, resolution }) =>
    resolution.status === 'send' ? [] : [`Nothing is sent of ${who}: ${resolution.why}`],
  );
  return {
    version: 1,
    problems,
    destinations: await Promise.all(destinations.map((one) => sendTestTrace(one, resource ?? {}))),
  };
}

async function sendTestTrace(
  destination: Destination,
  resource: { readonly serviceName?: string },
): Promise<DestinationReport> {
  const { traceId, spans } = testTrace(Date.now(), resource);
  const { name, url } = destination;
  const common = { name, address: shownAddress(url), traceId };
  const opened = await openSender(sendTo(destination));
  if (opened.status === 'unusable') return { ...common, outcome: 'unusable', why: opened.why };
  try {
    const [request] = encodeRequests(spans, destination.encoding);
    if (request === undefined) throw new Error('two spans make one request');
    const outcome = await opened.sender.send({ body: request.bytes, encoding: destination.encoding });
    // Nothing rejected: the backend only has something to say.
    const taken = outcome.status === 'accepted' || (outcome.status === 'partial' && outcome.rejected === 0);
    if (!taken) return { ...common, outcome: outcome.status, why: whyOf(outcome) };
  } finally {
    opened.sender.close();
  }
  const known = destination.tracePage?.replaceAll(TRACE_ID, traceId);
  const page = (await traceAddress(destination, traceId)) ?? known;
  return { ...common, outcome: 'accepted', ...(page === undefined ? {} : { page }) };
}

/** Never the words of a backend: they may repeat what was sent. */
function whyOf(outcome: Exclude<Outcome, { status: 'accepted' }>): string {
  return outcome.status === 'partial' ? `it dropped ${outcome.rejected} of 2 spans` : outcome.why;
}

function textOf({ problems, destinations }: TestReport): string {
  const lines = [...problems, ...destinations.flatMap(linesOf)];
  if (destinations.some(({ outcome }) => outcome !== 'accepted')) {
    lines.push('', '`turnspan doctor` says what is wrong, and what mends it.');
  }
  return lines.join('\n');
}

function linesOf({ name, address, outcome, why, traceId, page }: DestinationReport): string[] {
  const who = name === 'environment' ? address : `${name} (${address})`;
  if (outcome !== 'accepted') return [`${WORDS[outcome]}  ${who}: ${why ?? ''}`];
  return [`taken    ${who}`, `         ${page ?? `trace ${traceId} (${TEST_MARK}=true)`}`];
}

const WORDS = { partial: 'partly ', later: 'not now', refused: 'refused', unusable: 'unusable' } as const;
