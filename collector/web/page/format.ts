// In: numbers and times. Out: short texts for people.

const MICRO = 1_000n;
const MILLI = 1_000_000n;
const SECOND = 1_000_000_000n;

/** Nanoseconds as `420 µs`, `85 ms`, `1.24 s`, `3 m 07 s`, `2 h 05 m`. */
export function duration(nanos: bigint): string {
  if (nanos < 0n) return `-${duration(-nanos)}`;
  if (nanos < MICRO) return `${nanos} ns`;
  if (nanos < MILLI) return `${nanos / MICRO} µs`;
  if (nanos < SECOND) return `${nanos / MILLI} ms`;
  if (nanos < 60n * SECOND) return `${(Number(nanos / MILLI) / 1000).toFixed(2)} s`;
  const seconds = nanos / SECOND;
  if (seconds < 3600n) return `${seconds / 60n} m ${pad(seconds % 60n)} s`;
  return `${seconds / 3600n} h ${pad((seconds / 60n) % 60n)} m`;
}

/** The duration between two times that are decimal strings of nanoseconds. */
export function between(start: string, end: string): string {
  return duration(BigInt(end) - BigInt(start));
}

/** A time of day for today, else with the date, in the reader's own zone. */
export function time(unixNano: string): string {
  const date = dateOf(unixNano);
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString() : date.toLocaleString();
}

/** The exact time in UTC, to the nanosecond. */
export function exactTime(unixNano: string): string {
  const nanos = BigInt(unixNano) % SECOND;
  return dateOf(unixNano)
    .toISOString()
    .replace(/\d{3}Z$/, `${nanos.toString().padStart(9, '0')}Z`);
}

/** A count as `12,345`. */
export function count(value: number): string {
  return value.toLocaleString();
}

/** `1 error`, `2 errors`. */
export function plural(value: number, one: string): string {
  return `${count(value)} ${one}${value === 1 ? '' : 's'}`;
}

function dateOf(unixNano: string): Date {
  return new Date(Number(BigInt(unixNano) / MILLI));
}

function pad(value: bigint): string {
  return value.toString().padStart(2, '0');
}
