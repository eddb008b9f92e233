// `npm run test:backends [-- [NAME…] [--only WORD]]`: the tests against real backends (test/backends/), with what they need.
//   NAME         of these programs alone (otelcol, jaeger, prometheus, phoenix, mlflow); all without
//   --only WORD  test files whose name holds this word
// Always: what is not in the cache is made first (collector/real/); what cannot be made, fails the run.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBackends } from '../collector/real/build.mjs';
import { programs } from '../collector/real/programs.mjs';
import { buildAll } from './build.mjs';

process.exitCode = await main();

async function main() {
  const asked = askedFor(process.argv.slice(2));
  if (asked === undefined) {
    console.error(`Usage: npm run test:backends [-- [${Object.keys(programs).join(' | ')}]… [--only WORD]]`);
    return 2;
  }
  const failed = buildBackends(asked.names);
  if (failed.length > 0) {
    console.error(`No test was run: ${failed.join(', ')} could not be made. Name the others to run theirs.`);
    return 1;
  }
  await buildAll({ quiet: true });
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--config', 'vitest.backends.config.ts', ...asked.only];
  const env = { ...process.env, TURNSPAN_BACKENDS: asked.names.join(' ') };
  return spawnSync(process.execPath, args, { stdio: 'inherit', env }).status ?? 1;
}

/** Undefined for a wrong command line. */
function askedFor(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { only: { type: 'string' } },
    });
    if (positionals.some((name) => !(name in programs))) return undefined;
    return {
      names: positionals.length > 0 ? positionals : Object.keys(programs),
      only: values.only === undefined ? [] : [values.only],
    };
  } catch {
    return undefined;
  }
}
