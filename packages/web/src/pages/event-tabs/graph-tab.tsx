import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { correlationsQuery, itemGraphQuery } from '../../api/event-pictures.ts';
import type { EventHeader } from '../../api/wire.ts';
import { Icon } from '../../components/icon.tsx';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { GraphCanvas } from './graph-canvas.tsx';
import { type Graph, graphOfCorrelations, graphOfItems } from './graph-model.ts';
import styles from './tabs.module.css';

type Scope = 'references' | 'tags' | 'correlations';

/** How what the event holds is linked: as a picture, or as a list that says the same. */
export function GraphTab({ event }: { readonly event: EventHeader }) {
  const t = useT();
  const [scope, setScope] = useState<Scope>('references');
  const [as, setAs] = useState<'picture' | 'list'>('picture');
  const items = useQuery({
    ...itemGraphQuery(event.id, scope === 'tags' ? 'Tags' : 'References'),
    enabled: scope !== 'correlations',
  });
  const correlations = useInfiniteQuery({ ...correlationsQuery(event.id), enabled: scope === 'correlations' });
  const graph = useMemo<Graph | undefined>(() => {
    if (scope === 'correlations')
      return correlations.data === undefined ? undefined : graphOfCorrelations(correlations.data.pages);
    return items.data === undefined ? undefined : graphOfItems(event.id, items.data);
  }, [scope, correlations.data, items.data, event.id]);
  const error = scope === 'correlations' ? correlations.error : items.error;

  return (
    <section aria-label={t('eventTab.graph')}>
      <div className={styles.tools}>
        <SegmentedControl
          aria-label={t('graph.scope')}
          value={scope}
          onChange={(value) => setScope(value === 'tags' || value === 'correlations' ? value : 'references')}
          data={[
            { value: 'references', label: t('graph.references') },
            { value: 'tags', label: t('graph.tags') },
            { value: 'correlations', label: t('graph.correlations') },
          ]}
        />
        <SegmentedControl
          aria-label={t('graph.as')}
          value={as}
          onChange={(value) => setAs(value === 'list' ? 'list' : 'picture')}
          data={[
            { value: 'picture', label: t('graph.picture') },
            { value: 'list', label: t('graph.list') },
          ]}
        />
        {graph !== undefined && (
          <span className="count">{t('graph.count', { nodes: graph.total, edges: graph.edges.length })}</span>
        )}
        {scope === 'correlations' && correlations.hasNextPage && (
          <Button
            variant="default"
            loading={correlations.isFetchingNextPage}
            onClick={() => void correlations.fetchNextPage()}
          >
            {t('related.moreAttributes')}
          </Button>
        )}
      </div>
      {error !== null && <ErrorBox error={error} />}
      {graph === undefined && error === null && <Skeleton height={300} />}
      {graph !== undefined && graph.nodes.length === 0 && (
        <EmptyState
          icon="network"
          title={t(scope === 'correlations' ? 'related.none' : 'graph.none')}
          text={t(scope === 'correlations' ? 'related.noneText' : 'graph.noneText')}
        />
      )}
      {graph !== undefined && graph.nodes.length > 0 && (
        <>
          {graph.total > graph.nodes.length && (
            <p className="muted" style={{ marginTop: 0 }}>
              {t('graph.cut', { n: graph.nodes.length, all: graph.total })}
            </p>
          )}
          {as === 'picture' ? <GraphCanvas graph={graph} label={t('eventTab.graph')} /> : <GraphList graph={graph} />}
        </>
      )}
    </section>
  );
}

function GraphList({ graph }: { readonly graph: Graph }) {
  const t = useT();
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const cell = (id: string) => {
    const node = nodes.get(id);
    if (node === undefined) return null;
    return (
      <AppLink to={node.path}>
        <Icon name={node.icon} size={13} /> <span className="muted">{node.type}</span>{' '}
        <bdi className={node.kind === 'event' ? undefined : 'mono'}>{node.label.slice(0, 200)}</bdi>
      </AppLink>
    );
  };
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th>{t('graph.from')}</th>
          <th>{t('graph.relation')}</th>
          <th>{t('graph.to')}</th>
          <th>{t('attribute.comment')}</th>
        </tr>
      </thead>
      <tbody>
        {graph.edges.map((edge, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: edges have no other identity
          <tr key={index}>
            <td>{cell(edge.from)}</td>
            <td className={styles.nowrap}>
              {edge.label === '' ? <span aria-hidden="true">→</span> : <bdi>{edge.label}</bdi>}
            </td>
            <td>{cell(edge.to)}</td>
            <td>
              <bdi>{edge.comment}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
