// In: whatever was thrown. Out: the code that the system gave it, and what may stand in a log.

/** The code of a system error, `ENOENT` and the like. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The code of what the file system says, or the kind of fault; never its text, which may hold a path. */
export function reasonOf(error: unknown): string {
  return errorCode(error) ?? (error instanceof Error ? error.name : 'unknown');
}
