import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type Sighting, sightedQuery, sightingsQuery } from '../../api/sightings.ts';
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
  const sighted = useQuery(sightedQuery(query.data ?? [])).data;
  const columns = useMemo<readonly ListColumn<Sighting>[]>(() => {
    const kindOf = (row: Sighting) => t(words[row.type === '1' ? 1 : row.type === '2' ? 2 : 0]);
    return [
      { id: 'type', header: t('sighting.kind'), width: 150, text: kindOf, render: kindOf },
      {
        id: 'date',
        header: t('sighting.date'),
        width: 120,
        number: (row) => Number(row.date_sighting),
        render: (row) => <Moment epoch={row.date_sighting} />,
      },
      {
        id: 'attribute',
        header: t('attribute.value'),
        width: 260,
        grow: 3,
        text: (row) => sighted?.get(row.attribute_id)?.value ?? '',
        render: (row) => {
          const attribute = sighted?.get(row.attribute_id);
          return (
            <AppLink
              className="link-cell"
              to={paths.eventAt(row.event_id, row.attribute_uuid ?? row.attribute_id)}
              title={attribute?.value}
            >
              <bdi className="mono">{attribute?.value.slice(0, 300) ?? `#${row.attribute_id}`}</bdi>
            </AppLink>
          );
        },
      },
      {
        id: 'attributeType',
        header: t('attribute.type'),
        width: 120,
        text: (row) => sighted?.get(row.attribute_id)?.type ?? '',
        render: (row) => sighted?.get(row.attribute_id)?.type,
      },
      {
        id: 'event',
        header: t('proposal.event'),
        width: 220,
        grow: 3,
        text: (row) => sighted?.get(row.attribute_id)?.Event.info ?? row.event_id,
        render: (row) => (
          <AppLink className="link-cell" to={paths.event(row.event_id)}>
            <bdi>{sighted?.get(row.attribute_id)?.Event.info ?? `#${row.event_id}`}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'org',
        header: t('sighting.by'),
        width: 140,
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
  }, [t, sighted]);
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
