import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type AttributeSearch, attributeSearchQuery, type FoundAttribute } from '../../api/search.ts';
import { usePageTitle } from '../../app/page-title.ts';
import { type Column, DataGrid } from '../../components/data-grid.tsx';
import { TextField } from '../../components/fields.tsx';
import { FilterBar } from '../../components/filter-bar.tsx';
import { Icon } from '../../components/icon.tsx';
import { EmptyState, ErrorBox } from '../../components/states.tsx';
import { TagRow } from '../../components/tag-chip.tsx';
import { Moment } from '../../components/time.tsx';
import { iconOfType } from '../../components/type-icon.ts';
import { useCopy } from '../../components/use-copy.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useSearchState } from '../../routing/search-state.ts';
import { useGo } from '../../routing/use-go.ts';
import styles from './search-page.module.css';
import { useSearchFields } from './use-search-fields.ts';

function useColumns(): readonly Column<FoundAttribute>[] {
  const t = useT();
  return useMemo(
    () => [
      {
        id: 'type',
        header: t('attribute.type'),
        width: 150,
        render: (row) => (
          <span>
            <Icon name={iconOfType(row.type)} size={14} /> {row.type}
          </span>
        ),
      },
      {
        id: 'value',
        header: t('attribute.value'),
        fixed: true,
        width: 280,
        grow: 3,
        render: (row) => (
          <bdi className="mono" title={row.value}>
            {row.value.slice(0, 600)}
          </bdi>
        ),
      },
      {
        id: 'event',
        header: t('search.event'),
        width: 240,
        grow: 2,
        render: (row) => (
          <AppLink className="link-cell" to={paths.eventAt(row.event_id, row.uuid)} title={row.Event.info}>
            <bdi>{row.Event.info}</bdi>
          </AppLink>
        ),
      },
      { id: 'category', header: t('attribute.category'), width: 130, from: 1100, render: (row) => row.category },
      {
        id: 'tags',
        header: t('event.tags'),
        width: 160,
        grow: 1,
        render: (row) => <TagRow tags={row.Tag ?? []} max={2} />,
      },
      {
        id: 'comment',
        header: t('attribute.comment'),
        width: 130,
        grow: 1,
        render: (row) => <bdi title={row.comment}>{row.comment}</bdi>,
      },
      { id: 'changed', header: t('event.changed'), width: 110, render: (row) => <Moment epoch={row.timestamp} /> },
    ],
    [t],
  );
}

/** Values as people paste them: refanged, one a line. */
const refang = (text: string): string =>
  text.normalize('NFKC').replaceAll('[.]', '.').replaceAll('(.)', '.').replaceAll('[@]', '@').replace(/hxxp/gi, 'http');

/** Search for values: many at once, defanged or not. */
export function Page() {
  const t = useT();
  usePageTitle(t('nav.search'));
  const go = useGo();
  const copy = useCopy();
  const [state, change] = useSearchState();
  const [text, setText] = useState(state.q ?? '');
  const fields = useSearchFields();
  const search: AttributeSearch = {
    text: state.q ?? '',
    type: state.type ?? '',
    category: state.category ?? '',
    tag: state.tag ?? '',
    org: state.org ?? '',
    info: state.info ?? '',
    ids: state.ids ?? '',
    last: state.last ?? '',
  };
  const query = useInfiniteQuery(attributeSearchQuery(search));
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.found) ?? [], [query.data]);
  const columns = useColumns();
  const asked = Object.values(search).some((value) => value !== '');
  const run = () => change({ q: text.trim() === '' ? undefined : refang(text) });

  return (
    <div className="page-grid">
      <div className="page-head">
        <h1>{t('nav.search')}</h1>
        <span className="count" aria-live="polite">
          {query.data === undefined ? '' : t(query.hasNextPage ? 'search.more' : 'list.count', { n: rows.length })}
        </span>
      </div>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
        }}
      >
        <TextField
          label={t('search.values')}
          description={t('search.help')}
          rows={2}
          mono
          value={text}
          onChange={setText}
          autoFocus
        />
        <Button type="submit" leftSection={<Icon name="search" />} title="Ctrl Enter">
          {t('nav.search')}
        </Button>
      </form>
      <div className="toolbar">
        <FilterBar
          label={t('filter.label')}
          placeholder={t('search.filters')}
          fields={fields}
          freeParameter="info"
          search={state}
          onChange={change}
        />
      </div>
      {query.isError && <ErrorBox error={query.error} onRetry={() => void query.refetch()} />}
      {!asked && <EmptyState icon="search" title={t('search.start')} text={t('search.startText')} />}
      {asked && query.data !== undefined && rows.length === 0 && (
        <EmptyState icon="search" title={t('search.none')} text={t('search.noneText')}>
          <Button component={AppLink} variant="default" to={paths.searchCaches()}>
            {t('cache.title')}
          </Button>
        </EmptyState>
      )}
      {asked && !query.isError && (query.data === undefined || rows.length > 0) && (
        <DataGrid
          label={t('search.results')}
          list="found"
          columns={columns}
          count={query.data === undefined ? 8 : rows.length + (query.hasNextPage ? 1 : 0)}
          rowAt={(index) => rows[index]}
          keyOf={(row) => row.id}
          nameOf={(row) => row.value.slice(0, 80)}
          onVisible={(last) => {
            if (last >= rows.length - 20 && query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
          }}
          onOpen={(row) => void go(paths.eventAt(row.event_id, row.uuid))}
          onRowKey={(key, row, shift) => {
            if (key.toLowerCase() !== 'c') return false;
            copy([row.value], shift);
            return true;
          }}
        />
      )}
    </div>
  );
}
