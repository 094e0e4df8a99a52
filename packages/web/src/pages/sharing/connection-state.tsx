import type { ConnectionTest } from '../../api/sharing.ts';
import styles from '../../components/chips.module.css';
import { Icon } from '../../components/icon.tsx';
import { type MessageKey, useT } from '../../i18n/i18n.tsx';

/** What the codes of a test mean; everything that is not here is "no usable answer". */
const troubles: Readonly<Record<number, MessageKey>> = {
  2: 'server.unreachable',
  3: 'server.unexpected',
  4: 'server.refused',
  5: 'server.passwordFirst',
  6: 'server.termsFirst',
  7: 'server.noSync',
  8: 'server.sightingsOnly',
};

/** One badge for the health of a connection, from its latest test on this page. */
export function ConnectionState({ test }: { readonly test: ConnectionTest | undefined }) {
  const t = useT();
  if (test === undefined) return <span className="muted">{t('server.untested')}</span>;
  const isWell = test.status === 1;
  const text = isWell
    ? t('server.well', { version: test.version ?? '' })
    : t(troubles[test.status] ?? 'server.unexpected');
  return (
    <span className={`${styles.badge} ${isWell ? styles.ok : styles.danger}`} title={text}>
      <Icon name={isWell ? 'check' : 'warning'} size={14} />
      <span>{text}</span>
    </span>
  );
}
