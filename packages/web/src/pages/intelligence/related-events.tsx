import type { RelatedEvent } from '../../api/wire.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import styles from './event-page.module.css';

const shown = 50;

/** Events that share values with this one: title, organisation, date. */
export function RelatedEvents({ related }: { readonly related: readonly RelatedEvent[] }) {
  const t = useT();
  return (
    <aside className={styles.side} aria-label={t('related.title')}>
      <h2>
        {t('related.title')} <span className="count">{related.length}</span>
      </h2>
      <ul>
        {related.slice(0, shown).map(({ Event: event }) => (
          <li key={event.id}>
            <AppLink to={paths.event(event.id)}>
              <bdi>{event.info}</bdi>
              <div className="muted">
                <span className="mono">{event.date}</span> · <bdi>{event.Orgc?.name ?? event.Org?.name}</bdi>
              </div>
            </AppLink>
          </li>
        ))}
      </ul>
      {related.length > shown && (
        <p className="muted" style={{ padding: '0 12px' }}>
          {t('related.more', { n: related.length - shown })}
        </p>
      )}
    </aside>
  );
}
