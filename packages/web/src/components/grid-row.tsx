import { memo, type ReactNode, type RefObject, useRef } from 'react';
import { useT } from '../i18n/i18n.tsx';
import styles from './data-grid.module.css';
import type { Column, DataGridProps, RowTraits } from './data-grid.tsx';
import { useRowControls } from './row-controls.ts';

interface GridRowProps<Row> extends RowTraits {
  readonly id: string;
  readonly index: number;
  /** What the grid was last given: in a box, so that a new page of rows does not draw those anew that are there. */
  readonly grid: RefObject<DataGridProps<Row>>;
  /** Those of the grid's columns that are shown. */
  readonly columns: readonly Column<Row>[];
  readonly row: Row | undefined;
  readonly active: boolean;
  readonly selected: boolean | undefined;
  /** Content under the row. */
  readonly below: ReactNode;
  /** Both stay the same from one drawing to the next, so that rows that did not change are not drawn anew. */
  readonly onPoint: (index: number) => void;
  readonly onSelect: (index: number, range: boolean) => void;
}

/** Whether there is anything to draw: an open row has content under it, the others none. */
export const hasContent = (node: ReactNode): boolean => node !== undefined && node !== null && node !== false;

/** Plain text needs an element of its own to be cut off with dots. */
function Content({ children }: { readonly children: ReactNode }) {
  return typeof children === 'string' || typeof children === 'number' ? <span>{children}</span> : children;
}

function PlainGridRow<Row>(props: GridRowProps<Row>) {
  const t = useT();
  const { row, selected, below } = props;
  const grid = props.grid.current;
  const selectable = grid.onSelect !== undefined;
  const offset = selectable ? 2 : 1;
  const element = useRef<HTMLDivElement>(null);
  useRowControls(element, props.active);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: part of a virtualised grid */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus, this row is its active descendant */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the grid */}
      <div
        ref={element}
        id={props.id}
        role="row"
        aria-rowindex={props.index + 2}
        aria-selected={selected}
        aria-level={grid.onFold === undefined ? undefined : (props.level ?? 1)}
        aria-expanded={props.expanded}
        aria-busy={row === undefined || undefined}
        data-active={props.active}
        data-tone={props.tone}
        data-pending={props.pending}
        className={styles.row}
        onClick={() => props.onPoint(props.index)}
        onDoubleClick={() => row !== undefined && props.grid.current.onOpen?.(row)}
      >
        {selectable && (
          // biome-ignore lint/a11y/useSemanticElements: part of a virtualised grid
          // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
          <div role="gridcell" aria-colindex={1} className={styles.cell} data-tight>
            <label className={styles.check}>
              <input
                type="checkbox"
                tabIndex={-1}
                aria-label={row === undefined ? t('state.loading') : t('grid.select', { name: grid.nameOf(row) })}
                checked={selected ?? false}
                disabled={row === undefined}
                onClick={(event) => props.onSelect(props.index, event.shiftKey)}
                onChange={() => undefined}
              />
            </label>
          </div>
        )}
        {props.columns.map((column, index) => (
          // biome-ignore lint/a11y/useSemanticElements: part of a virtualised grid
          // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
          <div
            key={column.id}
            role="gridcell"
            aria-colindex={index + offset}
            className={styles.cell}
            data-end={column.align === 'end'}
            data-tight={column.align === 'tight'}
            data-overlay={column.overlay}
          >
            {row === undefined ? <div className={styles.placeholder} /> : <Content>{column.render(row)}</Content>}
          </div>
        ))}
      </div>
      {hasContent(below) && (
        // biome-ignore lint/a11y/useSemanticElements: part of a virtualised grid
        // biome-ignore lint/a11y/useFocusableInteractive: holds focusable fields
        <div role="row" aria-rowindex={props.index + 2} className={styles.below}>
          {/* biome-ignore lint/a11y/useSemanticElements: part of a virtualised grid */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: holds focusable fields */}
          <div role="gridcell" aria-colindex={1}>
            {below}
          </div>
        </div>
      )}
    </>
  );
}

/** One row of the grid, with what hangs below it; grey while it is not loaded. Scrolling draws new rows alone. */
export const GridRow = memo(PlainGridRow) as typeof PlainGridRow;
