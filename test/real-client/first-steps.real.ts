// The first steps of a user: install, one real session, uninstall. Out: one right trace in the local collector, and the
// settings file as it was.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { GroupView, PlacedSpan, TurnView } from '../../collector/query/views.ts';
import { startCollector } from '../../collector/collector.ts';
import { installOn } from './installation.ts';
import { oneAgentTree } from './one-agent-tree.ts';
import { tell } from './results.ts';
import { isAskedFor } from './runs.ts';
import { oneAgent } from './scenarios/agents.ts';
import { setStage } from './support/client-stage.ts';
import { fetchClient } from './support/clients.ts';
import { runHeadless } from './support/headless-client.ts';
import { startModelServer } from './support/model-server.ts';
import { newest } from './versions.ts';

const name = 'install-session-uninstall';
const client = await fetchClient(newest);

test.skipIf(client.kind === 'unavailable' || !isAskedFor(name))(name, async () => {
  if (client.kind === 'unavailable') return;
  const model = await startModelServer(oneAgent.script);
  const collector = await startCollector({ port: 0 });
  const stage = setStage({ baseUrl: model.url, settings: { model: 'opus', hooks: {} } });
  const settings = join(stage.config, 'settings.json');
  const before = readFileSync(settings, 'utf8');
  const installation = await installOn(stage, client, collector.url);
  try {
    await runHeadless(client, stage, 'Have it read');
    await installation.rest();
    await installation.uninstall();
    const ask = async <View>(path: string): Promise<View> =>
      (await (await fetch(`${collector.url}/api/${path}`)).json()) as View; // what the collector says that it answers
    const { sessions } = await ask<{ sessions: readonly GroupView[] }>('sessions');
    expect(sessions).toHaveLength(1);
    const { turns } = await ask<{ turns: readonly TurnView[] }>(`sessions/${sessions[0]?.id ?? ''}/turns`);
    expect(turns.map(({ status }) => status)).toEqual(['completed']);
    const { spans } = await ask<{ spans: readonly PlacedSpan[] }>(`traces/${turns[0]?.traceId ?? ''}`);
    expect(
      spans.map(({ name: span, depth }) => '  '.repeat(depth) + span.replace(/^chat .*/, 'chat')),
    ).toEqual(oneAgentTree);
    expect(readFileSync(settings, 'utf8')).toBe(before);
    tell({ name, version: newest, result: 'ok' });
  } catch (error) {
    tell({ name, version: newest, result: 'faults', faults: [{ rule: 'one right trace', what: String(error).slice(0, 300) }] }); // prettier-ignore
    throw error;
  } finally {
    installation.stop();
    await model.stop();
    await collector.close();
    stage.remove();
  }
});
