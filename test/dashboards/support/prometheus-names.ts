// In: the catalog of metrics. Out: what Prometheus calls each series of it, and which labels these can have, by its default
// translation of OTLP. A test against the real program holds this to what it makes (`test/backends/dashboards.backend.ts`).
import {
  instruments,
  switchableAttributes,
  type Instrument,
} from '../../../src/telemetry/metrics/catalog.ts';

const UNITS: Readonly<Record<string, string>> = { s: '_seconds', USD: '_USD' };

/** Labels by the name of a series. */
export function prometheusSeries(): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.values<Instrument>(instruments).flatMap(seriesOf));
}

/** What Prometheus calls an instrument, without the endings of its series. */
export function prometheusName({ name, unit, kind }: Instrument): string {
  return `${underscored(name)}${UNITS[unit] ?? ''}${kind === 'sum' ? '_total' : ''}`;
}

/** What Prometheus calls an attribute. */
export function underscored(name: string): string {
  return name.replaceAll('.', '_');
}

function seriesOf(instrument: Instrument): [string, readonly string[]][] {
  const name = prometheusName(instrument);
  const isOfExporter = instrument.name.startsWith('turnspan.exporter.');
  const attributes = [...instrument.attributes, ...(isOfExporter ? [] : Object.values(switchableAttributes))];
  const labels = ['job', 'instance', ...attributes.map(underscored)];
  if (instrument.kind !== 'histogram') return [[name, labels]];
  return [
    [`${name}_bucket`, [...labels, 'le']],
    [`${name}_sum`, labels],
    [`${name}_count`, labels],
  ];
}
