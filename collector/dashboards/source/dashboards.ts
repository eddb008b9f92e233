// The dashboards, by the name of their file. Out: what Grafana imports and provisions.
// Always: the classic model, which Grafana has read from files for years; its successor (v2) only the newest do. No id of one
// Grafana's own is in it, and a fixed uid, so that a newer file takes the place of the older.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { laidOut } from './layout.ts';
import type { PanelMaker } from './panels.ts';
import { activityPanels } from './rows/activity.ts';
import { cachePanels } from './rows/cache.ts';
import { costPanels } from './rows/cost.ts';
import { deliveryPanels } from './rows/delivery.ts';
import { errorPanels } from './rows/errors.ts';
import { glance } from './rows/glance.ts';
import { latencyPanels } from './rows/latency.ts';
import { tokenPanels } from './rows/tokens.ts';
import { toolPanels } from './rows/tools.ts';
import { exporterVariables, sessionVariables } from './variables.ts';

/** Each dashboard by its file's name, as the object that its JSON is. */
export function dashboards(): Readonly<Record<string, object>> {
  return {
    'cost.json': dashboard(
      'turnspan-cost',
      'Turnspan: cost, tokens and activity',
      'What Claude Code sessions cost and used, and what came of them, from Turnspan’s metrics.',
      sessionVariables,
      {
        'At a glance': glance(),
        Cost: costPanels(),
        Tokens: tokenPanels(),
        Cache: cachePanels(),
        Activity: activityPanels(),
      },
    ),
    'work.json': dashboard(
      'turnspan-work',
      'Turnspan: tools, errors and latency',
      'How the turns, generations and tool calls of Claude Code sessions went, from Turnspan’s metrics.',
      sessionVariables,
      { Tools: toolPanels(), Errors: errorPanels(), Latency: latencyPanels() },
    ),
    'exporter.json': dashboard(
      'turnspan-exporter',
      'Turnspan: exporter',
      'How Turnspan’s own deliveries go. It tells of itself together with the metrics of sessions.',
      exporterVariables,
      { Deliveries: deliveryPanels() },
    ),
  };
}

function dashboard(
  uid: string,
  title: string,
  description: string,
  variables: readonly Builder<VariableModel>[],
  rows: Readonly<Record<string, readonly PanelMaker[]>>,
): object {
  const TAG = 'turnspan';
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- v2 is read by the newest Grafana alone
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG, 'claude-code'])
    .time({ from: 'now-7d', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder('Turnspan')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(false)
        .includeVars(true)
        .keepTime(true),
    )
    .variables([...variables]);
  for (const [name, panels] of Object.entries(rows)) {
    builder.withRow(new RowBuilder(name));
    for (const panel of panels) builder.withPanel(panel);
  }
  const built = builder.build();
  return { ...built, panels: laidOut(built.panels ?? []) };
}
