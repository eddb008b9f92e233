// A child of processes.test.ts: says who it is, as one line of JSON.
import { writeSync } from 'node:fs';
import { identifySelf } from '../../src/platform/processes.ts';

writeSync(1, `${JSON.stringify(identifySelf())}\n`);
