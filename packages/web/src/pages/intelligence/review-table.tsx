import { Button } from '@mantine/core';
import { useState } from 'react';
import { ChoiceField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { useT } from '../../i18n/i18n.tsx';
import styles from './paste-panel.module.css';

/** A value that waits for the analyst's word. */
export interface ReviewRow {
  readonly value: string;
  /** As it stood in the text. */
  readonly original: string;
  readonly type: string;
  readonly category: string;
  readonly toIds: boolean;
  readonly alternatives: readonly string[];
  readonly ticked: boolean;
  readonly comment: string;
  /** Names of the warninglists that know it. */
  readonly warnings?: readonly string[];
  /** Why the server refused it. */
  readonly error: string | undefined;
}

interface ReviewTableProps {
  readonly rows: readonly ReviewRow[];
  readonly typeChoices: (row: ReviewRow) => readonly string[];
  readonly categoryChoices: (row: ReviewRow) => readonly string[];
  readonly onChange: (value: string, changes: Partial<ReviewRow>) => void;
  readonly onTickAll: (on: boolean) => void;
}

/** Rows drawn at once; every row carries two long lists, so thousands are drawn in steps. */
const step = 200;

const asChoices = (names: readonly string[]) => names.map((name) => ({ value: name, label: name }));

function ReviewLine({ row, table }: { readonly row: ReviewRow; readonly table: ReviewTableProps }) {
  const t = useT();
  const change = (changes: Partial<ReviewRow>) => table.onChange(row.value, changes);
  return (
    <tr data-off={!row.ticked}>
      <td>
        <label className={styles.hit}>
          <input
            type="checkbox"
            aria-label={t('grid.select', { name: row.value })}
            checked={row.ticked}
            onChange={(event) => change({ ticked: event.currentTarget.checked })}
          />
        </label>
      </td>
      <td className={styles.value} title={row.original}>
        <bdi className="mono">{row.value}</bdi>
        {row.warnings !== undefined && row.warnings.length > 0 && (
          <div className={styles.warning}>
            <Icon name="warning" size={14} label={t('row.warninglist')} />{' '}
            <bdi>{row.warnings.slice(0, 5).join(' · ')}</bdi>
          </div>
        )}
        {row.error !== undefined && <div className={styles.error}>{row.error}</div>}
      </td>
      <td>
        <ChoiceField
          label={t('attribute.type')}
          hideLabel
          value={row.type}
          choices={asChoices(table.typeChoices(row))}
          onChange={(type) => change({ type })}
        />
      </td>
      <td>
        <ChoiceField
          label={t('attribute.category')}
          hideLabel
          value={row.category}
          choices={asChoices(table.categoryChoices(row))}
          onChange={(category) => change({ category })}
        />
      </td>
      <td>
        <label className={styles.hit}>
          <input
            type="checkbox"
            aria-label={t('attribute.ids')}
            checked={row.toIds}
            onChange={(event) => change({ toIds: event.currentTarget.checked })}
          />
        </label>
      </td>
      <td className="muted">{row.comment}</td>
    </tr>
  );
}

/** What was found in a text, to tick and correct before it is added. */
export function ReviewTable(props: ReviewTableProps) {
  const t = useT();
  const [shown, setShown] = useState(step);
  const { rows } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={styles.scroll} tabIndex={0} aria-label={t('paste.review')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>
              <label className={styles.hit}>
                <input
                  type="checkbox"
                  aria-label={t('grid.selectAll')}
                  checked={rows.every((row) => row.ticked)}
                  onChange={(event) => props.onTickAll(event.currentTarget.checked)}
                />
              </label>
            </th>
            <th>{t('attribute.value')}</th>
            <th>{t('attribute.type')}</th>
            <th>{t('attribute.category')}</th>
            <th>{t('attribute.idsShort')}</th>
            <th>{t('attribute.comment')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row) => (
            <ReviewLine key={row.value} row={row} table={props} />
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <Button variant="subtle" fullWidth onClick={() => setShown(shown + step)}>
          {t('paste.showMore', { n: rows.length - shown })}
        </Button>
      )}
    </section>
  );
}
