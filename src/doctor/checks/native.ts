// Claude Code's own telemetry beside ours.
import { isSamePlace } from '../../config/endpoint.ts';
import { exporterNames } from '../../config/switches.ts';
import { defineCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import { envOf } from '../settings-files.ts';
import { shownAddress, shownDestination } from '../shown.ts';

const DOCS = 'docs/native-telemetry.md';

export const nativeCheck = defineCheck({
  name: 'native',
  holds: "Claude Code's own telemetry is off, or goes well with Turnspan's",
  findings: {
    'native-metrics-delta':
      'Claude Code sends metrics of its own, as deltas. Prometheus refuses those. Setting the preference, to `cumulative` or `delta`, ends this finding.',
    'native-traces-apart':
      'Claude Code sends traces of its own to another place than Turnspan does, so a turn has two traces with a link. `TURNSPAN_NATIVE` set to `separate` or `merge` ends this finding.',
  },
  run: (context) => {
    const findings: Finding<'native-metrics-delta' | 'native-traces-apart'>[] = [];
    const value = settingsOfClient(context);
    const preference = value('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE');
    const sendsMetrics = exporterNames(value('OTEL_METRICS_EXPORTER') ?? '').includes('otlp');
    if (isOn(value('CLAUDE_CODE_ENABLE_TELEMETRY')) && sendsMetrics && preference === undefined) {
      findings.push({
        name: 'native-metrics-delta',
        level: 'warning',
        title: "Claude Code's own metrics are on and go out as deltas, which Prometheus refuses",
        detail: `What its own telemetry means beside Turnspan's: ${DOCS}`,
        remedy:
          'Set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE for Claude Code: cumulative for Prometheus, delta where the backend wants that (Datadog)',
      });
    }
    for (const { resolution } of context.where.asked) {
      if (resolution.status !== 'send') continue;
      const { tracing, tracesUrl, mode } = resolution.native;
      if (!tracing || tracesUrl === undefined || mode !== 'auto' || value('TURNSPAN_NATIVE') !== undefined)
        continue;
      const apart = context.where.destinations.find(
        (one) => one.transport !== 'console' && !isSamePlace(one.url, tracesUrl),
      );
      if (apart === undefined) continue;
      findings.push({
        name: 'native-traces-apart',
        level: 'warning',
        title: `Claude Code's own traces go to ${shownAddress(tracesUrl)}, and Turnspan's to ${shownDestination(apart)}`,
        detail: `A turn has two traces with a link between them. More: ${DOCS}`,
        remedy:
          'Send both to one place, or set TURNSPAN_NATIVE to separate (as it is) or merge (one trace, if both end in one backend)',
      });
      break;
    }
    return findings;
  },
});

/** As the client lays them over each other: the administrator's settings, the user's, its environment. */
function settingsOfClient({ settings, env, client }: DoctorContext): (name: string) => string | undefined {
  const files = [...settings].reverse().filter(({ scope }) => scope === 'user' || scope === 'managed');
  const blocks = files.map(envOf);
  return (name) => {
    const value =
      blocks.find((block) => block.has(name))?.get(name) ?? client?.variables.get(name) ?? env[name];
    return value === undefined || value.trim() === '' ? undefined : value;
  };
}

/** The client's own idea of a switch that is on. */
function isOn(value: string | undefined): boolean {
  return ['1', 'true', 'yes', 'on'].includes((value ?? '').trim().toLowerCase());
}
