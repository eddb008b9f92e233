// The pictures of the README: `npm run pictures` builds, replays the example and photographs its page, runs the commands in a
// real terminal and photographs that. `npm run pictures -- backends` instead: what real backends show of the example.
// In: Chromium and tmux from the system (Chromium's path in CHROMIUM where it is elsewhere).
// Out: docs/pictures/*.png. Always: run twice, the pictures look alike; nothing of this machine is in them, and nothing stays behind.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = 'docs/pictures';
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ofBackends = process.argv[2] === 'backends';
const { missingBackends, photographBackends } = await import('./pictures/backends.mjs');

const missing = [
  ...(existsSync(executablePath)
    ? []
    : [`Chromium is not at ${executablePath}: install it, or put its path into CHROMIUM`]),
  ...(ofBackends ? missingBackends() : []),
  ...(ofBackends || spawnSync('tmux', ['-V']).status === 0
    ? []
    : ['tmux cannot be run: install it, it plays the terminal of the pictures']),
];
if (missing.length > 0) {
  console.error(missing.join('\n'));
  process.exit(1);
}

// Only now: they are slow to load.
const { chromium } = await import('playwright-core');
const { buildAll } = await import('./build.mjs');
const { takeTerminals } = await import('./pictures/scenes.mjs');
const { photographTerminal } = await import('./pictures/terminal-page.mjs');
const { photographWaterfall } = await import('./pictures/waterfall.mjs');

await buildAll({ quiet: true });
await mkdir(FOLDER, { recursive: true });
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const paths = [];
const pathOf = (name) => {
  paths.push(join(FOLDER, `${name}.png`));
  return paths.at(-1);
};
try {
  if (ofBackends) {
    await photographBackends(browser, pathOf);
  } else {
    await photographWaterfall(browser, pathOf('waterfall'));
    for (const { name, ...terminal } of await takeTerminals()) {
      await photographTerminal(browser, terminal, pathOf(name));
    }
  }
} finally {
  await browser.close();
}
for (const path of paths) console.log(`${path} ${Math.round((await stat(path)).size / 1000)} kB`);
