// In: a browser. Out: the page of `npm start`, with a span opened.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { smallPng } from './small-png.mjs';

export async function photographWaterfall(browser, path) {
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
    const page = await browser.newPage({ viewport: { width: 1280, height: 640 }, deviceScaleFactor: 1.5 });
    await page.goto(address);
    await page.getByText('general-purpose').first().click();
    await page.waitForTimeout(500);
    writeFileSync(path, await smallPng(browser, await page.screenshot()));
    await page.close();
  } finally {
    start.kill('SIGTERM');
  }
}
