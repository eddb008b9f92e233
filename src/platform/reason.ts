// In: whatever was thrown. Out: what may stand in a log.

/** The code of what the file system says, or the kind of fault; never its text, which may hold a path. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
