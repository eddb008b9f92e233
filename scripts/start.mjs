// `npm start`: builds, then runs examples/start.ts in this same process, so that Ctrl+C reaches it.
import { buildAll } from './build.mjs';

await buildAll({ quiet: true });
await import('../dist/start.cjs');
