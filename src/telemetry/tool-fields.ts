// In: the input or the structured result of a tool call, any JSON. Out: typed getters for its fields.
// Always: it never throws; a field that is missing, empty or of another type than asked for is `undefined`. The input is
// the model's and may hold anything, so a text only counts as one of the client's own words when it is on our list.
import { safeName, type SafeText } from '../privacy/safe-text.ts';

/** The fields of a JSON object; of anything else there are none. */
export interface Fields {
  text(key: string): string | undefined;
  number(key: string): number | undefined;
  /** `true` or nothing: a mark that is not set is left out of a span. */
  mark(key: string): true | undefined;
  /** The text, if it is one of these words: it may then leave at every level. */
  oneOf(key: string, words: readonly string[]): SafeText | undefined;
  list(key: string): readonly unknown[] | undefined;
  object(key: string): Fields;
  /** How many keys it has; `undefined` where it is no object. */
  readonly size: number | undefined;
}

/** Getters for a value. */
export function fieldsOf(value: unknown): Fields {
  const object = isObject(value) ? value : undefined;
  const text = (key: string): string | undefined => {
    const field = object?.[key];
    return typeof field === 'string' && field !== '' ? field : undefined;
  };
  return {
    text,
    number: (key) => {
      const field = object?.[key];
      return typeof field === 'number' && Number.isFinite(field) ? field : undefined;
    },
    mark: (key) => object?.[key] === true || undefined,
    oneOf: (key, words) => {
      const field = text(key);
      return field !== undefined && words.includes(field) ? safeName(field) : undefined;
    },
    list: (key) => {
      const field = object?.[key];
      return Array.isArray(field) ? field : undefined;
    },
    object: (key) => fieldsOf(object?.[key]),
    size: object === undefined ? undefined : Object.keys(object).length,
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
