import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type ReportRow, reportsQuery } from '../../api/reports.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import { ChoiceField } from '../../components/fields.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { Moment } from '../../components/time.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useSearchState } from '../../routing/search-state.ts';
import { useGo } from '../../routing/use-go.ts';

/** Reports of all events that the viewer sees. */
export function Page() {
  const t = useT();
  const go = useGo();
  const [search, change] = useSearchState();
  const context = search.context === 'all' || search.context === 'deleted' ? search.context : 'default';
  const query = useQuery(reportsQuery(undefined, context));
  const columns = useMemo<readonly ListColumn<ReportRow>[]>(
    () => [
      {
        id: 'name',
        header: t('field.name'),
        width: 280,
        grow: 2,
        text: (row) => row.EventReport.name,
        render: (row) => (
          <AppLink className="link-cell" to={paths.report(row.EventReport.id)}>
            <bdi>{row.EventReport.name}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'event',
        header: t('proposal.event'),
        width: 240,
        grow: 2,
        text: (row) => row.Event.info,
        render: (row) => (
          <AppLink className="link-cell" to={paths.event(row.Event.id)}>
            <bdi>{row.Event.info}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'org',
        header: t('event.creator'),
        width: 160,
        text: (row) => row.Event.Orgc?.name ?? '',
        render: (row) => <bdi>{row.Event.Orgc?.name}</bdi>,
      },
      {
        id: 'distribution',
        header: t('event.distribution'),
        width: 140,
        render: (row) => <DistributionBadge distribution={row.EventReport.distribution} />,
      },
      {
        id: 'changed',
        header: t('event.changed'),
        width: 120,
        number: (row) => Number(row.EventReport.timestamp),
        render: (row) => <Moment epoch={row.EventReport.timestamp} />,
      },
    ],
    [t],
  );
  return (
    <ListPage
      title={t('nav.reports')}
      query={query}
      columns={columns}
      keyOf={(row) => row.EventReport.id}
      nameOf={(row) => row.EventReport.name}
      onOpen={(row) => void go(paths.report(row.EventReport.id))}
      filters={
        <ChoiceField
          label={t('rows.deletedFilter')}
          hideLabel
          value={context}
          choices={[
            { value: 'default', label: t('rows.live') },
            { value: 'all', label: t('rows.withDeleted') },
            { value: 'deleted', label: t('rows.onlyDeleted') },
          ]}
          onChange={(value) => change({ context: value === 'default' ? undefined : value })}
        />
      }
      empty={{ icon: 'text', title: t('report.none'), text: t('report.noneText') }}
    />
  );
}
