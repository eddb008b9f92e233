// `npm run test:backends [-- [NAME…] [--only WORD] [--if-available]]`: the tests against real backends (test/backends/).
//   NAME            with these programs alone (collector/real/programs.mjs); all without
//   --only WORD     test files whose name holds this word
//   --if-available  a program that the registries do not have here is said, and its tests are left out
// Always: what is not in the cache is made first; what cannot be made, fails the run.
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
    console.error(
      `Usage: npm run test:backends [-- [${Object.keys(programs).join(' | ')}]… [--only WORD] [--if-available]]`,
    );
    return 2;
  }
  const { there, unavailable, failed } = buildBackends(asked.names);
  const without = unavailable.length === 0 ? [] : [`not to be had here: ${unavailable.join(', ')}`];
  if (failed.length > 0 || (unavailable.length > 0 && !asked.ifAvailable)) {
    const reasons = [...without, ...(failed.length === 0 ? [] : [`could not be made: ${failed.join(', ')}`])];
    console.error(`No test was run. ${reasons.join('; ')}. Name the others to run theirs.`);
    return 1;
  }
  await buildAll({ quiet: true });
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--config', 'vitest.backends.config.ts', ...asked.only];
  const env = { ...process.env, TURNSPAN_BACKENDS: there.join(' ') };
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env });
  for (const reason of without) console.error(`NOT TESTED, ${reason}`);
  return status ?? 1;
}

/** Undefined for a wrong command line. */
function askedFor(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { only: { type: 'string' }, 'if-available': { type: 'boolean' } },
    });
    if (positionals.some((name) => !(name in programs))) return undefined;
    return {
      names: positionals.length > 0 ? positionals : Object.keys(programs),
      only: values.only === undefined ? [] : [values.only],
      ifAvailable: values['if-available'] === true,
    };
  } catch {
    return undefined;
  }
}
