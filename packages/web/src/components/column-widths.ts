import type { Column } from './data-grid.tsx';

/** What a column that lies over the row's end keeps free: the button that chooses columns stands above it. */
const overlayRoom = 28;
const checkboxes = 32;
/** The most that a heading may widen its column, in pixels. */
const widestHeading = 150;
/** How much of its width a growing column gives away before the grid scrolls sideways. */
const yielding = 0.45;

/** Pixels that a heading takes: letters of about 7, signs of Chinese and Japanese of about 12, and the cell's edges. */
const headingWidth = (header: string): number =>
  [...header].reduce((sum, sign) => sum + (sign > '\u2e80' ? 12.2 : 7), 24);

type SizedColumn = Pick<Column<never>, 'header' | 'width' | 'grow' | 'overlay' | 'quiet' | 'align'>;

/** The widths of a grid's columns, and what changes them. */
export interface ColumnWidths {
  /** For `grid-template-columns`. */
  readonly template: string;
  /** Below this many pixels the grid scrolls sideways. */
  readonly least: number;
}

/**
 * Widths of the columns in a grid of `available` pixels: each as wide as asked for and as its heading, and growing ones
 * give way where that is more than there is.
 */
export function columnWidths(
  columns: readonly SizedColumn[],
  selectable: boolean,
  scale: number,
  available: number | undefined,
): ColumnWidths {
  const asked = columns.map(({ header, width, overlay, quiet, align }) => {
    if (overlay === true) return overlayRoom;
    const heading = quiet === true || align === 'tight' ? 0 : Math.min(widestHeading, headingWidth(header));
    return Math.round(Math.max(width, heading) * scale);
  });
  const start = selectable ? checkboxes : 0;
  const total = asked.reduce((sum, width) => sum + width, start);
  const giving = asked.map((width, index) => (columns[index]?.grow === undefined ? 0 : width * yielding));
  const most = giving.reduce((sum, width) => sum + width, 0);
  const missing = available === undefined ? 0 : Math.max(0, total - available);
  const share = most === 0 ? 0 : Math.min(1, missing / most);
  const widths = asked.map((width, index) => Math.floor(width - share * (giving[index] ?? 0)));
  const parts = widths.map((width, index) => {
    const grow = columns[index]?.grow;
    return grow === undefined ? `${width}px` : `minmax(${width}px, ${grow}fr)`;
  });
  return {
    template: [...(selectable ? [`${checkboxes}px`] : []), ...parts].join(' '),
    least: widths.reduce((sum, width) => sum + width, start),
  };
}
