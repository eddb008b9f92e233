// In: what a terminal shows, with its escape codes. Out: a picture of it in a window, dark, at twice the size.
import { writeFileSync } from 'node:fs';
import Anser from 'anser';
import { smallPng } from './small-png.mjs';
import { COLUMNS } from './terminal.mjs';

export async function photographTerminal(browser, { title, text }, path) {
  const page = await browser.newPage({ viewport: { width: 1000, height: 800 }, deviceScaleFactor: 2 });
  await page.setContent(html(title, text));
  writeFileSync(path, await smallPng(browser, await page.locator('main').screenshot()));
  await page.close();
}

function html(title, text) {
  const screen = Anser.ansiToHtml(Anser.escapeForHtml(text), { use_classes: true });
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>
<main><header><i></i><i></i><i></i>${Anser.escapeForHtml(title)}</header><pre>${screen}</pre></main>`;
}

/** A line that is too long is wrapped where a terminal does it: at the column. A letter is 7.5 px wide, 15 of the picture. */
const STYLE = `
body { background: #1b1e27 }
* { margin: 0; font: 12.458px/16px 'DejaVu Sans Mono', Menlo, Consolas, monospace }
main { display: inline-block; background: #1b1e27; color: #d7dae3; overflow: hidden }
header { position: relative; padding: 8px; background: #272b37; color: #8e94a6; text-align: center; font-size: 12px }
header i { position: relative; float: left; width: 11px; height: 11px; margin: 3px 0 0 7px; border-radius: 50%; background: #4a5063 }
pre { width: ${COLUMNS * 7.5 + 1}px; padding: 14px 18px 16px; white-space: pre-wrap; word-break: break-all }
.ansi-bold { font-weight: bold }
.ansi-dim { color: #9aa0b1 }
.ansi-bright-black-fg { color: #6c7389 }
.ansi-bright-black-bg { background: #6c7389 }
.ansi-black-fg { color: #1b1e27 }
.ansi-red-fg { color: #f07178 }
.ansi-green-fg { color: #8fd18a }
.ansi-yellow-fg { color: #e6c06f }
.ansi-blue-fg { color: #7aa6f5 }
.ansi-magenta-fg { color: #c596ef }
.ansi-cyan-fg { color: #6fd0d8 }
.ansi-white-fg { color: #d7dae3 }
.ansi-white-bg { background: #d7dae3 }
`;
