// What Phoenix and MLflow show of the example, for docs/backends.md. In: a browser; both programs from the cache
// (`npm run backends -- phoenix mlflow`), the built bundles in dist/. Out: a picture of the trace's page of each.
// Always: a new user's session, sent by the preset; the servers are on loopback, send nothing home and are ended with the picture.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { executableOf } from '../../collector/real/programs.mjs';
import { makeHome } from './machine.mjs';
import { playSession, turnspan } from './play-session.mjs';
import { smallPng } from './small-png.mjs';

/** The turn in which an agent starts another one; the example's ids are the same each time. */
const TRACE = 'd0c2f977dabb8541e88de63aaeb44482';
/** The first of its spans with this name is opened. */
const GENERATION = 'chat claude-opus-5-5';
const SIZE = { width: 1440, height: 720 };
const PATIENCE_MS = 150_000;
/** What moves has come to rest then. */
const SETTLING_MS = 2000;

const backends = {
  phoenix: {
    variable: 'PHOENIX_COLLECTOR_ENDPOINT',
    args: () => ['serve'],
    environment: (folder, port, other) => ({
      PHOENIX_HOST: '127.0.0.1',
      PHOENIX_PORT: String(port),
      PHOENIX_GRPC_PORT: String(other),
      PHOENIX_WORKING_DIR: folder,
      PHOENIX_TELEMETRY_ENABLED: 'false',
      PHOENIX_ALLOW_EXTERNAL_RESOURCES: 'false',
    }),
    health: '/healthz',
    page: `/redirects/traces/${TRACE}`,
    open: openInPhoenix,
  },
  mlflow: {
    variable: 'MLFLOW_TRACKING_URI',
    args: (folder, port) => [
      'server',
      ...['--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
      ...['--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`],
      ...['--artifacts-destination', join(folder, 'artifacts')],
    ],
    environment: () => ({
      MLFLOW_DISABLE_TELEMETRY: 'true',
      DO_NOT_TRACK: 'true',
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    }),
    health: '/health',
    page: `/#/experiments/0/traces?selectedEvaluationId=tr-${TRACE}`,
    open: openInMlflow,
  },
};

/** Why it cannot be photographed here; nothing where it can. */
export function missingBackends() {
  return Object.keys(backends)
    .filter((name) => executableOf(name) === undefined)
    .map((name) => `${name} is not there. Build it: npm run backends -- ${name}`);
}

/** One picture each. */
export async function photographBackends(browser, pathOf) {
  for (const name of Object.keys(backends)) {
    await withServer(name, async (url) => {
      await sendExample(name, url);
      const page = await browser.newPage({ viewport: SIZE, deviceScaleFactor: 1.5 });
      // Their pages ask for fonts and more elsewhere.
      await page.route(
        ({ hostname }) => hostname !== '127.0.0.1',
        (route) => route.abort(),
      );
      await backends[name].open(page, `${url}${backends[name].page}`);
      await page.waitForTimeout(SETTLING_MS);
      writeFileSync(pathOf(name), await smallPng(browser, await page.screenshot()));
      await page.close();
    });
  }
}

async function openInPhoenix(page, address) {
  await page.goto(address);
  await page.getByText('execute_tool Agent').first().waitFor({ timeout: PATIENCE_MS });
  await page.getByText(GENERATION).first().click();
  await page.getByText('Invocation Params').waitFor({ timeout: PATIENCE_MS });
}

async function openInMlflow(page, address) {
  // Without its assistant, which else lies over half of the page at the first visit.
  await page.addInitScript(() => {
    localStorage.setItem('mlflow.assistant.fab.autoOpenedOnFirstLoad_v1', 'true');
    localStorage.setItem('mlflow.assistant.panelOpen_v1', 'false');
  });
  await page.goto(address);
  await page.getByText('execute_tool Agent').first().waitFor({ timeout: PATIENCE_MS });
  await page.getByLabel('Full screen').click();
  await page.getByText(GENERATION).first().click();
  await page.getByText('Outputs').first().waitFor({ timeout: PATIENCE_MS });
}

async function withServer(name, use) {
  const { args, environment, health } = backends[name];
  const folder = mkdtempSync(join(tmpdir(), 'turnspan-picture-'));
  const [port, other] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const program = executableOf(name);
  const server = spawn(program, args(folder, port), {
    cwd: folder,
    env: { PATH: `${dirname(program)}:/usr/bin:/bin`, HOME: folder, ...environment(folder, port, other) },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => server.once('close', resolve));
  try {
    await until(`${name} answers`, () =>
      fetch(`${url}${health}`)
        .then(({ ok }) => ok)
        .catch(() => false),
    );
    await use(url);
  } finally {
    server.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The recorded session, as a new user's: preset, hooks and worker. */
async function sendExample(preset, url) {
  const machine = makeHome();
  try {
    const env = { ...machine.env, [backends[preset].variable]: url };
    const user = { ...machine, env };
    turnspan(user, 'install', '--preset', preset, '--content', 'full', '--yes');
    await playSession(user, ({ outboxes }) =>
      outboxes.every(({ requests, refused }) => requests === 0 && refused === 0),
    );
  } finally {
    machine.remove();
  }
}

async function until(what, isSo) {
  const end = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not after ${PATIENCE_MS / 1000} s: ${what}`);
    await sleep(250);
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
