import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type EventTemplate, eventTemplatesQuery } from '../../api/around-event.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

/** Forms that make events. */
export function Page() {
  const t = useT();
  const go = useGo();
  const query = useQuery(eventTemplatesQuery());
  const columns = useMemo<readonly ListColumn<EventTemplate>[]>(
    () => [
      {
        id: 'name',
        header: t('field.name'),
        width: 240,
        grow: 1,
        text: (row) => row.name,
        render: (row) => (
          <AppLink className="link-cell" to={paths.eventTemplate(row.id)}>
            <bdi>{row.name}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'description',
        header: t('field.description'),
        width: 300,
        grow: 2,
        text: (row) => row.description,
        render: (row) => <bdi>{row.description}</bdi>,
      },
      { id: 'active', header: t('state.active'), width: 90, render: (row) => <YesNo value={row.active} /> },
      { id: 'version', header: t('field.version'), width: 80, align: 'end', render: (row) => row.version },
      {
        id: 'modified',
        header: t('event.changed'),
        width: 160,
        text: (row) => row.modified,
        render: (row) => <span className="mono">{row.modified}</span>,
      },
    ],
    [t],
  );
  return (
    <ListPage
      title={t('nav.eventTemplates')}
      query={query}
      columns={columns}
      keyOf={(row) => row.id}
      nameOf={(row) => row.name}
      onOpen={(row) => void go(paths.eventTemplate(row.id))}
      empty={{ icon: 'clipboard', title: t('eventTemplate.none'), text: t('eventTemplate.noneText') }}
    />
  );
}
