// In: a JSON value of a transcript's line, and the name of a field. Out: the field, typed.
// Always: nothing throws, whatever the value is; a field that is missing or has another type than asked for is
// `undefined`. By hand and not by a schema: every line of a transcript comes through here, some of them hundreds of fields long.
import * as z from 'zod';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value, if it is an object: no array, not null. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? // What JSON calls an object has text keys, and values that nobody knows.
      (value as JsonObject)
    : undefined;
}

/** A field of any type; `undefined` too where the value is no object. */
export function field(value: unknown, name: string): unknown {
  // An array has none of the names that are asked for, and every line asks for dozens.
  return typeof value === 'object' && value !== null ? (value as JsonObject)[name] : undefined;
}

export function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' ? found : undefined;
}

export function number(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** The texts of a list; `undefined` where it is none. */
export function texts(value: unknown, name: string): readonly string[] | undefined {
  const found = field(value, name);
  return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : undefined;
}

/** `true` where the field says so, else `false`. */
export function flag(value: unknown, name: string): boolean {
  return field(value, name) === true;
}

/** A count of tokens: 0 where it is missing, negative or no whole number. */
export function tokens(value: unknown, name: string): number {
  const found = number(value, name);
  return found !== undefined && found >= 0 && Number.isSafeInteger(found) ? found : 0;
}

/** A date and time of ISO 8601 with its offset, as milliseconds since the epoch. */
export function time(value: unknown, name: string): number | undefined {
  const found = text(value, name);
  if (found === undefined || !ISO_TIME.test(found)) return undefined;
  const milliseconds = Date.parse(found);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** `Date.parse` alone takes much that is no such time, and 30 February for 2 March. */
const ISO_TIME = z.regexes.datetime({ offset: true });
