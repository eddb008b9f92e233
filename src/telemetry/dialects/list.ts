// All dialects, by the names that presets and the config file have for them (config/dialect.ts). To add one: its file, its line
// here, its name there, its section in docs/spans.md; the tests name what is missing.
import type { Dialect } from './dialect.ts';
import { langfuse } from './langfuse.ts';
import { langsmith } from './langsmith.ts';
import { openInference } from './openinference.ts';

export const dialects = { langfuse, openinference: openInference, langsmith } as const satisfies Record<
  string,
  Dialect
>;
