// Which real programs there are for tests, and which of them this run is about.
import { describe } from 'vitest';
import { executableOf, type ProgramName } from '../../../collector/real/programs.mjs';

/** The executable's path; throws with the remedy where it is not built. */
export function program(name: ProgramName): string {
  const path = executableOf(name);
  if (path === undefined) throw new Error(`${name} is not there. Build it: npm run backends -- ${name}`);
  return path;
}

/** Tests that need these programs: left out, and told as skipped, where the run names others alone (`TURNSPAN_BACKENDS`). */
export function describeWith(needed: readonly ProgramName[], title: string, tests: () => void): void {
  const asked = process.env['TURNSPAN_BACKENDS']?.split(' ');
  const isAsked = needed.every((name) => asked?.includes(name) ?? true);
  describe.skipIf(!isAsked)(`${title} [${needed.join(', ')}]`, tests);
}
