import { type ReactNode, useMemo, useState } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { getPreferences, setPreferences, usePreferences } from '../theme/preferences.ts';
import styles from './data-grid.module.css';
import type { Column } from './data-grid.tsx';
import { Icon } from './icon.tsx';
import { LazyPopover } from './lazy-popover.tsx';

/** The columns that are shown, and what chooses them. */
export interface GridColumns<Row> {
  readonly columns: readonly Column<Row>[];
  readonly chooser: { readonly element: ReactNode; readonly open: () => void } | undefined;
}

function choose(list: string, column: string, on: boolean): void {
  const { columns } = getPreferences();
  setPreferences({ columns: { ...columns, [list]: { ...columns[list], [column]: on } } });
}

/** The columns to show: those chosen by hand, and of the others those that have room in `width` pixels. */
export function useGridColumns<Row>(
  list: string | undefined,
  all: readonly Column<Row>[],
  width: number | undefined,
): GridColumns<Row> {
  const t = useT();
  const choices = usePreferences().columns[list ?? ''] ?? {};
  const [opened, setOpened] = useState(false);
  const isShown = (column: Column<Row>) =>
    column.fixed === true || (choices[column.id] ?? (width === undefined || width >= (column.from ?? 0)));
  const shown = all
    .filter(isShown)
    .map((column) => column.id)
    .join(' ');
  // The same array as long as the same columns are shown: rows are drawn anew when it changes.
  const columns = useMemo(() => {
    const ids = new Set(shown.split(' '));
    return all.filter((column) => ids.has(column.id));
  }, [all, shown]);
  if (list === undefined) return { columns, chooser: undefined };
  const element = (
    <LazyPopover
      opened={opened}
      onChange={setOpened}
      label={t('grid.columns')}
      width={220}
      button={
        <button
          type="button"
          className={styles.chooserButton}
          aria-label={t('grid.columns')}
          title={t('grid.columns')}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          <Icon name="settings" size={14} />
        </button>
      }
    >
      <fieldset className={styles.choices}>
        <legend>{t('grid.columns')}</legend>
        {all
          .filter((column) => column.fixed !== true)
          .map((column) => (
            <label key={column.id}>
              <input
                type="checkbox"
                checked={isShown(column)}
                onChange={(event) => choose(list, column.id, event.currentTarget.checked)}
              />
              {column.header}
            </label>
          ))}
      </fieldset>
    </LazyPopover>
  );
  return { columns, chooser: { element, open: () => setOpened(true) } };
}
