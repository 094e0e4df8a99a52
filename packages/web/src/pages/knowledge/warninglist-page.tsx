import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type WarninglistView, warninglistQuery } from '../../api/library.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { useT } from '../../i18n/i18n.tsx';

type Entry = WarninglistView['Warninglist']['WarninglistEntry'][number];

/** One warninglist: every entry, searchable. */
export function Page() {
  const t = useT();
  const { id = '' } = useParams({ strict: false });
  const query = useQuery({ ...warninglistQuery(id), select: (view) => view.Warninglist.WarninglistEntry });
  const title = useQuery(warninglistQuery(id)).data?.Warninglist.name ?? t('nav.warninglists');
  const columns = useMemo<readonly ListColumn<Entry>[]>(
    () => [
      {
        id: 'value',
        header: t('attribute.value'),
        width: 320,
        grow: 1,
        text: (entry) => entry.value,
        render: (entry) => <bdi className="mono">{entry.value}</bdi>,
      },
      {
        id: 'comment',
        header: t('attribute.comment'),
        width: 260,
        grow: 1,
        text: (entry) => entry.comment ?? '',
        render: (entry) => <bdi>{entry.comment}</bdi>,
      },
    ],
    [t],
  );
  return (
    <ListPage
      title={title}
      query={query}
      columns={columns}
      keyOf={(entry) => entry.id}
      nameOf={(entry) => entry.value}
      empty={{ icon: 'warning', title: t('warninglist.empty') }}
    />
  );
}
