#!/usr/bin/env node
// The collector as a program of its own; `turnspan collector` runs the same.
import { runCollector } from './run.ts';

// No top-level await: the bundle is CommonJS.
void runCollector(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}).then((code) => {
  process.exitCode = code;
});
