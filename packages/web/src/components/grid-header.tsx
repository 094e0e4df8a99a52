import type { ReactNode } from 'react';
import styles from './data-grid.module.css';
import type { Column, Sort } from './data-grid.tsx';
import { Icon } from './icon.tsx';

interface GridHeaderProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly sort: Sort | undefined;
  readonly onSort: ((sort: Sort) => void) | undefined;
  /** Whether anything is selected; `undefined` on grids without selection. */
  readonly all: boolean | undefined;
  readonly onAll: (wanted: boolean) => void;
  readonly selectAllLabel: string;
  /** Opens the choice of columns. */
  readonly chooser?: ReactNode;
}

function HeaderCell<Row>(props: {
  readonly column: Column<Row>;
  readonly index: number;
  readonly sort: Sort | undefined;
  readonly onSort: GridHeaderProps<Row>['onSort'];
}) {
  const { column, sort, onSort } = props;
  const sorted = sort !== undefined && column.sort !== undefined && sort.by === column.sort;
  const by = column.sort;
  return (
    // biome-ignore lint/a11y/useSemanticElements: part of a virtualised grid
    // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
    <div
      role="columnheader"
      aria-colindex={props.index}
      aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
      className={styles.headerCell}
      style={{ gridColumn: props.index }}
      data-end={column.align === 'end'}
      data-tight={column.align === 'tight'}
      data-overlay={column.overlay}
      title={column.header}
    >
      {by !== undefined && onSort !== undefined ? (
        <button
          type="button"
          className={styles.sort}
          onClick={() => onSort({ by, descending: sorted ? !sort.descending : true })}
        >
          <span className={styles.heading}>{column.header}</span>
          {sorted && <Icon name={sort.descending ? 'down' : 'up'} size={12} />}
        </button>
      ) : (
        <span className={column.quiet === true ? 'visually-hidden' : undefined}>{column.header}</span>
      )}
    </div>
  );
}

/** The sticky first row: names, sort buttons, select all. */
export function GridHeader<Row>(props: GridHeaderProps<Row>) {
  const offset = props.all === undefined ? 1 : 2;
  return (
    // biome-ignore lint/a11y/useSemanticElements: part of a virtualised grid
    <div role="rowgroup" style={{ display: 'contents' }}>
      {/* biome-ignore lint/a11y/useSemanticElements: part of a virtualised grid */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus */}
      <div role="row" aria-rowindex={1} className={styles.header}>
        {props.all !== undefined && (
          // biome-ignore lint/a11y/useSemanticElements: part of a virtualised grid
          // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
          <div role="columnheader" aria-colindex={1} className={styles.headerCell} data-tight>
            <label className={styles.check}>
              <input
                type="checkbox"
                aria-label={props.selectAllLabel}
                checked={props.all}
                onChange={() => props.onAll(!props.all)}
              />
            </label>
          </div>
        )}
        {props.columns.map((column, index) => (
          <HeaderCell key={column.id} column={column} index={index + offset} sort={props.sort} onSort={props.onSort} />
        ))}
        {props.chooser !== undefined && (
          // biome-ignore lint/a11y/useSemanticElements: part of a virtualised grid
          // biome-ignore lint/a11y/useFocusableInteractive: holds a button
          <div role="columnheader" aria-colindex={props.columns.length + offset} className={styles.chooser}>
            {props.chooser}
          </div>
        )}
      </div>
    </div>
  );
}
