import { useMemo } from 'react';
import { useT } from '../../i18n/i18n.tsx';
import { diffLines } from '../reports/line-diff.ts';
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

/** Lines of a text that are shown of one change. */
const mostLines = 60;

/** What went or came: struck or marked, with words for those who do not see colours. */
function Mark({ kind, text }: { readonly kind: 'removed' | 'added'; readonly text: string }) {
  const t = useT();
  const Element = kind === 'removed' ? 'del' : 'ins';
  return (
    <Element className={styles[kind]}>
      <span className="visually-hidden">{t(kind === 'removed' ? 'diff.removed' : 'diff.added')} </span>
      <span aria-hidden="true">{kind === 'removed' ? '−' : '+'} </span>
      <bdi>{text}</bdi>
    </Element>
  );
}

/** The lines of a long text that went or came. */
function LineChanges({ before, after }: { readonly before: string; readonly after: string }) {
  const changed = useMemo(() => diffLines(before, after).filter((line) => line.kind !== 'same'), [before, after]);
  return (
    <>
      {changed.slice(0, mostLines).map(
        (line, index) =>
          line.kind !== 'same' && (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
            <div key={index}>
              <Mark kind={line.kind} text={textOf(line.text)} />
            </div>
          ),
      )}
      {changed.length > mostLines && <div className="muted">…</div>}
    </>
  );
}

/** Texts of several lines, both sides of which are known: only lines that differ are worth reading. */
const isLong = ({ before, after }: FieldChange): boolean =>
  typeof before === 'string' && typeof after === 'string' && before !== '' && after !== '' && /\n/.test(before + after);

/** Fields with what they were and what they are. */
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
            {isLong(change) ? (
              <dd>
                <LineChanges before={String(change.before)} after={String(change.after)} />
              </dd>
            ) : (
              <dd>
                {before !== '' && <Mark kind="removed" text={before} />}
                {before !== '' && after !== '' && ' '}
                {after !== '' && <Mark kind="added" text={after} />}
                {before === '' && after === '' && <span className="muted">{t('diff.empty')}</span>}
              </dd>
            )}
          </div>
        );
      })}
    </dl>
  );
}
