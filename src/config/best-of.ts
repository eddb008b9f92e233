// In: the variables that may hold one setting, the strongest first. Out: its value.
// Always: a value that cannot be read costs a warning, and the next variable or the default takes its place. The
// warning names the variable and what is expected and never shows the value.

/** Where warnings go while variables are read. */
export type Warn = (variable: string, message: string) => void;

/** How one kind of value is read. */
export interface ValueParser<T> {
  /** For people: `gzip or none`. */
  readonly expected: string;
  /** Gets the trimmed text; undefined when it is none of the expected. */
  readonly parse: (text: string) => T | undefined;
}

/** A value, and the variable that it came from; none: it is the fallback. */
export interface Best<T> {
  readonly value: T;
  readonly variable?: string;
}

/** The first of `names` that is set and can be read, else `fallback`. */
export function bestOf<T extends string | number | undefined>(
  variables: ReadonlyMap<string, string>,
  names: readonly string[],
  { expected, parse }: ValueParser<T>,
  fallback: NoInfer<T>,
  warn: Warn,
): Best<T> {
  for (const name of names) {
    const text = variables.get(name);
    if (text === undefined) continue;
    const value = parse(text.trim());
    if (value !== undefined) return { value, variable: name };
    warn(name, `is not ${expected}, and is passed over (without another setting: ${fallback ?? 'none'})`);
  }
  return { value: fallback };
}

/** The value alone. */
export function parseBestOf<T extends string | number | undefined>(
  variables: ReadonlyMap<string, string>,
  names: readonly string[],
  parser: ValueParser<T>,
  fallback: NoInfer<T>,
  warn: Warn,
): T {
  return bestOf(variables, names, parser, fallback, warn).value;
}
