// The dashboards as they are shipped: what a Grafana reads from the files, reduced to what tests ask of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { dashboards } from '../../../collector/dashboards/source/dashboards.ts';

/** Where the files lie. */
export const FOLDER = join(import.meta.dirname, '../../../collector/dashboards');

/** The names of the files. */
export const FILES: readonly string[] = Object.keys(dashboards());

const target = z.object({
  refId: z.string(),
  expr: z.string(),
  legendFormat: z.string().min(1),
  instant: z.boolean().optional(),
  range: z.boolean().optional(),
  datasource: z.object({ type: z.literal('prometheus'), uid: z.literal('${datasource}') }),
});

const panel = z.object({
  id: z.number(),
  type: z.enum(['stat', 'timeseries', 'bargauge', 'table']),
  title: z.string().min(1),
  description: z.string().min(20),
  fieldConfig: z.object({ defaults: z.object({ unit: z.string().min(1) }) }),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  datasource: z.object({ uid: z.literal('${datasource}') }),
  targets: z.array(target).min(1),
});

const row = z.object({ id: z.number(), type: z.literal('row'), title: z.string().min(1) });

const page = z.object({
  uid: z.string().min(1),
  title: z.string().min(1),
  description: z.string().min(1),
  id: z.null().optional(),
  schemaVersion: z.number(),
  panels: z.array(z.union([row, panel])),
  templating: z.object({
    list: z.array(z.object({ name: z.string(), definition: z.string().optional(), type: z.string() })),
  }),
});

/** A panel with its queries. */
export type Panel = z.infer<typeof panel>;
/** A dashboard. */
export type Page = z.infer<typeof page>;

/** One dashboard, of its file; throws where it is not what Grafana and the tests expect. */
export function readPage(file: string): Page {
  return page.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')));
}

/** Its panels, without the rows. */
export function panelsOf({ panels }: Page): Panel[] {
  return panels.flatMap((one) => (one.type === 'row' ? [] : [one]));
}

/** A query where it stands. */
export interface PlacedQuery {
  /** File, panel and place in it. */
  readonly place: string;
  readonly title: string;
  readonly expr: string;
}

/** Every query of every panel. */
export function allQueries(): PlacedQuery[] {
  return FILES.flatMap((file) =>
    panelsOf(readPage(file)).flatMap(({ title, targets }) =>
      targets.map(({ expr, refId }) => ({ place: `${file}, ${title}, ${refId}`, title, expr })),
    ),
  );
}
