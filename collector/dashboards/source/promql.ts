// In: a metric and what to divide it by. Out: PromQL.
// Always: what is counted is exact. Turnspan sends a point when a turn ends and none in between, and `increase()` is made for points
// that come every few seconds: of two points it makes half as much again, and where the point before lies outside of the window
// it sees nothing. So a window's rise is what a series has at its end, less what it had before it began (looked for `$horizon`
// back); where it is new, less its first point, which Turnspan sends as 0. A series that begins anew (its value falls) counts from there.
import { scopeOf, type LabelOf, type Metric } from './metrics.ts';

/** The whole range of the page, or one step of a graph; Grafana fills them in. */
export type Window = '$__range' | '$__interval';

/** How an expression is divided and narrowed. */
export interface Query<Label extends string> {
  readonly by?: readonly LabelOf<Label>[];
  /** Matchers beside those of the page's variables. */
  readonly where?: Partial<Record<Label, string>>;
}

/** How far back the point before a window is looked for. */
const HORIZON = '$horizon';

/** How much a counter rose. */
export function risen<Label extends string>(
  metric: Metric<Label>,
  window: Window,
  query: Query<Label> = {},
): string {
  return sumBy(query.by ?? [], rise(metric.name, matchers(metric, query.where), window));
}

/** Which part of one counter's rise a part of it is, from 0 to 1; 0 where there was none of it. */
export function share(part: string, whole: string): string {
  return `(${part} or ${whole} * 0) / (${whole} > 0)`;
}

/** A quantile of what a histogram recorded in the window. */
export function quantile<Label extends string>(
  q: number,
  metric: Metric<Label>,
  window: Window,
  { by = [], where }: Query<Label> = {},
): string {
  const buckets = rise(`${metric.name}_bucket`, matchers(metric, where), window);
  return `histogram_quantile(${q}, ${sumBy(['le', ...by], buckets)})`;
}

/** The mean of what a histogram recorded in the window. */
export function mean<Label extends string>(
  metric: Metric<Label>,
  window: Window,
  { by = [], where }: Query<Label> = {},
): string {
  const of = (part: 'sum' | 'count') =>
    sumBy(by, rise(`${metric.name}_${part}`, matchers(metric, where), window));
  return `${of('sum')} / (${of('count')} > 0)`;
}

/** What a gauge said last in the window. */
export function latest<Label extends string>(
  metric: Metric<Label>,
  window: Window,
  how: 'sum' | 'max',
  by: readonly LabelOf<Label>[] = [],
): string {
  return aggregate(how, by, `last_over_time(${metric.name}{${matchers(metric)}}[${window}])`);
}

/** Seconds since the metric's last point in the window. */
export function sinceLast<Label extends string>(
  metric: Metric<Label>,
  window: Window,
  by: readonly LabelOf<Label>[],
): string {
  // Steps of five minutes: as long as an instant query sees a point.
  const times = `max_over_time(timestamp(${metric.name}{${matchers(metric)}})[${window}:5m])`;
  return `time() - ${aggregate('max', by, times)}`;
}

/** How many of something there are points of in the window. */
export function countOf<Label extends string>(
  metric: Metric<Label>,
  window: Window,
  by: readonly LabelOf<Label>[],
): string {
  return `count(${aggregate('count', by, `last_over_time(${metric.name}{${matchers(metric)}}[${window}])`)})`;
}

function rise(name: string, matching: string, window: Window): string {
  const series = `${name}{${matching}}`;
  const end = `last_over_time(${series}[${window}])`;
  const before = `last_over_time(${series}[${HORIZON}] offset ${window})`;
  return `${end} - (${before} <= ${end} or min_over_time(${series}[${window}]))`;
}

/** The page's variables for those labels that the metric has, and the query's own. */
function matchers<Label extends string>(metric: Metric<Label>, where: Query<Label>['where'] = {}): string {
  const of = scopeOf(metric);
  const has = (label: string): boolean => metric.labels.some((one) => one === label);
  return [
    'job=~"$service"',
    ...(of === 'session' ? ['turnspan_project=~"$project"', 'user_id=~"$user"'] : []),
    ...(has('gen_ai_response_model') ? ['gen_ai_response_model=~"$model"'] : []),
    ...(has('turnspan_destination') ? ['turnspan_destination=~"$destination"'] : []),
    ...Object.entries(where).map(([label, pattern]) => `${label}=~"${String(pattern)}"`),
  ].join(', ');
}

function sumBy(by: readonly string[], of: string): string {
  return aggregate('sum', by, of);
}

function aggregate(how: 'sum' | 'max' | 'count', by: readonly string[], of: string): string {
  return by.length === 0 ? `${how}(${of})` : `${how} by (${by.join(', ')}) (${of})`;
}
