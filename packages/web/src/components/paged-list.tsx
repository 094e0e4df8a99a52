import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { ApiError, post } from '../api/client.ts';
import { FailurePage } from '../app/not-found.tsx';
import { usePageTitle } from '../app/page-title.ts';
import { useT } from '../i18n/i18n.tsx';
import { useSearchState } from '../routing/search-state.ts';
import { type Column, DataGrid } from './data-grid.tsx';
import { FilterBar } from './filter-bar.tsx';
import type { FilterField } from './filter-tokens.ts';
import type { IconName } from './icon.tsx';
import { EmptyState } from './states.tsx';

interface PagedListProps<Row> {
  readonly title: string;
  /** Address of the list; it takes `page` and `limit`. */
  readonly path: string;
  readonly pageSize: number;
  readonly columns: readonly Column<Row>[];
  readonly fields: readonly FilterField[];
  readonly freeParameter: string;
  /** Sent with every page. */
  readonly fixed?: Readonly<Record<string, string>>;
  readonly keyOf: (row: Row) => string;
  readonly nameOf: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  readonly actions?: ReactNode;
  readonly empty: { readonly icon: IconName; readonly title: string; readonly text: string };
}

const listOrOne = (values: readonly string[]) => (values.length === 1 ? values[0] : values);

/** A page after the last one is answered as "not found" by some lists: that is their end. */
async function readPage<Row>(path: string, page: number, body: object): Promise<readonly Row[]> {
  try {
    return await post<readonly Row[]>(path, { ...body, page });
  } catch (error) {
    if (page > 1 && error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
}

/** A list too long for the browser: filtered by the server, loaded page by page while one scrolls. */
export function PagedList<Row>(props: PagedListProps<Row>) {
  const t = useT();
  usePageTitle(props.title);
  const [search, change] = useSearchState();
  const parameters = [...props.fields.map((field) => field.parameter), props.freeParameter];
  const filters = Object.fromEntries(parameters.flatMap((name) => (search[name] ? [[name, search[name]]] : [])));
  const query = useInfiniteQuery({
    queryKey: ['paged', props.path, filters],
    queryFn: ({ pageParam }) => {
      const words = (filters[props.freeParameter] ?? '').split('|').filter((word) => word !== '');
      const free = words.map((word) => (word.includes('%') ? word : `%${word}%`));
      const exact = Object.entries(filters).filter(([name]) => name !== props.freeParameter);
      const asked = Object.fromEntries(exact.map(([name, value]) => [name, listOrOne(value.split('|'))]));
      const body = {
        ...props.fixed,
        ...asked,
        ...(free.length === 0 ? {} : { [props.freeParameter]: listOrOne(free) }),
      };
      return readPage<Row>(props.path, pageParam, { ...body, limit: props.pageSize });
    },
    initialPageParam: 1,
    getNextPageParam: (page, pages) => (page.length < props.pageSize ? undefined : pages.length + 1),
  });
  const rows = useMemo(() => query.data?.pages.flat() ?? [], [query.data]);
  if (query.isError && query.data === undefined)
    return <FailurePage error={query.error} onRetry={() => void query.refetch()} />;
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <div className="page-grid">
      <div className="page-head">
        <h1>{props.title}</h1>
        <span className="count" aria-live="polite">
          {query.data === undefined ? '' : t(query.hasNextPage ? 'list.countMore' : 'list.count', { n: rows.length })}
        </span>
        <span className="space" />
        {props.actions}
      </div>
      <div className="toolbar">
        <FilterBar
          label={t('list.filter')}
          placeholder={t('filter.placeholder')}
          fields={props.fields}
          freeParameter={props.freeParameter}
          search={search}
          onChange={change}
        />
      </div>
      {query.data !== undefined && rows.length === 0 ? (
        <EmptyState
          icon={isFiltered ? 'filter' : props.empty.icon}
          title={isFiltered ? t('state.noMatch') : props.empty.title}
          {...(isFiltered ? {} : { text: props.empty.text })}
        >
          {isFiltered && (
            <Button onClick={() => change(Object.fromEntries(parameters.map((name) => [name, undefined])))}>
              {t('filter.clear')}
            </Button>
          )}
        </EmptyState>
      ) : (
        <DataGrid
          label={props.title}
          columns={props.columns}
          count={query.data === undefined ? 12 : rows.length}
          rowAt={(index) => rows[index]}
          keyOf={props.keyOf}
          nameOf={props.nameOf}
          onOpen={props.onOpen}
          onVisible={(last) => {
            if (last >= rows.length - 20 && query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
          }}
        />
      )}
    </div>
  );
}
