// The kinds of panel that the dashboards are made of. In: title, unit, what it says, queries. Out: the SDK's builders.
// Always: a panel has a title, a unit and a description, and asks the page's data source.
import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';
import { DATA_SOURCE } from './variables.ts';

/** A panel that is not laid out yet. */
export type PanelMaker = Builder<Panel>;

/** Grafana's ids of the units in use. */
export type Unit = 'currencyUSD' | 'short' | 'percentunit' | 's';

/** What every panel says of itself. */
export interface About {
  readonly title: string;
  readonly unit: Unit;
  readonly description: string;
}

/** A query, and what its series are called (`{{label}}` is a label's value). */
export type Series = readonly [expr: string, legend: string];

/** The page is 24 wide. */
const STAT = { width: 4, height: 4 };
const GRAPH = { width: 12, height: 8 };

/** One number for the whole range. */
export function stat(about: About, expr: string, noValue = '0'): PanelMaker {
  return described(new Stat(), about)
    .noValue(noValue)
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .withTarget(instant(expr, about.title))
    .span(STAT.width)
    .height(STAT.height);
}

/** What was counted in each step: bars that add up to the whole range. */
export function bars(about: About, series: readonly Series[]): PanelMaker {
  return overTime(about, series)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(70)
    .lineWidth(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .min(0);
}

/** A value in each step that has one; points, because a step without work has none. */
export function lines(about: About, series: readonly Series[]): PanelMaker {
  return overTime(about, series)
    .drawStyle(GraphDrawStyle.Line)
    .showPoints(VisibilityMode.Always)
    .spanNulls(true)
    .lineWidth(1)
    .min(0);
}

/** The whole range divided by a label. */
export function ranking(about: About, [expr, legend]: Series): PanelMaker {
  return described(new BarGauge(), about)
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .min(0)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .withTarget(instant(`sort_desc(${expr})`, legend))
    .span(GRAPH.width)
    .height(GRAPH.height);
}

/** A column of a table: what it is called, its unit, its values. */
export interface Column {
  readonly title: string;
  readonly unit: Unit;
  readonly expr: string;
}

/** A row for each value of the labels that all columns are divided by; the first column's greatest value comes first. */
export function table(
  about: About,
  keys: Readonly<Record<string, string>>,
  columns: readonly Column[],
): PanelMaker {
  const field = (place: number): string => `Value #${refId(place)}`;
  const panel = described(new Table(), about)
    .targets(columns.map(({ expr, title }, place) => instant(expr, title, place, PromQueryFormat.Table)))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        renameByName: {
          ...keys,
          ...Object.fromEntries(columns.map(({ title }, place) => [field(place), title])),
        },
      },
    })
    .withTransformation({ id: 'sortBy', options: { sort: [{ field: columns[0]?.title, desc: true }] } })
    .span(GRAPH.width)
    .height(GRAPH.height);
  for (const { title, unit } of columns) panel.overrideByName(title, [{ id: 'unit', value: unit }]);
  return panel;
}

function overTime(about: About, series: readonly Series[]): TimeSeries {
  return (
    described(new TimeSeries(), about)
      .targets(series.map(([expr, legend], place) => range(expr, legend, place)))
      .legend(
        new VizLegendOptionsBuilder()
          .displayMode(LegendDisplayMode.List)
          .placement(LegendPlacement.Bottom)
          .showLegend(true),
      )
      .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
      // A step that can be seen, and in which something happens.
      .maxDataPoints(100)
      .interval('1m')
      .span(GRAPH.width)
      .height(GRAPH.height)
  );
}

/** What the builders of all panels have. */
interface Describable {
  title(title: string): this;
  unit(unit: string): this;
  description(description: string): this;
  datasource(datasource: typeof DATA_SOURCE): this;
}

function described<Maker extends Describable>(panel: Maker, { title, unit, description }: About): Maker {
  return panel.title(title).unit(unit).description(description).datasource(DATA_SOURCE);
}

function range(expr: string, legend: string, place: number): Builder<Dataquery> {
  return query(expr, legend, place).range();
}

function instant(
  expr: string,
  legend: string,
  place = 0,
  format = PromQueryFormat.TimeSeries,
): Builder<Dataquery> {
  return query(expr, legend, place).format(format).instant();
}

function query(expr: string, legend: string, place: number): DataqueryBuilder {
  return new DataqueryBuilder().datasource(DATA_SOURCE).expr(expr).legendFormat(legend).refId(refId(place));
}

function refId(place: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + place);
}
