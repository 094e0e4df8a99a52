import type { EventHeader } from '../../api/wire.ts';
import { Icon } from '../../components/icon.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import styles from './event-header.module.css';

/** Galaxies whose clusters the event bears, by kind; techniques lead to the matrix. */
export function EventClusters({ event }: { readonly event: EventHeader }) {
  const t = useT();
  const galaxies = event.Galaxy ?? [];
  if (galaxies.length === 0) return null;
  return (
    <details className={styles.clusters}>
      <summary>
        {t('clusters.label', { n: galaxies.reduce((sum, galaxy) => sum + galaxy.GalaxyCluster.length, 0) })}
        {' – '}
        <span className="muted">
          {galaxies.map((galaxy) => `${galaxy.name} (${galaxy.GalaxyCluster.length})`).join(' · ')}
        </span>
      </summary>
      <dl className="facts">
        {galaxies.map((galaxy) => (
          <div key={galaxy.id} style={{ display: 'contents' }}>
            <dt>
              <AppLink to={paths.galaxy(galaxy.id)}>{galaxy.name}</AppLink>
            </dt>
            <dd>
              {galaxy.GalaxyCluster.map((cluster) => (
                <AppLink
                  key={cluster.id}
                  className={styles.cluster}
                  to={paths.eventsWithTag(cluster.tag_name)}
                  title={[cluster.description?.slice(0, 400) ?? '', (cluster.meta?.synonyms ?? []).join(', ')]
                    .filter((part) => part !== '')
                    .join('\n\n')}
                >
                  <Icon name="knowledge" size={12} /> <bdi>{cluster.value}</bdi>
                </AppLink>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <AppLink to={paths.eventTab(event.id, 'matrix')}>{t('clusters.matrix')}</AppLink>
    </details>
  );
}
