import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { type GalaxyCluster, galaxyQuery } from '../../api/library.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

const ClusterForm = lazy(() => import('./cluster-form.tsx').then((module) => ({ default: module.ClusterForm })));

const synonymsOf = (cluster: GalaxyCluster): string =>
  (cluster.GalaxyElement ?? [])
    .filter((element) => element.key === 'synonyms')
    .map((element) => element.value)
    .join(', ');

/** One galaxy: its clusters with their synonyms. */
export function Page() {
  const t = useT();
  const go = useGo();
  const { id = '' } = useParams({ strict: false });
  const mayAdd = hasRight(useSession(), 'perm_galaxy_editor');
  const [adding, setAdding] = useState(false);
  const query = useQuery({ ...galaxyQuery(id), select: (view) => view.GalaxyCluster });
  const title = useQuery(galaxyQuery(id)).data?.Galaxy.name ?? t('nav.galaxies');
  const columns = useMemo<readonly ListColumn<GalaxyCluster>[]>(
    () => [
      {
        id: 'value',
        header: t('field.name'),
        width: 260,
        text: (cluster) => cluster.value,
        render: (cluster) => (
          <AppLink className="link-cell" to={paths.cluster(cluster.id)} title={cluster.value}>
            <bdi>{cluster.value}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'synonyms',
        header: t('galaxy.synonyms'),
        width: 220,
        grow: 1,
        text: synonymsOf,
        render: (cluster) => <bdi title={synonymsOf(cluster)}>{synonymsOf(cluster)}</bdi>,
      },
      {
        id: 'description',
        header: t('field.description'),
        width: 280,
        grow: 2,
        text: (cluster) => cluster.description,
        render: (cluster) => <bdi title={cluster.description}>{cluster.description}</bdi>,
      },
      { id: 'source', header: t('galaxy.source'), width: 160, render: (cluster) => <bdi>{cluster.source}</bdi> },
    ],
    [t],
  );
  return (
    <>
      <ListPage
        title={title}
        query={query}
        columns={columns}
        keyOf={(cluster) => cluster.id}
        nameOf={(cluster) => cluster.value}
        onOpen={(cluster) => void go(paths.cluster(cluster.id))}
        actions={
          <Button
            leftSection={<Icon name="plus" />}
            disabled={!mayAdd}
            title={mayAdd ? undefined : t('reason.right', { right: 'perm_galaxy_editor' })}
            onClick={() => setAdding(true)}
          >
            {t('cluster.add')}
          </Button>
        }
        empty={{ icon: 'knowledge', title: t('galaxy.empty') }}
      />
      {adding && (
        <Suspense>
          <ClusterForm
            title={t('cluster.add')}
            galaxyId={id}
            onClose={() => setAdding(false)}
            onSaved={(saved) => void go(paths.cluster(saved.id))}
          />
        </Suspense>
      )}
    </>
  );
}
