import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type Sighting, sightingsQuery } from '../../api/sightings.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { Moment } from '../../components/time.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';

const pageSize = 200;
const words = { 0: 'sighting.kind.0', 1: 'sighting.kind.1', 2: 'sighting.kind.2' } as const;

/** Sightings that the viewer sees, a page of 200 at a time. */
export function Page() {
  const t = useT();
  const [page, setPage] = useState(1);
  const query = useQuery(sightingsQuery(page, pageSize));
  const columns = useMemo<readonly ListColumn<Sighting>[]>(() => {
    const kindOf = (row: Sighting) => t(words[row.type === '1' ? 1 : row.type === '2' ? 2 : 0]);
    return [
      { id: 'type', header: t('sighting.kind'), width: 150, text: kindOf, render: kindOf },
      {
        id: 'date',
        header: t('sighting.date'),
        width: 160,
        number: (row) => Number(row.date_sighting),
        render: (row) => <Moment epoch={row.date_sighting} />,
      },
      {
        id: 'attribute',
        header: t('sighting.attribute'),
        width: 140,
        render: (row) => <AppLink to={`/attributes/view/${row.attribute_id}`}>#{row.attribute_id}</AppLink>,
      },
      {
        id: 'event',
        header: t('proposal.event'),
        width: 120,
        number: (row) => Number(row.event_id),
        render: (row) => <AppLink to={paths.event(row.event_id)}>#{row.event_id}</AppLink>,
      },
      {
        id: 'org',
        header: t('sighting.by'),
        width: 200,
        grow: 1,
        text: (row) => row.Organisation?.name ?? '',
        render: (row) => <bdi>{row.Organisation?.name}</bdi>,
      },
      {
        id: 'source',
        header: t('sighting.source'),
        width: 160,
        grow: 1,
        text: (row) => row.source,
        render: (row) => <bdi>{row.source}</bdi>,
      },
    ];
  }, [t]);
  return (
    <ListPage
      title={t('nav.sightings')}
      query={query}
      columns={columns}
      keyOf={(row) => row.id}
      nameOf={(row) => row.id}
      actions={
        <>
          <Button variant="default" disabled={page === 1} onClick={() => setPage(page - 1)}>
            {t('page.before')}
          </Button>
          <Button variant="default" disabled={(query.data?.length ?? 0) < pageSize} onClick={() => setPage(page + 1)}>
            {t('page.after')}
          </Button>
        </>
      }
      empty={{ icon: 'check', title: t('sighting.none'), text: t('sighting.noneText') }}
    />
  );
}
