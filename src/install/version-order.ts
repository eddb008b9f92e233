// Versions of the form `2.1.329`, in their order.

/** Three decimal numbers. */
export type Version = `${number}.${number}.${number}`;

/** The version at the start of a line of `text`, as `claude --version` prints it. */
export function versionIn(text: string): Version | undefined {
  const [, found] = /^v?(\d{1,9}\.\d{1,9}\.\d{1,9})(?=$|[\s-])/m.exec(text) ?? [];
  return found as Version | undefined; // The expression lets nothing else through.
}

/** Whether `version` is `other` or newer. */
export function atLeast(version: Version, other: Version): boolean {
  return compareVersions(version, other) >= 0;
}

/** Negative when `one` is older, as `Array.sort` wants it. */
export function compareVersions(one: Version, other: Version): number {
  const [a, b] = [one.split('.').map(Number), other.split('.').map(Number)];
  return a.map((part, index) => part - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
