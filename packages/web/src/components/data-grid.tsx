import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { useRowHeight, useTextScale } from '../theme/preferences.ts';
import { columnWidths } from './column-widths.ts';
import styles from './data-grid.module.css';
import { useGridColumns } from './grid-columns.tsx';
import { GridHeader } from './grid-header.tsx';
import { GridRow, hasContent } from './grid-row.tsx';
import { useGridKeys } from './use-grid-keys.ts';
import { useGridSelection } from './use-grid-selection.ts';
import { useWidth } from './use-width.ts';

/** A column of a grid. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  /** Smallest width in pixels. */
  readonly width: number;
  /** Share of the space that is left. */
  readonly grow?: number;
  readonly align?: 'end' | 'tight';
  /** Name the server sorts by; a column without it cannot be sorted. */
  readonly sort?: string;
  /** The header is for screen readers alone: the cells speak for themselves. */
  readonly quiet?: boolean;
  /** Left out, unless asked for, where the grid is narrower than this many pixels. */
  readonly from?: number;
  /** Always shown, and not offered for choice. */
  readonly fixed?: boolean;
  /** Lies over the end of the row instead of taking room of its own: tools that show up under the pointer. */
  readonly overlay?: boolean;
  readonly render: (row: Row) => ReactNode;
}

/** By which column a grid is sorted. */
export interface Sort {
  readonly by: string;
  readonly descending: boolean;
}

/** How a row stands in its tree. */
export interface RowTraits {
  readonly level?: number;
  /** Defined on rows that can be folded. */
  readonly expanded?: boolean | undefined;
  readonly tone?: 'group' | 'deleted' | undefined;
  readonly pending?: boolean | undefined;
}

export interface DataGridProps<Row> {
  readonly label: string;
  /** Name under which the choice of columns is remembered; without it all are shown and none can be chosen. */
  readonly list?: string;
  readonly columns: readonly Column<Row>[];
  /** Rows there are in all, loaded or not. */
  readonly count: number;
  /** The row at a place, or `undefined` while it is not loaded. */
  readonly rowAt: (index: number) => Row | undefined;
  readonly keyOf: (row: Row) => string;
  readonly nameOf: (row: Row) => string;
  readonly traits?: ((row: Row) => RowTraits) | undefined;
  readonly sort?: Sort | undefined;
  readonly onSort?: ((sort: Sort) => void) | undefined;
  readonly selection?: ReadonlySet<string> | undefined;
  readonly onSelect?: ((selection: ReadonlySet<string>) => void) | undefined;
  /** Called with the last place on screen, to load what is missing. */
  readonly onVisible?: ((lastIndex: number) => void) | undefined;
  readonly onOpen?: ((row: Row) => void) | undefined;
  readonly onFold?: ((row: Row) => void) | undefined;
  /** Content under a row, such as its editor. */
  readonly below?: ((row: Row) => ReactNode) | undefined;
  /** Place to bring on screen, e.g. the row a link points at. */
  readonly focusIndex?: number | undefined;
  /** Keys of the page for the row under the cursor; true when handled. */
  readonly onRowKey?: ((key: string, row: Row, shift: boolean) => boolean) | undefined;
}

/**
 * The one grid: rows are drawn only while on screen, may form a tree, and follow the ARIA grid pattern
 * with the focus on the grid and a cursor row (`aria-activedescendant`).
 */
export function DataGrid<Row>(props: DataGridProps<Row>) {
  const t = useT();
  const id = useId();
  const rowHeight = useRowHeight();
  const scale = useTextScale();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const { columns, chooser } = useGridColumns(props.list, props.columns, width);
  const [active, setActive] = useState(0);
  const latest = useRef(props);
  latest.current = props;
  // Rows that have had content under them; all others are as high as the density says, and need not be measured.
  const measured = useRef(new Set<number>());
  const { count, onVisible, rowAt, keyOf, selection, onSelect } = props;

  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollPaddingStart: 32,
  });
  // The remembered sizes belong to the density they were measured in.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the height changes
  useEffect(() => virtualizer.measure(), [rowHeight]);

  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= 0) onVisible?.(last);
  }, [last, onVisible]);

  const cursor = Math.min(active, Math.max(0, count - 1));

  function moveTo(index: number) {
    const target = Math.max(0, Math.min(count - 1, index));
    setActive(target);
    virtualizer.scrollToIndex(target, { align: 'auto' });
  }

  const { focusIndex } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the place changes
  useEffect(() => {
    if (focusIndex !== undefined && focusIndex >= 0) {
      setActive(focusIndex);
      virtualizer.scrollToIndex(focusIndex, { align: 'center' });
    }
  }, [focusIndex]);

  const { select, selectAll } = useGridSelection(props);
  const onKeyDown = useGridKeys({
    ...{ id, scroller, cursor, rowHeight, moveTo, select },
    rows: props,
    openChooser: chooser?.open,
  });

  const selectable = onSelect !== undefined;
  const widths = columnWidths(columns, selectable, scale, width);
  const style: Record<string, string> = { '--columns': widths.template, '--min-width': `${widths.least}px` };
  if (width !== undefined) style['--viewport'] = `${width}px`;
  const tree = props.onFold !== undefined;

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role is grid or treegrid, which the rule cannot see
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: its role is grid or treegrid, which the rule cannot see
    <div
      ref={scroller}
      className={styles.grid}
      style={style}
      role={tree ? 'treegrid' : 'grid'}
      aria-label={props.label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length + (selectable ? 1 : 0)}
      aria-multiselectable={selectable || undefined}
      aria-activedescendant={count > 0 ? `${id}-${cursor}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <GridHeader
        columns={columns}
        chooser={chooser?.element}
        sort={props.sort}
        onSort={props.onSort}
        all={selectable ? (selection?.size ?? 0) > 0 : undefined}
        onAll={selectAll}
        selectAllLabel={t('grid.selectAll')}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a table element cannot be virtualised with sticky parts */}
      <div className={styles.body} style={{ height: virtualizer.getTotalSize() }} role="rowgroup">
        {items.map((item) => {
          const row = rowAt(item.index);
          const below = row === undefined ? undefined : props.below?.(row);
          if (hasContent(below)) measured.current.add(item.index);
          return (
            <div
              key={item.key}
              ref={measured.current.has(item.index) ? virtualizer.measureElement : undefined}
              data-index={item.index}
              className={styles.item}
              style={{ transform: `translateY(${item.start}px)` }}
              role="presentation"
            >
              <GridRow
                id={`${id}-${item.index}`}
                index={item.index}
                grid={latest}
                columns={columns}
                row={row}
                active={item.index === cursor}
                selected={row !== undefined && selectable ? (selection?.has(keyOf(row)) ?? false) : undefined}
                below={below}
                {...(row === undefined ? {} : props.traits?.(row))}
                onPoint={setActive}
                onSelect={select}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
