// In: content (prompts, answers, arguments, results, paths, descriptions …) and the level that its destination has.
// Out: `SafeText`, or nothing.
// Always: `none` lets no content through; `full` lets it through, cut inside its parts and saying so. A JSON text stays
// valid JSON: strings inside it are cut, never the text itself.
import { cut, released, wellFormed, type SafeText } from './safe-text.ts';

/** `none`: numbers, ids, outcomes and names alone. `full`: texts too. */
export type ContentLevel = 'none' | 'full';

/** The policy of one destination. Each maker gives `undefined` where nothing may leave. */
export interface ContentPolicy {
  readonly level: ContentLevel;
  text(value: string): SafeText | undefined;
  /** Any JSON value as JSON text. The value is only built when it may leave. */
  json(value: () => unknown): SafeText | undefined;
}

/** Characters of one string inside a content attribute. */
const MAX_PART = 64 * 1024;
/** Characters of one content attribute as a whole. */
const MAX_TOTAL = 1024 * 1024;

/** The policy for a level. `mostJson`: no JSON text has more characters than this, though some say less than they could. */
export function contentPolicy(level: ContentLevel, mostJson: number = MAX_TOTAL): ContentPolicy {
  if (level === 'none') return { level, text: () => undefined, json: () => undefined };
  return {
    level,
    text: (value) => released(shorten(value, MAX_PART)),
    json: (value) => released(toJson(value(), Math.min(mostJson, MAX_TOTAL))),
  };
}

/** Halves the parts until the whole fits: every part keeps its beginning. What is too long by its structure alone is not cut apart. */
function toJson(value: unknown, most: number): string {
  for (let limit = MAX_PART; ; limit /= 2) {
    const json = JSON.stringify(value, (_key, part: unknown) => {
      if (typeof part === 'string') return shorten(wellFormed(part), limit);
      return isObject(part) ? withSafeKeys(part, limit) : part;
    });
    if (json.length <= most) return json;
    if (limit < 64) return most === MAX_TOTAL ? json : most < TOO_LONG.length ? '' : TOO_LONG;
  }
}

/** Still JSON. */
const TOO_LONG = '"[cut]"';

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys are text too: a tool's arguments can have any. */
function withSafeKeys(object: object, limit: number): object {
  return Object.fromEntries(
    Object.entries(object).map(([key, part]: [string, unknown]) => [shorten(wellFormed(key), limit), part]),
  );
}

function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${cut(text, limit)}… [cut, ${text.length} characters]`;
}
