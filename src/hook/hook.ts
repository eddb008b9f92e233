// The hook for Windows, where no POSIX shell is certain: the twin of hook.sh, with the same tickets and the same rules.
// NOT RUN ON WINDOWS YET: its tests run it on Linux.
// In: an event of Claude Code on standard input, named variables, and hook.json beside this file, written by `install`.
// (A file and not arguments: Git Bash and PowerShell quote differently, and no path has to survive either.)
// Out: a ticket in inbox/, a worker that runs. Always: no output, exit 0.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wakeWorker, type Installation } from './wake-worker.ts';
import { writeTicket } from './write-ticket.ts';

main();

function main(): void {
  attempt(() => {
    // Written whole by our own installer, so it is trusted; a missing or foreign file throws on first use.
    const place = JSON.parse(readFileSync(join(import.meta.dirname, 'hook.json'), 'utf8')) as Installation;
    attempt(() => {
      writeTicket(join(place.dir, 'inbox'), process.env);
    });
    // The worker is woken all the same: earlier tickets may wait.
    wakeWorker(place);
  });
  process.exitCode = 0;
}

/** A hook must not get in the way: whatever fails here, the client goes on. */
function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // Nowhere to tell: standard error is shown to the user, and the disk may be what failed.
  }
}
