// In: the `structuredPatch` of a changed file. Out: how many lines it added and removed.
import { fieldsOf, type Fields } from './tool-fields.ts';

/** The lines of a patch; nothing where no patch was recorded. */
export function changedLines(result: Fields): { readonly added?: number; readonly removed?: number } {
  const hunks = result.list('structuredPatch');
  if (hunks === undefined) return {};
  const lines = hunks.flatMap((hunk) => fieldsOf(hunk).list('lines') ?? []);
  const startingWith = (mark: string): number =>
    lines.filter((line) => typeof line === 'string' && line.startsWith(mark)).length;
  return { added: startingWith('+'), removed: startingWith('-') };
}
