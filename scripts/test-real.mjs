// `npm run test:real`: builds, then plays the scenarios of test/real-client/ with the real Claude Code.
//   --client VERSION  with this version only (more than once for several)
//   --short           older versions on the short list, as .ci/run does it
//   --only WORD       scenarios whose name holds this word
//   --write           writes the table to docs/client-versions.md too
// Always: the programs that are tested are copied first, so that a build beside this run does not take them away.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from './build.mjs';

process.exitCode = await main();

async function main() {
  const asked = askedFor(process.argv.slice(2));
  if (asked === undefined) {
    console.error('Usage: npm run test:real [-- [--client VERSION]… [--short] [--only WORD] [--write]]');
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'turnspan-real-'));
  try {
    const { TURNSPAN_PROGRAM: own } = process.env;
    if (own === undefined) await buildAll({ quiet: true });
    cpSync(own ?? 'dist', join(folder, 'program'), { recursive: true });
    const vitest = join('node_modules', 'vitest', 'vitest.mjs');
    const env = {
      ...process.env,
      TURNSPAN_PROGRAM: join(folder, 'program'),
      TURNSPAN_REAL_RESULTS: join(folder, 'results.jsonl'),
      ...asked,
    };
    const args = [vitest, 'run', '--config', 'vitest.real.config.ts'];
    return spawnSync(process.execPath, args, { stdio: 'inherit', env }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As variables that the tests read; undefined for a wrong command line. */
function askedFor(args) {
  try {
    const { client, short, only, write } = parseArgs({
      args,
      options: {
        client: { type: 'string', multiple: true },
        short: { type: 'boolean' },
        only: { type: 'string' },
        write: { type: 'boolean' },
      },
    }).values;
    if (client?.some((version) => !/^\d+\.\d+\.\d+$/.test(version))) return undefined;
    return {
      ...(client && { TURNSPAN_REAL_CLIENT: client.join(' ') }),
      ...(short && { TURNSPAN_REAL_SHORT: '1' }),
      ...(only && { TURNSPAN_REAL_ONLY: only }),
      ...(write && { TURNSPAN_REAL_WRITE: '1' }),
    };
  } catch {
    return undefined;
  }
}
