import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';
import { usePreferences } from '../theme/preferences.ts';
import type { DataGridProps } from './data-grid.tsx';
import { controlsOf } from './row-controls.ts';

type RowProps<Row> = Pick<DataGridProps<Row>, 'count' | 'rowAt' | 'traits' | 'onOpen' | 'onFold' | 'onRowKey'>;

interface Grid<Row> {
  /** Id of the grid; its rows are `<id>-<index>`. */
  readonly id: string;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly cursor: number;
  readonly rowHeight: number;
  readonly rows: RowProps<Row>;
  readonly moveTo: (index: number) => void;
  readonly select: (index: number, range: boolean) => void;
  /** Opens the choice of columns, where there is one. */
  readonly openChooser: (() => void) | undefined;
}

/** The keys of a grid: its cursor, its rows, and the controls in the cursor's row. Gives the handler of key presses. */
export function useGridKeys<Row>(grid: Grid<Row>): (event: KeyboardEvent) => void {
  const { id, scroller, cursor, rows, moveTo } = grid;
  const { count } = rows;
  const { shortcuts } = usePreferences();
  const wantedControl = useRef<number>(undefined);

  function move(key: string, page: number): boolean {
    if (key === 'ArrowDown' || (shortcuts && key === 'j')) moveTo(cursor + 1);
    else if (key === 'ArrowUp' || (shortcuts && key === 'k')) moveTo(cursor - 1);
    else if (key === 'PageDown') moveTo(cursor + page);
    else if (key === 'PageUp') moveTo(cursor - page);
    else if (key === 'Home') moveTo(0);
    else if (key === 'End') moveTo(count - 1);
    else return false;
    return true;
  }

  function act(event: KeyboardEvent, row: Row): boolean {
    const traits = rows.traits?.(row) ?? {};
    if (event.key === 'Enter' && rows.onOpen !== undefined) rows.onOpen(row);
    else if (event.key === 'ArrowRight' && traits.expanded === false) rows.onFold?.(row);
    else if (event.key === 'ArrowLeft' && traits.expanded === true) rows.onFold?.(row);
    else if ((shortcuts && event.key.toLowerCase() === 'x') || event.key === ' ') grid.select(cursor, event.shiftKey);
    else if (shortcuts && event.key === 'v' && grid.openChooser !== undefined) grid.openChooser();
    else return (shortcuts || event.key.length > 1) && (rows.onRowKey?.(event.key, row, event.shiftKey) ?? false);
    return true;
  }

  /** From a control of the cursor's row: to the same one a row further, or back to the grid. */
  function moveFromControl(event: KeyboardEvent): boolean {
    const { target } = event;
    const row = target instanceof HTMLElement ? target.closest('[data-active]') : null;
    if (
      !(target instanceof HTMLElement) ||
      row === null ||
      target.matches('select, textarea, input:not([type="checkbox"])')
    )
      return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') scroller.current?.focus();
    else if (step === undefined) return false;
    else if (cursor + step >= 0 && cursor + step < count) {
      wantedControl.current = controlsOf(row).indexOf(target);
      moveTo(cursor + step);
    }
    return true;
  }

  // The control to go to can be reached once its row is the cursor's.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the cursor has moved
  useEffect(() => {
    const wanted = wantedControl.current;
    wantedControl.current = undefined;
    if (wanted === undefined) return;
    const controls = controlsOf(document.getElementById(`${id}-${cursor}`));
    (controls[wanted] ?? controls.at(-1) ?? scroller.current)?.focus();
  }, [cursor]);

  function isHandled(event: KeyboardEvent): boolean {
    if (event.target !== scroller.current) return moveFromControl(event);
    const page = Math.floor((scroller.current?.clientHeight ?? 400) / grid.rowHeight) - 1;
    const row = rows.rowAt(cursor);
    return move(event.key, page) || (row !== undefined && act(event, row));
  }

  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return;
    if (!isHandled(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
}
