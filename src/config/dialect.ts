// The names of dialects: what spans say to a backend beside the base attributes. telemetry/dialects/ has what each says.

/** In the order in which they are shown. */
export const DIALECTS = ['langfuse', 'openinference', 'langsmith'] as const;

export type DialectName = (typeof DIALECTS)[number];
