// The commands of docs/backends.md that start the Collector, Jaeger and Prometheus, run as they stand there: a new user's session arrives.
// Ports are free ones, by the variables of the configurations; of Prometheus, which has none, the address in its line.
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { newcomer } from '../presets/support/newcomer.ts';
import { commandBlocks } from '../support/command-blocks.ts';
import { temporaryFolder } from '../support/folders.ts';
import { exportedSpans } from '../worker/support/spans.ts';
import { transcriptBelow } from './support/another-session.ts';
import { eventually } from './support/eventually.ts';
import { spansOfService } from './support/jaeger.ts';
import { freePorts } from './support/ports.ts';
import { describeWith, program } from './support/programs.ts';
import { query, total } from './support/prometheus.ts';
import { start, type Running } from './support/running.ts';
import { expectSameInJaeger } from './support/same-in-jaeger.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(REPOSITORY, 'docs/backends.md'), 'utf8');
const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
const HOUR = 3_600_000;

const started: Running[] = [];
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.stop();
});

describeWith(['otelcol', 'jaeger', 'prometheus'], 'the lines of docs/backends.md', () => {
  test('start what they say, and a session arrives', async () => {
    const lines = commandBlocks(page).find((block) => block.some((line) => line.includes('otelcol ')));
    expect(lines).toHaveLength(3);
    // The README has the last of them, without Loki's switch.
    const last = lines?.at(-1) ?? '';
    expect(commandBlocks(readme)).toContainEqual([last.slice(last.indexOf('otelcol '))]);

    const home = temporaryFolder();
    const bin = join(home, 'bin');
    mkdirSync(bin);
    for (const name of ['otelcol', 'jaeger', 'prometheus'] as const)
      symlinkSync(program(name), join(bin, name));
    const [
      jaegerGrpc,
      jaegerHttp,
      jaegerUi,
      jaegerQuery,
      jaegerHealth,
      prometheus,
      grpc,
      http,
      health,
      metrics,
    ] = (await freePorts(10)).map(String);
    const env = {
      PATH: `${bin}:/usr/bin:/bin`,
      HOME: home,
      JAEGER_GRPC_PORT: jaegerGrpc!,
      JAEGER_HTTP_PORT: jaegerHttp!,
      JAEGER_UI_PORT: jaegerUi!,
      JAEGER_QUERY_GRPC_PORT: jaegerQuery!,
      JAEGER_HEALTH_PORT: jaegerHealth!,
      COLLECTOR_GRPC_PORT: grpc!,
      COLLECTOR_HTTP_PORT: http!,
      COLLECTOR_HEALTH_PORT: health!,
      COLLECTOR_METRICS_PORT: metrics!,
      JAEGER_ENDPOINT: `127.0.0.1:${jaegerGrpc!}`,
      PROMETHEUS_URL: `http://127.0.0.1:${prometheus!}`,
    };
    const ready = [
      `http://127.0.0.1:${jaegerUi!}/api/services`,
      `http://127.0.0.1:${prometheus!}/-/ready`,
      `http://127.0.0.1:${health!}/`,
    ];
    for (const [at, line] of (lines ?? []).entries()) {
      const command = line.replace('127.0.0.1:9090', `127.0.0.1:${prometheus!}`);
      const args = ['-c', `exec env ${command}`];
      started.push(await start({ command: '/bin/sh', args, env, cwd: REPOSITORY, readyUrl: ready[at]! }));
    }

    const user = newcomer({ OTELCOL_OTLP_ENDPOINT: `http://127.0.0.1:${http!}` });
    const line = commandBlocks(page)
      .flat()
      .find((one) => one.startsWith('turnspan install --preset otel-collector'));
    const install = await user.run([...(line ?? '').split(' ').slice(1), '--yes']);
    expect(install).toMatchObject({ code: 0, stderr: '' });
    await user.session();
    const expected = exportedSpans(transcriptBelow(user.home));
    const shown = await eventually('all spans are in Jaeger', async () => {
      const now = Date.now();
      const spans = await spansOfService(`http://127.0.0.1:${jaegerUi!}`, 'claude-code', [
        now - HOUR,
        now + HOUR,
      ]);
      return spans.length >= expected.length ? spans : undefined;
    });
    expectSameInJaeger(shown, expected);
    const turns = expected.filter(({ name }) => name === 'invoke_agent claude-code').length;
    await eventually(
      'the turns are in Prometheus',
      async () => total(await query(env.PROMETHEUS_URL, 'turnspan_turns_total')) === turns || undefined,
    );
  });
});
