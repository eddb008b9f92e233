// In: the text of a file of ours. Out: its JSON value, for a schema to look at; `undefined` where it is none.

export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
