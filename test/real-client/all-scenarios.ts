// Every scenario, in the order of the table. A new file in scenarios/ is found by itself.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from './scenario.ts';

const folder = join(import.meta.dirname, 'scenarios');

/** All of them; throws on two of one name. */
export async function allScenarios(): Promise<Scenario[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const modules = await Promise.all(
    // What such a file exports are scenarios: the compiler holds it to that, each is declared as one.
    files.map((name) => import(join(folder, name)) as Promise<Readonly<Record<string, Scenario>>>),
  );
  const all = modules.flatMap((module) => Object.values(module));
  const names = new Set(all.map(({ name }) => name));
  if (names.size !== all.length) throw new Error('two scenarios have one name');
  return all.toSorted((one, other) => rank(one) - rank(other));
}

function rank({ mode }: Scenario): number {
  return mode === 'headless' ? 0 : 1;
}
