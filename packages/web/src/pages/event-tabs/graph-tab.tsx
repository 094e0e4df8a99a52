import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { correlationsQuery, itemGraphQuery } from '../../api/event-pictures.ts';
import type { EventHeader } from '../../api/wire.ts';
import { useKeys } from '../../app/keys.ts';
import { CheckField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { GraphCanvas } from './graph-canvas.tsx';
import { GraphList } from './graph-list.tsx';
import { type Graph, graphOfCorrelations, graphOfItems, nodeOfItem } from './graph-model.ts';
import styles from './tabs.module.css';
import { useLayouts } from './use-layouts.tsx';
import { useRelations } from './use-relations.tsx';

type Scope = 'references' | 'tags' | 'correlations';

/** The number of the node that has the focus, if any. */
const focusedNode = () => document.activeElement?.closest<HTMLElement>('[data-node]')?.dataset.node;

/** How what the event holds is linked: as a picture, or as a list that says the same; relations are drawn here. */
export function GraphTab({ event }: { readonly event: EventHeader }) {
  const t = useT();
  const [scope, setScope] = useState<Scope>('references');
  const [as, setAs] = useState<'picture' | 'list'>('picture');
  const [loose, setLoose] = useState(false);
  const items = useQuery({
    ...itemGraphQuery(event.id, scope === 'tags' ? 'Tags' : 'References'),
    enabled: scope !== 'correlations',
  });
  const correlations = useInfiniteQuery({ ...correlationsQuery(event.id), enabled: scope === 'correlations' });
  const graph = useMemo<Graph | undefined>(() => {
    if (scope === 'correlations')
      return correlations.data === undefined ? undefined : graphOfCorrelations(correlations.data.pages);
    return items.data === undefined ? undefined : graphOfItems(event.id, items.data, loose && scope === 'references');
  }, [scope, correlations.data, items.data, event.id, loose]);
  const all = useMemo(
    () => (items.data?.items ?? []).map((item) => nodeOfItem(event.id, item)),
    [items.data, event.id],
  );
  const relations = useRelations(event, graph, all);
  const layouts = useLayouts(event, scope, graph);
  const edits = scope === 'references' && relations.disabledReason === undefined;

  useKeys({ r: () => scope === 'references' && relations.relate(focusedNode()) });
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
        {scope === 'references' && (
          <>
            <CheckField label={t('graph.loose')} value={loose} onChange={setLoose} />
            <span className={styles.space} />
            {as === 'picture' && layouts.tools}
            <Button
              leftSection={<Icon name="plus" />}
              disabled={relations.disabledReason !== undefined || items.data === undefined}
              title={relations.disabledReason ?? t('graph.addRelationKey')}
              onClick={() => relations.relate()}
            >
              {t('graph.addRelation')}
            </Button>
          </>
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
          {scope !== 'correlations' && items.data?.truncated === true && (
            <p className="muted">{t('graph.firstOnly')}</p>
          )}
          {as === 'picture' ? (
            <GraphCanvas
              graph={graph}
              label={t('eventTab.graph')}
              kept={layouts.kept}
              onPlaces={layouts.setPlaces}
              onRelate={edits ? relations.relate : undefined}
              onEdge={edits ? relations.edit : undefined}
            />
          ) : (
            <GraphList graph={graph} relations={scope === 'references' ? relations : undefined} />
          )}
        </>
      )}
      {relations.dialog}
      {layouts.dialog}
    </section>
  );
}
