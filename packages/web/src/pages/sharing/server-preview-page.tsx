import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { rowsQuery } from '../../api/rows.ts';
import { serversQuery } from '../../api/sharing.ts';
import type { EventIndexRow } from '../../api/wire.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';

/** The newest events of a connected instance, as they stand there. */
export function Page() {
  const t = useT();
  const { id = '' } = useParams({ strict: false });
  const server = useQuery(serversQuery()).data?.find((row) => row.Server.id === id)?.Server;
  const query = useQuery({
    ...rowsQuery<EventIndexRow>('serverPreview', `/servers/previewIndex/${encodeURIComponent(id)}.json`),
    retry: false,
  });
  const columns = useMemo<readonly ListColumn<EventIndexRow>[]>(
    () => [
      {
        id: 'info',
        header: t('event.info'),
        width: 340,
        grow: 2,
        text: (event) => event.info,
        render: (event) => (
          <AppLink className="link-cell" to={`/servers/previewEvent/${id}/${event.uuid}`}>
            <bdi>{event.info}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'creator',
        header: t('event.creator'),
        width: 160,
        grow: 1,
        text: (event) => event.Orgc?.name ?? '',
        render: (event) => <bdi>{event.Orgc?.name}</bdi>,
      },
      {
        id: 'count',
        header: t('event.attributes'),
        width: 100,
        align: 'end',
        render: (event) => event.attribute_count,
      },
      { id: 'date', header: t('event.date'), width: 110, text: (event) => event.date, render: (event) => event.date },
      {
        id: 'changed',
        header: t('event.changed'),
        width: 110,
        number: (event) => Number(event.timestamp),
        render: (event) => <Moment epoch={event.timestamp} />,
      },
      {
        id: 'distribution',
        header: t('event.distribution'),
        width: 170,
        render: (event) => <DistributionBadge distribution={event.distribution} />,
      },
    ],
    [t, id],
  );
  if (query.isError && server !== undefined)
    return (
      <EmptyState page icon="warning" title={t('server.unread', { name: server.name })} text={t('server.unreadText')}>
        <Button onClick={() => void query.refetch()} loading={query.isFetching}>
          {t('action.retry')}
        </Button>
        <Button component={AppLink} variant="default" to={paths.servers()}>
          {t('nav.servers')}
        </Button>
      </EmptyState>
    );
  return (
    <ListPage
      title={t('feed.previewOf', { name: server?.name ?? '' })}
      query={query}
      columns={columns}
      keyOf={(event) => event.uuid}
      nameOf={(event) => event.info}
      actions={
        <Button component={AppLink} variant="default" to={paths.servers()}>
          {t('nav.servers')}
        </Button>
      }
      empty={{ icon: 'events', title: t('feed.offersNothing'), text: t('feed.offersNothingText') }}
    />
  );
}
