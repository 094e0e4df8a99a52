import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { type CollectionRow, collectionsQuery } from '../../api/around-event.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { DistributionBadge } from '../../components/badges.tsx';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

const CollectionForm = lazy(() =>
  import('./collection-form.tsx').then((module) => ({ default: module.CollectionForm })),
);

/** Collections: named lists of events and clusters. */
export function Page() {
  const t = useT();
  const go = useGo();
  const [adding, setAdding] = useState(false);
  const mayAdd = hasRight(useSession(), 'perm_modify');
  const query = useQuery(collectionsQuery());
  const columns = useMemo<readonly ListColumn<CollectionRow>[]>(
    () => [
      {
        id: 'name',
        header: t('field.name'),
        width: 240,
        grow: 1,
        text: (row) => row.Collection.name,
        render: (row) => (
          <AppLink className="link-cell" to={paths.collection(row.Collection.id)}>
            <bdi>{row.Collection.name}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'type',
        header: t('collection.type'),
        width: 140,
        text: (row) => row.Collection.type,
        render: (row) => row.Collection.type.replaceAll('_', ' '),
      },
      {
        id: 'description',
        header: t('field.description'),
        width: 240,
        grow: 2,
        text: (row) => row.Collection.description,
        render: (row) => <bdi>{row.Collection.description}</bdi>,
      },
      {
        id: 'count',
        header: t('collection.elements'),
        width: 100,
        align: 'end',
        number: (row) => row.Collection.element_count ?? 0,
        render: (row) => row.Collection.element_count ?? 0,
      },
      {
        id: 'org',
        header: t('event.creator'),
        width: 160,
        text: (row) => row.Orgc?.name ?? '',
        render: (row) => <bdi>{row.Orgc?.name}</bdi>,
      },
      {
        id: 'distribution',
        header: t('event.distribution'),
        width: 140,
        render: (row) => <DistributionBadge distribution={row.Collection.distribution} />,
      },
    ],
    [t],
  );
  const button = (
    <Button
      leftSection={<Icon name="plus" />}
      disabled={!mayAdd}
      title={mayAdd ? undefined : t('reason.right', { right: 'perm_modify' })}
      onClick={() => setAdding(true)}
    >
      {t('collection.new')}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t('nav.collections')}
        query={query}
        columns={columns}
        keyOf={(row) => row.Collection.id}
        nameOf={(row) => row.Collection.name}
        onOpen={(row) => void go(paths.collection(row.Collection.id))}
        actions={button}
        empty={{ icon: 'list', title: t('collection.nothing'), text: t('collection.nothingText') }}
      />
      {adding && (
        <Suspense>
          <CollectionForm onClose={() => setAdding(false)} onSaved={(id) => void go(paths.collection(id))} />
        </Suspense>
      )}
    </>
  );
}
