// The page in a real browser. Needs Chromium (`apt-get install chromium`, or its path in CHROMIUM); skipped without.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, type Page, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Collector } from '../../../collector/collector.ts';
import { id, traceRequest } from '../otlp.ts';
import { TURNS, seedRequests, spanId } from '../seed.ts';
import { collectorForTest, postJson } from '../support.ts';

const executablePath = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);

describe.skipIf(executablePath === undefined)(
  'the page (skipped where there is no Chromium: set CHROMIUM)',
  () => {
    let browser: Browser;
    let pageFolder = '';
    beforeAll(async () => {
      pageFolder = await mkdtemp(join(tmpdir(), 'turnspan-page-'));
      await promisify(execFile)(process.execPath, ['scripts/build-page.mjs', pageFolder]);
      browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    });
    afterAll(async () => {
      await browser.close();
      await rm(pageFolder, { recursive: true });
    });

    test('a turn is found in the list and shown as a waterfall', async () => {
      const { page } = await open('/', seedRequests(Date.now()));
      await page.locator('.turn', { hasText: 'Have the change reviewed' }).click();
      await page.locator('.row').first().waitFor();
      expect(page.url()).toContain(`#/trace/${TURNS[1]}`);
      expect(await page.locator('.row .name').allTextContents()).toEqual([
        'claude-code',
        'claude-sonnet-4-5',
        'Task',
        'reviewer',
        'claude-sonnet-4-5',
        'Task',
        'Explore',
        'claude-sonnet-4-5',
        'Glob',
        'claude-sonnet-4-5',
        'claude-sonnet-4-5',
        'Task',
        'doc-writer',
        'claude-sonnet-4-5',
        'claude-sonnet-4-5',
      ]);
      expect(await page.locator('.bar.start-inferred').count()).toBe(1);
      expect(await page.locator('.bar.end-inferred').count()).toBe(1);
      const box = async (row: number) => (await page.locator('.row .bar').nth(row).boundingBox())!;
      const [tool, agent] = [await box(2), await box(3)];
      expect(agent.x).toBeGreaterThanOrEqual(tool.x);
      expect(agent.x + agent.width).toBeLessThanOrEqual(tool.x + tool.width);
    });

    test('an address names a span: its content is shown as text, an error in red', async () => {
      const { page } = await open(`/#/trace/${TURNS[0]}/span/${spanId(1, 5)}`, seedRequests(Date.now()));
      const panel = page.locator('#span');
      await panel.getByText('ERROR: Exit code 1').waitFor();
      expect(await panel.locator('pre').allTextContents()).toEqual([
        '{\n  "command": "npm test -- cart"\n}',
        'FAIL test/cart.test.ts\n  expected 12.5 to be 25\n',
      ]);
      expect(await page.locator('.row.error').count()).toBe(1);
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'hidden' });
    });

    test('content is never markup, and nothing is asked of other servers', async () => {
      const attack =
        '<img src="http://192.0.2.1/x" onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
      const attributes = {
        'session.id': attack,
        [attack]: attack,
        'turnspan.turn.status': 'completed',
        'gen_ai.input.messages': JSON.stringify([
          { role: attack, parts: [{ type: 'text', content: attack }] },
        ]),
      };
      const span = { id: id(1), name: attack, attributes, error: attack, events: [{ name: attack, at: 1 }] };
      const { page, requests, problems, collector } = await open('/', [traceRequest([span])]);
      await page.locator('.turn').click();
      await page.locator('.row').click();
      await page.locator('.message').waitFor();
      expect(await page.locator('.message pre').textContent()).toBe(attack);
      expect(await page.locator('img, #span script').count()).toBe(0);
      expect(await page.title()).toBe('Turnspan');
      expect(requests.filter((url) => !url.startsWith(collector.url))).toEqual([]);
      expect(problems).toEqual([]);
    });

    test('what comes later appears by itself, orphans marked', async () => {
      const { page, collector } = await open('/', []);
      await page.getByText('Nothing has come yet').waitFor();
      await postJson(
        collector,
        '/v1/traces',
        traceRequest([{ id: id(2), parent: id(1), name: 'lost child' }]),
      );
      await page.locator('.turn', { hasText: 'lost child' }).click();
      await page.locator('.row .note', { hasText: 'orphan' }).waitFor();
      await postJson(collector, '/v1/traces', traceRequest([{ id: id(1), name: 'parent' }]));
      await page.locator('.row', { hasText: 'parent' }).waitFor();
      expect(await page.locator('.row .note').count()).toBe(0);
    });

    test('rows are reached and folded by keyboard', async () => {
      const { page } = await open(`/#/trace/${TURNS[1]}`, seedRequests(Date.now()));
      await page.locator('.row').first().focus();
      await page.keyboard.press('ArrowLeft');
      expect(await page.locator('.row').count()).toBe(1);
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('.row').count()).toBe(15);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.locator('#span h2', { hasText: 'chat claude-sonnet-4-5' }).waitFor();
    });

    async function open(path: string, sent: readonly object[]): Promise<Opened> {
      const collector = await collectorForTest({ pageFolder });
      for (const request of sent) await postJson(collector, '/v1/traces', request);
      const page = await browser.newPage();
      onTestFinished(() => page.close());
      const requests: string[] = [];
      const problems: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      await page.goto(collector.url + path);
      return { page, requests, problems, collector };
    }
  },
);

interface Opened {
  readonly page: Page;
  readonly collector: Collector;
  /** Addresses that the page has asked for. */
  readonly requests: readonly string[];
  /** Errors on its console, refusals of its policy among them. */
  readonly problems: readonly string[];
}
