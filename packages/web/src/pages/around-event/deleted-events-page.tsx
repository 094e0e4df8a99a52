import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type DeletedEvent, deletedEventsQuery, recoverEvent } from '../../api/around-event.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { StampText } from '../../components/time.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';

const uuidWord = 'UUID';

/** The bin: events that were deleted and can be brought back. */
export function Page() {
  const t = useT();
  const client = useQueryClient();
  const toasts = useToasts();
  const query = useQuery(deletedEventsQuery());
  const columns = useMemo<readonly ListColumn<DeletedEvent>[]>(
    () => [
      { id: 'id', header: t('event.id'), width: 80, number: (row) => Number(row.id), render: (row) => `#${row.id}` },
      {
        id: 'info',
        header: t('event.info'),
        width: 320,
        grow: 3,
        text: (row) => row.info,
        render: (row) => <bdi>{row.info}</bdi>,
      },
      {
        id: 'date',
        header: t('event.date'),
        width: 110,
        text: (row) => row.date,
        render: (row) => <span className="mono">{row.date}</span>,
      },
      {
        id: 'uuid',
        header: uuidWord,
        width: 290,
        text: (row) => row.uuid,
        render: (row) => <span className="mono">{row.uuid}</span>,
      },
      {
        id: 'at',
        header: t('bin.deletedAt'),
        width: 190,
        text: (row) => row.deleted_at,
        render: (row) => <StampText stamp={row.deleted_at} />,
      },
      {
        id: 'restore',
        header: t('grid.tools'),
        quiet: true,
        width: 120,
        render: (row) => (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() =>
              void recoverEvent(row.id).then(async () => {
                await client.invalidateQueries({ queryKey: ['events'] });
                toasts.success(t('history.restored'));
              }, toasts.failure)
            }
          >
            {t('history.restore')}
          </Button>
        ),
      },
    ],
    [t, client, toasts],
  );
  return (
    <ListPage
      title={t('nav.deletedEvents')}
      query={query}
      columns={columns}
      keyOf={(row) => row.id}
      nameOf={(row) => row.info}
      empty={{ icon: 'trash', title: t('bin.none'), text: t('bin.noneText') }}
    />
  );
}
