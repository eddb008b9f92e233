// In: PromQL as the dashboards and alerts write it. Out: which metrics it names, and which labels it wants of each.
// Always: each selector has its braces, so that whatever name is left is a function, an operator or a fault.

export interface Selected {
  readonly metric: string;
  /** Labels that it is narrowed by, and that what is around it is divided by. */
  readonly labels: readonly string[];
}

const SELECTOR = /([a-zA-Z_:][\w:]*)\{([^}]*)\}/g;
const MATCHER = /([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)/g;
const GROUPING = /\b(?:by|on) \(([^)]*)\)/g;

/** The metrics of an expression. */
export function selectedIn(expr: string): Selected[] {
  const groups = groupingsOf(expr);
  return [...expr.matchAll(SELECTOR)].map(({ index, 1: metric = '', 2: matchers = '' }) => ({
    metric,
    labels: [
      ...[...matchers.matchAll(MATCHER)].map(([, label = '']) => label),
      ...groups.filter(({ from, to }) => from < index && index < to).flatMap(({ labels }) => labels),
    ],
  }));
}

/** Names that are neither in a selector nor in a grouping: functions and operators, if all is well. */
export function wordsOf(expr: string): string[] {
  const rest = expr
    .replace(SELECTOR, ' ')
    .replace(GROUPING, ' by ')
    .replace(/"[^"]*"/g, ' ');
  return [...new Set(rest.match(/(?<![\w$.])[a-zA-Z_][\w:]*/g) ?? [])].sort();
}

interface Grouping {
  readonly labels: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** What stands in the parentheses behind each `by (…)`. */
function groupingsOf(expr: string): Grouping[] {
  return [...expr.matchAll(/\bby \(([^)]*)\) \(/g)].map(({ index, 0: text, 1: labels = '' }) => {
    const from = index + text.length;
    let [to, depth] = [from, 1];
    for (; depth > 0 && to < expr.length; to += 1) {
      if (expr[to] === '(') depth += 1;
      if (expr[to] === ')') depth -= 1;
    }
    return { labels: labels.split(',').map((label) => label.trim()), from, to };
  });
}
