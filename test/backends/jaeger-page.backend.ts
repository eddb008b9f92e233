// Jaeger's own page of the example's longest trace, in Chromium: for whoever has the built pages, which no registry has.
// `TURNSPAN_JAEGER_UI=FOLDER` names them; `TURNSPAN_JAEGER_PICTURE=FILE` is where the picture goes.
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { replay } from '../worker/support/replay.ts';
import { exportedSpans, type Span } from '../worker/support/spans.ts';
import { makeWorld, settled } from '../worker/support/world.ts';
import { startTraceChain } from './support/chain.ts';
import { eventually } from './support/eventually.ts';
import { spansOfTrace } from './support/jaeger.ts';
import { describeWith } from './support/programs.ts';

const assets = process.env['TURNSPAN_JAEGER_UI'];
const picture = process.env['TURNSPAN_JAEGER_PICTURE'];
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const without = [
  ...(assets === undefined ? ['TURNSPAN_JAEGER_UI names no folder with built pages'] : []),
  ...(existsSync(executablePath) ? [] : ['there is no Chromium']),
];

/** The mark of a failed span; newer pages have others like it (`--bubbled`, `--hollow`) on what stands above one. */
const OWN_ERROR = '.SpanBarRow--errorIcon:not([class*="errorIcon--"])';

let browser: Browser | undefined;
afterEach(async () => {
  await browser?.close();
});

describeWith(['otelcol', 'jaeger'], "Jaeger's page", () => {
  const title = 'shows the spans of a turn, and which of them failed';
  test.skipIf(without.length > 0)(
    without.length > 0 ? `${title} (${without.join('; ')})` : title,
    async () => {
      const { otelcol, jaeger } = await startTraceChain();
      const world = makeWorld();
      const session = replay(world, { OTEL_EXPORTER_OTLP_ENDPOINT: otelcol.now().http }, 200);
      await session.played;
      await settled(world);
      const trace = longest(exportedSpans(session.transcript));
      const [{ traceId }] = trace as [Span];
      await eventually('the trace is in Jaeger', async () => {
        const spans = await spansOfTrace(jaeger.now().url, traceId);
        return spans.length >= trace.length || undefined;
      });

      browser = await chromium.launch({
        executablePath,
        args: ['--no-sandbox', '--disable-background-networking'],
      });
      const page = await browser.newPage({ viewport: { width: 1500, height: 2000 } });
      await page.goto(`${jaeger.now().url}/trace/${traceId}`);
      const lacking = async () => namesBeyond(await page.locator('body').innerText(), trace);
      await expect.poll(lacking, { timeout: 30_000 }).toEqual([]);
      const failed = trace.filter(({ isError }) => isError).length;
      expect(failed).toBeGreaterThan(0);
      expect(await page.locator(OWN_ERROR).count()).toBe(failed);
      if (picture !== undefined)
        await page.screenshot({ path: picture, clip: { x: 0, y: 0, width: 1500, height: 900 } });
    },
  );
});

/** The names of spans that the page does not show, or less often than the trace has them. */
function namesBeyond(shown: string, trace: readonly Span[]): readonly string[] {
  const names = trace.map(({ name }) => name);
  const countIn = (name: string): number => names.filter((one) => one === name).length;
  return [...new Set(names)].filter((name) => shown.split(name).length - 1 < countIn(name));
}

/** The spans of the trace that has most, among those with a failed one where there is one. */
function longest(spans: readonly Span[]): readonly Span[] {
  const traces = [...new Set(spans.map(({ traceId }) => traceId))].map((id) =>
    spans.filter(({ traceId }) => traceId === id),
  );
  const failed = traces.filter((trace) => trace.some(({ isError }) => isError));
  return [...(failed.length > 0 ? failed : traces)].sort((one, other) => other.length - one.length)[0] ?? [];
}
