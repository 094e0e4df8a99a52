import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Matrix, type MatrixCluster, matrixQuery } from '../../api/event-pictures.ts';
import { galaxiesQuery } from '../../api/library.ts';
import type { EventHeader } from '../../api/wire.ts';
import { CheckField, ChoiceField } from '../../components/fields.tsx';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import own from './matrix.module.css';
import styles from './tabs.module.css';

/** The techniques of an event on a matrix: ATT&CK, or any other galaxy with a kill chain. */
export function MatrixTab({ event }: { readonly event: EventHeader }) {
  const t = useT();
  const [galaxy, setGalaxy] = useState('');
  const [tab, setTab] = useState('');
  const [onlyUsed, setOnlyUsed] = useState(false);
  const { data: galaxies = [] } = useQuery(galaxiesQuery());
  const { data: matrix, error, refetch } = useQuery(matrixQuery(event.id, galaxy));
  if (error !== null) return <ErrorBox error={error} onRetry={() => void refetch()} />;
  if (matrix === undefined) return <Skeleton height={240} />;
  const tabs = Object.keys(matrix.matrix);
  const shown = tabs.includes(tab) ? tab : (fullestTab(matrix) ?? '');
  const used = Object.keys(matrix.scores).length;
  const withMatrix = galaxies.filter((entry) => entry.kill_chain_order != null && entry.enabled !== false);
  return (
    <section aria-label={t('eventTab.matrix')}>
      <div className={styles.tools}>
        <ChoiceField
          label={t('matrix.galaxy')}
          hideLabel
          value={galaxy === '' ? matrix.Galaxy.id : galaxy}
          choices={[
            ...(withMatrix.some((entry) => entry.id === matrix.Galaxy.id)
              ? []
              : [{ value: matrix.Galaxy.id, label: matrix.Galaxy.name }]),
            ...withMatrix.map((entry) => ({ value: entry.id, label: entry.name })),
          ]}
          onChange={(value) => {
            setGalaxy(value);
            setTab('');
          }}
        />
        {tabs.length > 1 && (
          <ChoiceField
            label={t('matrix.tab')}
            hideLabel
            value={shown}
            choices={tabs.map((name) => ({ value: name, label: name.replaceAll('-', ' ') }))}
            onChange={setTab}
          />
        )}
        <CheckField label={t('matrix.onlyUsed')} value={onlyUsed} onChange={setOnlyUsed} />
        <span className="count">{t('matrix.count', { n: used })}</span>
      </div>
      {used === 0 && onlyUsed ? (
        <EmptyState icon="knowledge" title={t('matrix.none')} text={t('matrix.noneText')} />
      ) : (
        <Cells matrix={matrix} tab={shown} onlyUsed={onlyUsed} />
      )}
    </section>
  );
}

/** The tab of the kill chain in which most of the event's techniques stand. */
function fullestTab(matrix: Matrix): string | undefined {
  const counted = Object.entries(matrix.matrix).map(([tab, columns]) => ({
    tab,
    used: Object.values(columns)
      .flat()
      .filter((cluster) => matrix.scores[cluster.tag_name] !== undefined).length,
  }));
  return counted.sort((a, b) => b.used - a.used)[0]?.tab;
}

function Cells(props: { readonly matrix: Matrix; readonly tab: string; readonly onlyUsed: boolean }) {
  const t = useT();
  const { matrix, tab, onlyUsed } = props;
  const columns = matrix.matrix[tab] ?? {};
  const order = (matrix.killChainOrders[tab] ?? Object.keys(columns)).filter((name) => columns[name] !== undefined);
  const scoreOf = (cluster: MatrixCluster) => matrix.scores[cluster.tag_name] ?? 0;
  const inOrder = (clusters: readonly MatrixCluster[]) =>
    [...clusters]
      .filter((cluster) => !onlyUsed || scoreOf(cluster) > 0)
      .sort((a, b) => (a.external_id ?? a.value).localeCompare(b.external_id ?? b.value));
  const shown = order
    .map((name) => ({ name, clusters: inOrder(columns[name] ?? []) }))
    .filter((column) => column.clusters.length > 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={own.scroll} tabIndex={0} aria-label={t('matrix.label', { name: matrix.Galaxy.name })}>
      {shown.map((column) => (
        <section key={column.name} className={own.column} aria-label={column.name.replaceAll('-', ' ')}>
          <h3>
            {column.name.replaceAll('-', ' ')} <span className="count">{column.clusters.length}</span>
          </h3>
          <ul>
            {column.clusters.map((cluster) => {
              const score = scoreOf(cluster);
              const name = cluster.value.replace(/ - T\d+(\.\d+)?$/, '');
              return (
                <li key={cluster.id} data-used={score > 0} data-sub={cluster.external_id?.includes('.') === true}>
                  {score > 0 ? (
                    <AppLink to={paths.eventsWithTag(cluster.tag_name)} title={t('matrix.used', { n: score })}>
                      <bdi>{name}</bdi>
                      <span className={own.id}>
                        {cluster.external_id} · {t('matrix.used', { n: score })}
                      </span>
                    </AppLink>
                  ) : (
                    <span>
                      <bdi>{name}</bdi>
                      <span className={own.id}>{cluster.external_id}</span>
                    </span>
                  )}
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </section>
  );
}

export { Cells as MatrixCells, fullestTab };
