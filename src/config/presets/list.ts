// All presets, in the order in which they are shown. To add one: its file, its line here, its section in docs/backends.md, its
// answers in test/config/presets-backends.test.ts; the tests name what is missing.
import { dash0 } from './dash0.ts';
import { datadog } from './datadog.ts';
import { grafanaCloud } from './grafana-cloud.ts';
import { honeycombPresets } from './honeycomb.ts';
import { jaeger } from './jaeger.ts';
import { langfusePresets } from './langfuse.ts';
import { langsmithPresets } from './langsmith.ts';
import { mlflow } from './mlflow.ts';
import { newRelicPresets } from './new-relic.ts';
import { otelCollector } from './otel-collector.ts';
import { phoenix } from './phoenix.ts';
import type { Preset } from './preset.ts';
import { signozPresets } from './signoz.ts';

export const presets: readonly Preset[] = [
  jaeger,
  otelCollector,
  ...langfusePresets,
  grafanaCloud,
  phoenix,
  ...honeycombPresets,
  datadog,
  ...newRelicPresets,
  ...langsmithPresets,
  mlflow,
  ...signozPresets,
  dash0,
];

/** The preset of that name. */
export function presetNamed(name: string): Preset | undefined {
  return presets.find((preset) => preset.name === name);
}
