import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { eventListQuery } from '../../api/events.ts';
import { useLoadedRows } from '../../api/pages.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { isSettingOn, settingText } from '../../api/setting-text.ts';
import type { EventIndexRow } from '../../api/wire.ts';
import { useKeys } from '../../app/keys.ts';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { AnalysisText, DistributionBadge, PublishBadge, ThreatBadge } from '../../components/badges.tsx';
import { type Column, DataGrid } from '../../components/data-grid.tsx';
import { FilterBar } from '../../components/filter-bar.tsx';
import { Icon } from '../../components/icon.tsx';
import { EmptyState } from '../../components/states.tsx';
import { TagRow, type TagStyle } from '../../components/tag-chip.tsx';
import { Moment } from '../../components/time.tsx';
import { useT, useTranslator } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useSearchState } from '../../routing/search-state.ts';
import { useGo } from '../../routing/use-go.ts';
import { eventFilterParameters, eventFiltersOf } from './event-filters.ts';
import { useEventFields } from './use-event-fields.ts';

const EventBulkBar = lazy(() => import('./event-bulk-bar.tsx').then((module) => ({ default: module.EventBulkBar })));
const NewEventPanel = lazy(() => import('./new-event-panel.tsx').then((module) => ({ default: module.NewEventPanel })));
const ImportPanel = lazy(() => import('./import-panel.tsx').then((module) => ({ default: module.ImportPanel })));

/** The values of `MISP.full_tags_on_event_index`. */
const tagLooks: Readonly<Record<string, TagStyle>> = { '0': 'minimal', '1': 'full', '2': 'short' };

