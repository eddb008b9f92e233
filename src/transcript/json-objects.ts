// In: the text of one line. Out: the JSON values on it.
// A line is one JSON object, except where a crash or an outside restore damaged the file: runs of NUL bytes around
// it, or two objects glued together (both seen in real transcripts). What cannot be read is a reason, never a throw.

export type JsonLine =
  | { readonly status: 'ok'; readonly values: readonly unknown[] }
  | { readonly status: 'unreadable'; readonly reason: string };

/** Parses a line; an empty one has no values. */
export function parseJsonLine(text: string): JsonLine {
  const whole = tryParse(text);
  if (whole !== undefined) return { status: 'ok', values: [whole.value] };
  const trimmed = withoutNuls(text).trim();
  if (trimmed === '') return text.trim() === '' ? { status: 'ok', values: [] } : unreadable('NUL bytes only');
  const repaired = tryParse(trimmed);
  if (repaired !== undefined) return { status: 'ok', values: [repaired.value] };
  const parts = splitObjects(trimmed);
  if (parts === undefined) return unreadable('not valid JSON');
  const values: unknown[] = [];
  for (const part of parts) {
    const parsed = tryParse(part);
    if (parsed === undefined) return unreadable('not valid JSON');
    values.push(parsed.value);
  }
  return { status: 'ok', values };
}

function unreadable(reason: string): JsonLine {
  return { status: 'unreadable', reason };
}

function tryParse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    // The parser's own message quotes the text: it must not travel on.
    return undefined;
  }
}

function withoutNuls(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

/** Cuts `{…}{…}` at the outer braces; `undefined` where there is nothing to cut. */
function splitObjects(text: string): string[] | undefined {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) {
      parts.push(text.slice(start, i + 1));
      start = i + 1;
    }
  }
  return parts.length > 1 && depth === 0 && text.slice(start).trim() === '' ? parts : undefined;
}
