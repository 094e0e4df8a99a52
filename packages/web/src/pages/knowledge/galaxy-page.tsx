import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type GalaxyCluster, galaxyQuery } from '../../api/library.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { useT } from '../../i18n/i18n.tsx';

const synonymsOf = (cluster: GalaxyCluster): string =>
  (cluster.GalaxyElement ?? [])
    .filter((element) => element.key === 'synonyms')
    .map((element) => element.value)
    .join(', ');

/** One galaxy: its clusters with their synonyms. */
export function Page() {
  const t = useT();
  const { id = '' } = useParams({ strict: false });
  const query = useQuery({ ...galaxyQuery(id), select: (view) => view.GalaxyCluster });
  const title = useQuery(galaxyQuery(id)).data?.Galaxy.name ?? t('nav.galaxies');
  const columns = useMemo<readonly ListColumn<GalaxyCluster>[]>(
    () => [
      {
        id: 'value',
        header: t('field.name'),
        width: 260,
        text: (cluster) => cluster.value,
        render: (cluster) => <bdi title={cluster.value}>{cluster.value}</bdi>,
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
    <ListPage
      title={title}
      query={query}
      columns={columns}
      keyOf={(cluster) => cluster.id}
      nameOf={(cluster) => cluster.value}
      empty={{ icon: 'knowledge', title: t('galaxy.empty') }}
    />
  );
}
