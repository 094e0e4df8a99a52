import { Link } from '@tanstack/react-router';
import { useKeys } from '../../app/keys.ts';
import { useT } from '../../i18n/i18n.tsx';
import styles from './tabs.module.css';
import { type EventTab, eventTabs } from './tabs.ts';
import { useHash } from './use-hash.ts';

/** The sub-views of the event as links: each has its own address, and the keys 1 to 9 go there. */
export function TabBar(props: {
  readonly active: EventTab;
  readonly counts: Partial<Readonly<Record<EventTab, number>>>;
}) {
  const t = useT();
  const [, go] = useHash();
  const hashOf = (id: EventTab) => (id === 'data' ? '' : id);
  useKeys(Object.fromEntries(eventTabs.map((tab, index) => [String(index + 1), () => go(hashOf(tab.id))])));
  return (
    <nav className={styles.bar} aria-label={t('eventTab.label')}>
      {eventTabs.map((tab, index) => {
        const count = props.counts[tab.id];
        return (
          <Link
            key={tab.id}
            to="."
            search={true as never}
            hash={hashOf(tab.id)}
            activeOptions={{ includeHash: true }}
            aria-current={tab.id === props.active ? 'page' : undefined}
            title={t('eventTab.key', { key: index + 1 })}
          >
            {t(tab.label)}
            {count !== undefined && count > 0 && <span className={styles.count}>{count}</span>}
          </Link>
        );
      })}
    </nav>
  );
}
