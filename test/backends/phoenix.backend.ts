// The real Phoenix: a user's session through preset, hooks and worker is there as it was, once, and stays.
import { afterEach, expect, test } from 'vitest';
import { turnspan } from '../cli/run-turnspan.ts';
import { newcomer } from '../presets/support/newcomer.ts';
import { EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { temporaryFolder } from '../support/folders.ts';
import { exportedSpans } from '../worker/support/spans.ts';
import { anotherSession, transcriptBelow } from './support/another-session.ts';
import { eventually } from './support/eventually.ts';
import { expectCosts, expectedOf, textsIn, textsOf } from './support/llm-span.ts';
import { answerOf, phoenixPlace, spansOfProject, startPhoenix } from './support/phoenix.ts';
import type { Phoenix, PhoenixPlace, PhoenixSpan } from './support/phoenix.ts';
import { describeWith } from './support/programs.ts';

const started: Phoenix[] = [];
afterEach(async () => {
  for (const phoenix of started.splice(0)) await phoenix.stop();
});

describeWith(['phoenix'], 'a session in Phoenix', () => {
  test('sent as it happens, it is there as it was, once, and after a restart', async () => {
    const place = await phoenixPlace(temporaryFolder());
    const phoenix = await begin(place);
    const transcript = await playTo(phoenix, 'full');
    const sent = exportedSpans(transcript);

    const shown = await allOf(phoenix, PROJECT, sent.length);
    expect(shown).toMatchObject(expectedOf(sent));
    const texts = textsOf(exportedSpans(transcript, 'full'), sent);
    expect(textsIn(await answerOf(phoenix.url, PROJECT), texts)).toEqual(texts);

    // What its lists show: each has both, and a turn's are the prompt and the answer.
    const withBoth = shown.filter(({ kind }) => kind !== 'other');
    expect(withBoth.filter(({ input, output }) => input === undefined || output === undefined)).toEqual([]);
    const turn = shown.find(
      ({ kind, input }) => kind === 'agent' && input === 'One line for the changelog, please.',
    );
    expect(turn).toMatchObject({ name: 'invoke_agent claude-code', parentId: null });
    expect(turn?.output).toMatch(/^`- Fixed: amounts ending in half a cent/);

    expectCosts(shown, sent);

    await exportTo(phoenix, PROJECT, transcript);
    // Spans are taken in the order of their requests: where a later session is, the repeated one was looked at.
    const later = anotherSession(EXAMPLE_TRANSCRIPT, temporaryFolder());
    await exportTo(phoenix, 'later', later);
    await allOf(phoenix, 'later', exportedSpans(later).length);
    expect(await spansOfProject(phoenix.url, PROJECT)).toEqual(shown);

    await phoenix.stop();
    const again = await begin(place);
    expect(await spansOfProject(again.url, PROJECT)).toEqual(shown);
  });

  test('sent without content, all of its facts are there and none of its texts', async () => {
    const phoenix = await begin(await phoenixPlace(temporaryFolder()));
    const transcript = await playTo(phoenix, 'none');
    const sent = exportedSpans(transcript);
    expect(await allOf(phoenix, PROJECT, sent.length)).toMatchObject(expectedOf(sent));
    const texts = textsOf(exportedSpans(transcript, 'full'), sent);
    expect(texts.length).toBeGreaterThan(20);
    expect(textsIn(await answerOf(phoenix.url, PROJECT), texts)).toEqual([]);
  });
});

const PROJECT = 'shop';

async function begin(place: PhoenixPlace): Promise<Phoenix> {
  const phoenix = await startPhoenix(place);
  started.push(phoenix);
  return phoenix;
}

/** A new user's session, sent by the preset; gives its transcript. */
async function playTo({ url }: Phoenix, content: 'none' | 'full'): Promise<string> {
  const user = newcomer({ PHOENIX_COLLECTOR_ENDPOINT: url, PHOENIX_PROJECT_NAME: PROJECT });
  const install = await user.run(['install', '--preset', 'phoenix', '--content', content, '--yes']);
  expect(install).toMatchObject({ code: 0, stderr: '' });
  await user.session();
  return transcriptBelow(user.home);
}

async function exportTo({ url }: Phoenix, project: string, transcript: string): Promise<void> {
  const outcome = await turnspan(['export', transcript], {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_HEADERS: `x-project-name=${project}`,
  });
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
}

async function allOf({ url }: Phoenix, project: string, count: number): Promise<readonly PhoenixSpan[]> {
  return eventually(`${count} spans are in ${project}`, async () => {
    const spans = await spansOfProject(url, project);
    // Costs are worked out after the spans are stored.
    const isWhole = spans.every(({ kind, cost }) => kind !== 'llm' || cost !== undefined);
    return spans.length >= count && isWhole ? spans : undefined;
  });
}
