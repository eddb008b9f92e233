// The picture of the README: `node scripts/pictures.mjs` replays the example and photographs its page with Chromium
// (from the system; its path in CHROMIUM where it is elsewhere).
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { buildAll } from './build.mjs';

await buildAll({ quiet: true });
await mkdir('docs/pictures', { recursive: true });
const start = spawn(process.execPath, ['dist/start.cjs', '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const address = await new Promise((resolve, reject) => {
    let text = '';
    start.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /Look at it: (\S+)/.exec(text);
      if (found) resolve(found[1]);
    });
    start.on('exit', () => reject(new Error('npm start ended before it told its address')));
  });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 640 }, deviceScaleFactor: 1.5 });
  await page.goto(address);
  await page.getByText('general-purpose').first().click();
  await page.waitForTimeout(500);
  await page.screenshot({ path: 'docs/pictures/waterfall.png' });
  await browser.close();
} finally {
  start.kill('SIGTERM');
}