function useColumns(): readonly Column<EventIndexRow>[] {
  const { t, language } = useTranslator();
  const session = useSession();
  const look = tagLooks[settingText(session, 'MISP.full_tags_on_event_index')] ?? 'full';
  const hasThreat = !isSettingOn(session, 'MISP.disable_threat_level');
  return useMemo<readonly Column<EventIndexRow>[]>(
    () => [
      {
        id: 'published',
        header: t('event.state'),
        quiet: true,
        fixed: true,
        width: 28,
        align: 'tight',
        render: (event) => (
          <PublishBadge published={event.published} publishTimestamp={event.publish_timestamp} compact />
        ),
      },
      {
        id: 'id',
        header: t('event.id'),
        width: 52,
        align: 'end',
        sort: 'id',
        render: (event) => <span className="mono muted">{event.id}</span>,
      },
      {
        id: 'info',
        header: t('event.info'),
        fixed: true,
        width: 260,
        grow: 5,
        sort: 'info',
        render: (event) => (
          <AppLink className="link-cell" to={paths.event(event.id)} title={event.info}>
            <bdi>{event.info}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'tags',
        header: t('event.tags'),
        width: 190,
        grow: 2,
        render: (event) => (
          <TagRow
            tags={(event.EventTag ?? []).map((link) => ({ ...link.Tag, local: link.local === true }))}
            look={look}
            max={look === 'minimal' ? 6 : 2}
          />
        ),
      },
      {
        id: 'count',
        header: t('event.attributes'),
        width: 92,
        align: 'end',
        sort: 'attribute_count',
        render: (event) => Number(event.attribute_count ?? 0).toLocaleString(language),
      },
      {
        id: 'creator',
        header: t('event.creator'),
        width: 110,
        grow: 1,
        sort: 'orgc_id',
        render: (event) => <bdi>{event.Orgc?.name}</bdi>,
      },
      {
        id: 'date',
        header: t('event.date'),
        from: 900,
        width: 96,
        sort: 'date',
        render: (event) => <span className="mono">{event.date}</span>,
      },
      {
        id: 'changed',
        header: t('event.changed'),
        width: 98,
        sort: 'timestamp',
        render: (event) => <Moment epoch={event.timestamp} />,
      },
      ...(hasThreat
        ? [
            {
              id: 'threat',
              header: t('event.threat'),
              from: 1300,
              width: 98,
              sort: 'threat_level_id',
              render: (event) => <ThreatBadge level={event.threat_level_id} />,
            } satisfies Column<EventIndexRow>,
          ]
        : []),
      {
        id: 'analysis',
        header: t('event.analysis'),
        from: 1400,
        width: 90,
        sort: 'analysis',
        render: (event) => <AnalysisText stage={event.analysis} />,
      },
      {
        id: 'distribution',
        header: t('event.distribution'),
        width: 144,
        sort: 'distribution',
        render: (event) => <DistributionBadge distribution={event.distribution} group={event.SharingGroup?.name} />,
      },
    ],
    [t, language, look, hasThreat],
  );
}

function NoEvents(props: {
  readonly filtered: boolean;
  readonly onClear: () => void;
  readonly onNew: () => void;
  readonly onImport: () => void;
}) {
  const t = useT();
  const mayAdd = hasRight(useSession(), 'perm_add');
  if (props.filtered) {
    return (
      <EmptyState icon="filter" title={t('events.noMatch')} text={t('events.noMatchText')}>
        <Button onClick={props.onClear}>{t('filter.clear')}</Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="events" title={t('events.none')} text={t('events.noneText')}>
      <Button onClick={props.onNew} disabled={!mayAdd}>
        {t('new.event')}
      </Button>
      <Button variant="default" onClick={props.onImport} disabled={!mayAdd}>
        {t('new.import')}
      </Button>
    </EmptyState>
  );
}

/** The list of events: `/` and `/events/index/…`. */
export function Page() {
  const t = useT();
  usePageTitle(t('nav.events'));
  const go = useGo();
  const [search, change] = useSearchState();
  const filters = useMemo(() => eventFiltersOf(search), [search]);
  const query = useInfiniteQuery(eventListQuery(filters));
  const { rows, total, loadUpTo } = useLoadedRows(query, (page) => page.events);
  const first = query.data?.pages[0];
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const columns = useColumns();
  const fields = useEventFields();
  const filtered = Object.keys(filters).some((key) => key.startsWith('search'));
  const clear = () =>
    change(Object.fromEntries([...eventFilterParameters, 'searchall'].map((key) => [key, undefined])));

  useKeys({ s: () => document.getElementById('filter-input')?.focus() });

  if (query.isError && query.data === undefined)
    return <FailurePage error={query.error} onRetry={() => void query.refetch()} />;

  return (
    <div className="page-grid">
      <div className="page-head">
        <h1>{t('nav.events')}</h1>
        <span className="count" aria-live="polite">
          {first === undefined ? '' : t(first.total === null ? 'events.countAtLeast' : 'events.count', { n: total })}
        </span>
        <span className="space" />
        <Button variant="default" leftSection={<Icon name="upload" />} onClick={() => change({ panel: 'import' })}>
          {t('new.import')}
        </Button>
      </div>
      <div className="toolbar">
        <FilterBar
          label={t('filter.label')}
          placeholder={t('filter.placeholder')}
          fields={fields}
          freeParameter="searchall"
          search={filters}
          onChange={change}
        />
      </div>
      {query.data !== undefined && total === 0 ? (
        <NoEvents
          filtered={filtered}
          onClear={clear}
          onNew={() => change({ panel: 'new-event' })}
          onImport={() => change({ panel: 'import' })}
        />
      ) : (
        <DataGrid
          label={t('nav.events')}
          list="events"
          columns={columns}
          count={query.data === undefined ? 20 : total}
          rowAt={(index) => rows[index]}
          keyOf={(event) => event.id}
          nameOf={(event) => event.info}
          sort={filters.sort === undefined ? undefined : { by: filters.sort, descending: filters.direction !== 'asc' }}
          onSort={(sort) => change({ sort: sort.by, direction: sort.descending ? 'desc' : 'asc' })}
          selection={selection}
          onSelect={setSelection}
          onVisible={loadUpTo}
          onOpen={(event) => void go(paths.event(event.id))}
        />
      )}
      <Suspense>
        {selection.size > 0 && (
          <EventBulkBar
            events={rows.filter((event) => selection.has(event.id))}
            onDone={() => setSelection(new Set())}
          />
        )}
        {search.panel === 'new-event' && <NewEventPanel onClose={() => change({ panel: undefined })} />}
        {search.panel === 'import' && <ImportPanel onClose={() => change({ panel: undefined })} />}
      </Suspense>
    </div>
  );
}
