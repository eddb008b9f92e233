// In: two texts. Out: what differs, line by line, as `diff -U1` shows it. Pure.
// Always: the time grows with the number of differences, not with the square of the length (Myers 1986, "An O(ND) Difference
// Algorithm"), so that a huge file with few changes costs little.

/** Lines that begin with `-`, `+` or a space, and `@@ -line +line @@` before each place. Nothing where the texts are equal. */
export function lineDiff(before: string, after: string): string[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const kept = keptLines(a, b);
  const shown: string[] = [];
  let [x, y] = [0, 0];
  for (const [toX, toY] of [...kept, [a.length, b.length] as const]) {
    if (toX > x || toY > y) {
      shown.push(`@@ -${x + 1} +${y + 1} @@`);
      if (x > 0) shown.push(show(' ', a[x - 1]));
      for (; x < toX; x++) shown.push(show('-', a[x]));
      for (; y < toY; y++) shown.push(show('+', b[y]));
      if (x < a.length) shown.push(show(' ', a[x]));
    }
    [x, y] = [toX + 1, toY + 1];
  }
  return shown;
}

const WIDEST = 200;

function show(sign: string, line = ''): string {
  const text = line.replace(/\r$/, '');
  return `${sign}${text.length > WIDEST ? `${text.slice(0, WIDEST)} …` : text}`;
}

/** The places (line in `a`, line in `b`) of the lines that both have, in order. */
function keptLines(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const frontiers: Map<number, number>[] = [];
  let frontier = new Map([[1, 0]]);
  for (let changes = 0; ; changes++) {
    frontiers.push(frontier);
    const next = new Map(frontier);
    for (let k = -changes; k <= changes; k += 2) {
      let x = stepDown(frontier, k, changes) ? reach(frontier, k + 1) : reach(frontier, k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(frontiers, a.length, b.length);
    }
    frontier = next;
  }
}

function walkBack(
  frontiers: readonly ReadonlyMap<number, number>[],
  fromX: number,
  fromY: number,
): (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = [];
  let [x, y] = [fromX, fromY];
  for (const [changes, frontier] of [...frontiers.entries()].reverse()) {
    const k = x - y;
    const previous = stepDown(frontier, k, changes) ? k + 1 : k - 1;
    const startX = reach(frontier, previous);
    while (x > startX && y > startX - previous) kept.push([--x, --y]);
    [x, y] = [startX, startX - previous];
  }
  return kept.reverse();
}

function stepDown(frontier: ReadonlyMap<number, number>, k: number, changes: number): boolean {
  return k === -changes || (k !== changes && reach(frontier, k - 1) < reach(frontier, k + 1));
}

function reach(frontier: ReadonlyMap<number, number>, k: number): number {
  return frontier.get(k) ?? -1;
}
