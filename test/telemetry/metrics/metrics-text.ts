// Metrics as a person reads them: a line a point, under the name of its metric.
import { DataPointType, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** All points, without their times. */
export function metricsText(metrics: readonly ResourceMetrics[]): string {
  const lines = metrics.flatMap(({ resource, scopeMetrics }) => [
    `resource ${attributesText(resource.attributes)}`,
    ...scopeMetrics.flatMap(({ metrics: own }) => own.flatMap(metricLines)),
  ]);
  return `${lines.join('\n')}\n`;
}

function metricLines(metric: MetricData): string[] {
  const { name, unit } = metric.descriptor;
  const points = metric.dataPoints.map(({ attributes, value }) => {
    const text = attributesText(attributes);
    return `    ${text === '' ? '' : `${text} → `}${valueText(value)}`;
  });
  return [`  ${name} ${unit} ${DataPointType[metric.dataPointType].toLowerCase()}`, ...points.sort()];
}

function valueText(value: MetricData['dataPoints'][number]['value']): string {
  if (typeof value === 'number') return String(value);
  if (!('buckets' in value)) return 'not ours';
  const { boundaries, counts } = value.buckets;
  const filled = counts.flatMap((count, at) => (count === 0 ? [] : [`≤${boundaries[at] ?? '∞'}: ${count}`]));
  return `${value.count} recorded, sum ${value.sum}, ${value.min} to ${value.max} (${filled.join(', ')})`;
}

function attributesText(attributes: object): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort()
    .join(' ');
}
