// In: something that was read from a file. Out: the process identity that was written there, as far as it is one.
// Always: written as JSON, with the field names of ProcessIdentity; fields that are no text are passed over.
import type { ProcessIdentity } from './processes.ts';

/** The identity in `value`, or undefined when it names no process. */
export function parseIdentity(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  // Any object may be looked at field by field.
  const { pid, startTime, bootId, pidNamespace } = value as Readonly<Record<string, unknown>>;
  if (typeof pid !== 'number') return undefined;
  return {
    pid,
    ...(typeof startTime === 'string' ? { startTime } : {}),
    ...(typeof bootId === 'string' ? { bootId } : {}),
    ...(typeof pidNamespace === 'string' ? { pidNamespace } : {}),
  };
}
