// `npm run load`: what one OpenTelemetry Collector takes on this machine, and the bytes of a turn (docs/scale.md). Builds the
// Collector if it is not in the cache.
import { spawnSync } from 'node:child_process';
import { buildBackends } from '../collector/real/build.mjs';
import { executableOf } from '../collector/real/programs.mjs';
import { buildAll } from './build.mjs';

if (buildBackends(['otelcol']).there.length === 0) process.exit(1);
await buildAll({ quiet: true });
const env = { ...process.env, OTELCOL: executableOf('otelcol') };
process.exitCode =
  spawnSync(process.execPath, ['dist/bench.cjs', '--only', 'load'], { stdio: 'inherit', env }).status ?? 1;
