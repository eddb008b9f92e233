// Changes of a text as values. Always: the changes of one list do not overlap and speak of the same, old text.

/** Replaces `start` to `end` (offsets, the end not included) by `text`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with all changes; of two at one place, the first of the list comes first. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(text.slice(done, edit.start), edit.text);
    done = edit.end;
  }
  return `${parts.join('')}${text.slice(done)}`;
}
