import { useCallback, useRef } from 'react';
import type { DataGridProps } from './data-grid.tsx';

type SelectionProps<Row> = Pick<DataGridProps<Row>, 'count' | 'rowAt' | 'keyOf' | 'selection' | 'onSelect'>;

/** What changes the selection of a grid. */
interface GridSelection {
  /** Selects the row at a place or takes it off; a range goes from the row before to this one. */
  readonly select: (index: number, range: boolean) => void;
  /** All rows that are loaded, or none. */
  readonly selectAll: (wanted: boolean) => void;
}

/** The selection of a grid's rows, by their keys. What it gives for single rows stays the same function. */
export function useGridSelection<Row>(props: SelectionProps<Row>): GridSelection {
  const { count, rowAt, keyOf, selection, onSelect } = props;
  const anchor = useRef(0);

  function change(index: number, range: boolean) {
    if (onSelect === undefined) return;
    const next = new Set(selection);
    const row = rowAt(index);
    if (row === undefined) return;
    const wanted = range || !next.has(keyOf(row));
    const [from, to] = range ? [Math.min(anchor.current, index), Math.max(anchor.current, index)] : [index, index];
    for (let place = from; place <= to; place += 1) {
      const member = rowAt(place);
      if (member === undefined) continue;
      if (wanted) next.add(keyOf(member));
      else next.delete(keyOf(member));
    }
    anchor.current = index;
    onSelect(next);
  }

  const latest = useRef(change);
  latest.current = change;
  const select = useCallback((index: number, range: boolean) => latest.current(index, range), []);

  function selectAll(wanted: boolean) {
    const next = new Set<string>();
    for (let index = 0; wanted && index < count; index += 1) {
      const row = rowAt(index);
      if (row !== undefined) next.add(keyOf(row));
    }
    onSelect?.(next);
  }

  return { select, selectAll };
}
