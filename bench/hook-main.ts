// The hook's figures alone: bundle this file into dist/ as scripts/build.mjs does, and run it with a number of runs.
import { benchHook, printHookFigures } from './hook.ts';

void benchHook(Number(process.argv[2] ?? 200)).then(printHookFigures);
