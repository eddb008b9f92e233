// In: the input or the structured result of a tool call, any JSON. Out: typed getters for its fields.
// Always: it never throws; a field that is missing, empty or of another type than asked for is `undefined`. The input is
// the model's and may hold anything, so a text only counts as one of the client's own words when it is on our list.
import { safeName, type SafeText } from '../privacy/safe-text.ts';

/** Getters for a value. */
export function fieldsOf(value: unknown): Fields {
  return new Fields(value);
}

/** The fields of a JSON object; of anything else there are none. A class, because each tool call is looked at through several. */
export class Fields {
  readonly #object: Readonly<Record<string, unknown>> | undefined;

  constructor(value: unknown) {
    this.#object = isObject(value) ? value : undefined;
  }

  text(key: string): string | undefined {
    const field = this.#object?.[key];
    return typeof field === 'string' && field !== '' ? field : undefined;
  }

  number(key: string): number | undefined {
    const field = this.#object?.[key];
    return typeof field === 'number' && Number.isFinite(field) ? field : undefined;
  }

  /** `true` or nothing: a mark that is not set is left out of a span. */
  mark(key: string): true | undefined {
    return this.#object?.[key] === true || undefined;
  }

  /** The text, if it is one of these words: it may then leave at every level. */
  oneOf(key: string, words: readonly string[]): SafeText | undefined {
    const field = this.text(key);
    return field !== undefined && words.includes(field) ? safeName(field) : undefined;
  }

  list(key: string): readonly unknown[] | undefined {
    const field = this.#object?.[key];
    return Array.isArray(field) ? field : undefined;
  }

  object(key: string): Fields {
    return fieldsOf(this.#object?.[key]);
  }

  /** How many keys it has; `undefined` where it is no object. */
  get size(): number | undefined {
    return this.#object === undefined ? undefined : Object.keys(this.#object).length;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
