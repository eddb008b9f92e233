// In: the `structuredPatch` of a changed file. Out: how many lines it added and removed.
import { fieldsOf, type Fields } from './tool-fields.ts';

/** The lines of a patch; nothing where no patch was recorded. */
export function changedLines(result: Fields): { readonly added?: number; readonly removed?: number } {
  const hunks = result.list('structuredPatch');
  if (hunks === undefined) return {};
  let added = 0;
  let removed = 0;
  for (const hunk of hunks) {
    for (const line of fieldsOf(hunk).list('lines') ?? []) {
      if (typeof line !== 'string') continue;
      if (line.startsWith('+')) added++;
      else if (line.startsWith('-')) removed++;
    }
  }
  return { added, removed };
}
