import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { eventListQuery } from '../../api/events.ts';
import { useLoadedRows } from '../../api/pages.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { useKeys } from '../../app/keys.ts';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { DataGrid } from '../../components/data-grid.tsx';
import { FilterBar } from '../../components/filter-bar.tsx';
import { Icon } from '../../components/icon.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useSearchState } from '../../routing/search-state.ts';
import { useGo } from '../../routing/use-go.ts';
import { eventFilterParameters, eventFiltersOf } from './event-filters.ts';
import { useEventColumns } from './use-event-columns.tsx';
import { useEventFields } from './use-event-fields.ts';
import { useRelatedCounts } from './use-related-counts.ts';

const EventBulkBar = lazy(() => import('./event-bulk-bar.tsx').then((module) => ({ default: module.EventBulkBar })));
const NewEventPanel = lazy(() => import('./new-event-panel.tsx').then((module) => ({ default: module.NewEventPanel })));
const ImportPanel = lazy(() => import('./import-panel.tsx').then((module) => ({ default: module.ImportPanel })));

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
  const columns = useEventColumns(useRelatedCounts(query.data?.pages));
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
