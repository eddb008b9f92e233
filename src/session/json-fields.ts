// Looks into JSON of any shape: tool arguments and structured results.

/** A JSON object, or nothing. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** A text in a JSON object, if it is there. */
export function textField(value: unknown, name: string): string | undefined {
  const field = asObject(value)?.[name];
  return typeof field === 'string' ? field : undefined;
}
