import { Button, TextInput } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { useKeys } from '../app/keys.ts';
import { FailurePage } from '../app/not-found.tsx';
import { usePageTitle } from '../app/page-title.ts';
import { useT } from '../i18n/i18n.tsx';
import { useSearchState } from '../routing/search-state.ts';
import { type Column, DataGrid, type Sort } from './data-grid.tsx';
import { Icon, type IconName } from './icon.tsx';
import { EmptyState } from './states.tsx';

/** A column of a list that is whole in the browser: it can be sorted and searched by its text. */
export interface ListColumn<Row> extends Omit<Column<Row>, 'sort'> {
  /** Text to sort and search by; a column without it does neither. */
  readonly text?: (row: Row) => string;
  /** Sorts by this number instead of the text. */
  readonly number?: (row: Row) => number;
}

interface ListPageProps<Row> {
  readonly title: string;
  readonly query: UseQueryResult<readonly Row[]>;
  readonly columns: readonly ListColumn<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly nameOf: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  /** Buttons at the right of the head. */
  readonly actions?: ReactNode;
  /** Choices left of the filter. */
  readonly filters?: ReactNode;
  readonly empty: {
    readonly icon: IconName;
    readonly title: string;
    readonly text?: string;
    readonly action?: ReactNode;
  };
}

function compare<Row>(column: ListColumn<Row>, language: string): (a: Row, b: Row) => number {
  const { number, text } = column;
  if (number !== undefined) return (a, b) => number(a) - number(b);
  const collator = new Intl.Collator(language, { numeric: true });
  return text === undefined ? () => 0 : (a, b) => collator.compare(text(a), text(b));
}

/** A list that fits in the browser, such as users or taxonomies: filter as you type, sort, open. */
export function ListPage<Row>(props: ListPageProps<Row>) {
  const t = useT();
  usePageTitle(props.title);
  const [search, change] = useSearchState();
  const [sort, setSort] = useState<Sort>();
  const wanted = (search.value ?? '').normalize('NFKC').toLowerCase();
  const { columns, query } = props;

  const rows = useMemo(() => {
    const all = query.data ?? [];
    const matching =
      wanted === ''
        ? all
        : all.filter((row) => columns.some((column) => column.text?.(row).toLowerCase().includes(wanted)));
    const column = columns.find((entry) => entry.id === sort?.by);
    if (column === undefined) return matching;
    const sorted = [...matching].sort(compare(column, document.documentElement.lang));
    return sort?.descending === true ? sorted.reverse() : sorted;
  }, [query.data, wanted, columns, sort]);

  useKeys({ s: () => document.getElementById('list-filter')?.focus() });

  if (query.isError && query.data === undefined)
    return <FailurePage error={query.error} onRetry={() => void query.refetch()} />;
  const nothing = query.data !== undefined && rows.length === 0;

  return (
    <div className="page-grid">
      <div className="page-head">
        <h1>{props.title}</h1>
        <span className="count" aria-live="polite">
          {query.data === undefined ? '' : t('list.count', { n: rows.length })}
        </span>
        <span className="space" />
        {props.actions}
      </div>
      <div className="toolbar">
        {props.filters}
        <TextInput
          id="list-filter"
          type="search"
          value={search.value ?? ''}
          aria-label={t('list.filter')}
          placeholder={t('list.filter')}
          leftSection={<Icon name="search" size={14} />}
          style={{ flex: '1 1 240px', maxWidth: 420 }}
          onChange={(event) =>
            change(
              { value: event.currentTarget.value === '' ? undefined : event.currentTarget.value },
              { replace: true },
            )
          }
        />
      </div>
      {nothing && wanted !== '' && (
        <EmptyState icon="filter" title={t('state.noMatch')}>
          <Button onClick={() => change({ value: undefined })}>{t('filter.clear')}</Button>
        </EmptyState>
      )}
      {nothing && wanted === '' && (
        <EmptyState
          icon={props.empty.icon}
          title={props.empty.title}
          {...(props.empty.text === undefined ? {} : { text: props.empty.text })}
        >
          {props.empty.action}
        </EmptyState>
      )}
      {!nothing && (
        <DataGrid
          label={props.title}
          columns={columns.map((column) =>
            column.text === undefined && column.number === undefined ? column : { ...column, sort: column.id },
          )}
          count={query.data === undefined ? 12 : rows.length}
          rowAt={(index) => rows[index]}
          keyOf={props.keyOf}
          nameOf={props.nameOf}
          sort={sort}
          onSort={(next) => setSort(sort?.by === next.by ? next : { ...next, descending: false })}
          onOpen={props.onOpen}
        />
      )}
    </div>
  );
}
