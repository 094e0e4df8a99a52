import { useT } from '../../i18n/i18n.tsx';
import styles from './tabs.module.css';

/** A field with its value before and after a change. */
export interface FieldChange {
  readonly field: string;
  readonly label?: string;
  /** Undefined where only the new value is known. */
  readonly before?: unknown;
  readonly after: unknown;
}

const longest = 600;

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** Fields with what they were and what they are: struck and marked, with words for those who do not see colours. */
export function FieldDiff({ changes }: { readonly changes: readonly FieldChange[] }) {
  const t = useT();
  return (
    <dl className={styles.diff}>
      {changes.map((change) => {
        const before = textOf(change.before);
        const after = textOf(change.after);
        return (
          <div key={change.field} style={{ display: 'contents' }}>
            <dt>{change.label ?? change.field}</dt>
            <dd>
              {before !== '' && (
                <del className={styles.removed}>
                  <span className="visually-hidden">{t('diff.removed')} </span>
                  <span aria-hidden="true">− </span>
                  <bdi>{before}</bdi>
                </del>
              )}
              {before !== '' && after !== '' && ' '}
              {after !== '' && (
                <ins className={styles.added}>
                  <span className="visually-hidden">{t('diff.added')} </span>
                  <span aria-hidden="true">+ </span>
                  <bdi>{after}</bdi>
                </ins>
              )}
              {before === '' && after === '' && <span className="muted">{t('diff.empty')}</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
