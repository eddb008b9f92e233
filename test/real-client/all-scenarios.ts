// Every scenario, in the order of the table. A new file in scenarios/ is found by itself.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from './scenario.ts';

const folder = join(import.meta.dirname, 'scenarios');

/** All of them; throws on two of one name, and on an export that is no scenario. */
export async function allScenarios(): Promise<Scenario[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const found = await Promise.all(
    files.map(async (file) => {
      const exported = (await import(join(folder, file))) as Readonly<Record<string, unknown>>; // what a module is
      return Object.entries(exported).map(([name, one]) => {
        if (!isScenario(one))
          throw new Error(`${name} of scenarios/${file} is no scenario: it belongs beside that folder`);
        return one;
      });
    }),
  );
  const all = found.flat();
  const names = new Set(all.map(({ name }) => name));
  if (names.size !== all.length) throw new Error('two scenarios have one name');
  return all.toSorted((one, other) => rank(one) - rank(other));
}

function isScenario(one: unknown): one is Scenario {
  return typeof one === 'object' && one !== null && 'name' in one && 'drive' in one && 'expects' in one;
}

function rank({ mode }: Scenario): number {
  return mode === 'headless' ? 0 : 1;
}
