// In: the panels of a page in their order, each with its width and height. Out: the same, each in its place and with its number.
// Always: no panel lies over another or beyond the page's 24 columns; the SDK's own layout lets both happen, and numbers nothing.
import type { Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';

const COLUMNS = 24;

/** Lays panels from left to right; one that does not fit, and each row's title, begin a new line. */
export function laidOut(panels: readonly (Panel | RowPanel)[]): (Panel | RowPanel)[] {
  let [x, y, lineHeight] = [0, 0, 0];
  return panels.map((panel, place) => {
    const { w = COLUMNS, h = 1 } = panel.gridPos ?? {};
    if (x + w > COLUMNS) {
      y += lineHeight;
      [x, lineHeight] = [0, 0];
    }
    const gridPos = { x, y, w, h };
    x += w;
    lineHeight = Math.max(lineHeight, h);
    return { ...panel, id: place + 1, gridPos };
  });
}
