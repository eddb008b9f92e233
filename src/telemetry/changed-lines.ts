// In: the `structuredPatch` of a changed file. Out: how many lines it added and removed.
import type { ToolTold } from './tool-extractor.ts';
import { fieldsOf, type Fields } from './tool-fields.ts';
import { Tool } from './semconv.ts';

/** Attributes for the lines of a patch; none where no patch was recorded. */
export function changedLines(result: Fields): NonNullable<ToolTold['facts']> {
  const hunks = result.list('structuredPatch');
  if (hunks === undefined) return {};
  const lines = hunks.flatMap((hunk) => fieldsOf(hunk).list('lines') ?? []);
  const startingWith = (mark: string): number =>
    lines.filter((line) => typeof line === 'string' && line.startsWith(mark)).length;
  return { [Tool.linesAdded]: startingWith('+'), [Tool.linesRemoved]: startingWith('-') };
}
