// The command, the worker and the hook as they were built: `npm test` builds them first.
import { join } from 'node:path';

/** The folder with `turnspan.cjs`, `worker.cjs`, `hook.cjs` and `hook.sh`. */
export function built(): string {
  return join(import.meta.dirname, '../../../dist');
}
