// In: any text. Out: `SafeText`, the only kind of string that `telemetry/` accepts.
// Always: only this room makes it (the brand is not exported), so a text that skipped the policy does not compile.
// A safe text is well-formed Unicode without NUL: lone surrogates and NULs break strict receivers and databases.

declare const safe: unique symbol;

/** Text that may leave the machine. */
export type SafeText = string & { readonly [safe]: true };

const MAX_NAME = 256;
/** What most names are: nothing in them to mend or to cut. */
const IS_SAFE = /^[ -~]{0,256}$/;

/** A constant of our own code. */
export function constant<const T extends string>(text: string extends T ? never : T): SafeText & T {
  // The brand exists for the compiler alone; a literal type has no room for it without this step.
  return text as unknown as SafeText & T;
}

/** An identifier or a name of a tool, model, agent or version: leaves at every level, in one line and at most 256 characters. */
export function safeName(text: string): SafeText {
  if (IS_SAFE.test(text)) return text as SafeText;
  return cut(wellFormed(text).replace(/[\u0000-\u001f\u007f]+/g, ' '), MAX_NAME) as SafeText;
}

/** A name or id that may be missing. */
export function optionalName(text: string | undefined): SafeText | undefined {
  return text === undefined ? undefined : safeName(text);
}

/**
 * A name that the model wrote, of a tool or an agent: letters, digits and `_.:-`, at most 128. Where a quote or a bracket
 * follows (seen: `Task" >…`, a garbled call), what stands before it; anything else is content, and `undefined` here.
 */
export function writtenName(text: string | undefined): SafeText | undefined {
  return optionalName(/^[\p{L}\p{N}_][\p{L}\p{N}_.:-]{0,127}(?=$|["'<>()[\]{}])/u.exec(text ?? '')?.[0]);
}

/** What the user wrote into their own configuration to be sent, such as `OTEL_RESOURCE_ATTRIBUTES`. */
export function configured(text: string): SafeText {
  return wellFormed(text) as SafeText;
}

/** Content that the policy has let through; only `policy.ts` calls it. */
export function released(text: string): SafeText {
  return wellFormed(text) as SafeText;
}

/** Valid Unicode without NUL. */
export function wellFormed(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '') : text).toWellFormed();
}

/** The first `limit` UTF-16 units, never half a character. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const code = text.charCodeAt(limit - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? limit - 1 : limit);
}
