import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { addAttribute } from '../../api/attributes.ts';
import { type EventRow, eventRowsQuery } from '../../api/event-rows.ts';
import { useLoadedRows } from '../../api/pages.ts';
import { canEditEvent, canTagEvent, useSession } from '../../api/session.tsx';
import type { EventHeader } from '../../api/wire.ts';
import { useKeys } from '../../app/keys.ts';
import { DataGrid } from '../../components/data-grid.tsx';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useCopy } from '../../components/use-copy.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useSearchState } from '../../routing/search-state.ts';
import styles from './event-page.module.css';
import { rowFiltersOf } from './row-filters.ts';
import { RowsToolbar } from './rows-toolbar.tsx';
import { type EventActions, keyOfRow } from './use-event-actions.ts';
import { useRemoveRows } from './use-remove-rows.tsx';
import { type RowHandlers, useRowColumns } from './use-row-columns.tsx';
import { useTree } from './use-tree.ts';

const AttributeEditor = lazy(() =>
  import('./attribute-editor.tsx').then((module) => ({ default: module.AttributeEditor })),
);
const RowBelow = lazy(() => import('./row-below.tsx').then((module) => ({ default: module.RowBelow })));
const RowBulkBar = lazy(() => import('./row-bulk-bar.tsx').then((module) => ({ default: module.RowBulkBar })));

interface EventRowsProps {
  /** The id as it stands in the URL, which the queries are kept under. */
  readonly routeId: string;
  readonly event: EventHeader;
  readonly actions: EventActions;
}

export type OpenRow = {
  readonly key: string;
  readonly mode: 'edit' | 'tags';
  readonly error?: unknown;
  readonly draft?: object;
};

const emptyDraft = {
  type: 'ip-dst',
  category: 'Network activity',
  value: '',
  comment: '',
  to_ids: true,
  disable_correlation: false,
  distribution: '5',
  sharing_group_id: '0',
  first_seen: '',
  last_seen: '',
};

/** Attributes and objects of an event: toolbar, grid, editors in place, bulk bar. */
export function EventRows({ routeId, event, actions }: EventRowsProps) {
  const t = useT();
  const session = useSession();
  const toasts = useToasts();
  const copy = useCopy();
  const [search, change] = useSearchState();
  const filters = useMemo(() => rowFiltersOf(search), [search]);
  const query = useInfiniteQuery(eventRowsQuery(routeId, filters));
  const { rows, total, loadUpTo } = useLoadedRows(query, (page) => page.rows);
  const tree = useTree(rows);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<OpenRow>();
  const mayEdit = canEditEvent(session, event);
  const mayTag = canTagEvent(session, event);
  const { remove, dialog } = useRemoveRows(event, actions, () => setSelection(new Set()));

  const handlers = useMemo<RowHandlers>(
    () => ({
      mayEdit,
      isFolded: tree.isFolded,
      leadOf: tree.leadOf,
      fold: tree.fold,
      edit: (row) => mayEdit && setOpen({ key: keyOfRow(row), mode: 'edit' }),
      tags: (row) => setOpen({ key: keyOfRow(row), mode: 'tags' }),
      remove: (row) => remove([row]),
      copy: (row) => row.kind === 'attribute' && copy([row.value], false),
      toggleIds: (row) =>
        row.kind === 'attribute' && actions.changeAttribute(row.id, { to_ids: !row.to_ids }).catch(toasts.failure),
    }),
    [mayEdit, tree, remove, copy, actions, toasts],
  );
  const columns = useRowColumns(event, handlers);
  const selected = rows.filter((row) => selection.has(keyOfRow(row)));
  const count = tree.visible.length + (total - rows.length);
  const adding = search.panel === 'add-attribute' && mayEdit;

  const focusIndex =
    search.focus === undefined ? undefined : tree.visible.findIndex((row) => row.uuid === search.focus);
  if (focusIndex === -1 && query.hasNextPage) loadUpTo(rows.length);

  function onRowKey(key: string, row: EventRow, shift: boolean): boolean {
    const values = (selected.length > 0 ? selected : [row]).flatMap((entry) =>
      entry.kind === 'attribute' ? [entry.value] : [],
    );
    if (key.toLowerCase() === 'c' && values.length > 0) copy(values, shift);
    else if (key === 'e') handlers.edit(row);
    else if (key === 't' && row.kind === 'attribute') handlers.tags(row);
    else if (key === 'i' && mayEdit) handlers.toggleIds(row);
    else if (key === 'Delete' && mayEdit) remove(selected.length > 0 ? selected : [row]);
    else return false;
    return true;
  }

  const panel = (name: string) => () => change({ panel: name });
  useKeys({
    a: panel('add-attribute'),
    o: panel('add-object'),
    f: panel('paste'),
    s: () => document.getElementById('row-filter')?.focus(),
  });

  return (
    <div className={styles.rows}>
      <RowsToolbar
        event={event}
        filters={filters}
        total={query.data === undefined ? undefined : total}
        mayEdit={mayEdit}
        onChange={change}
      />
      {adding && (
        <Suspense fallback={<Skeleton height={120} />}>
          <AttributeEditor
            initial={emptyDraft}
            fixedType={false}
            submitLabel={t('attribute.add')}
            onClose={() => change({ panel: undefined })}
            onSave={async (input) => {
              await addAttribute(event.id, input);
              await actions.refresh();
              toasts.success(t('attribute.added', { n: 1 }));
              change({ panel: undefined }, { replace: true });
            }}
          />
        </Suspense>
      )}
      {query.isError && <ErrorBox error={query.error} onRetry={() => void query.refetch()} />}
      {query.data !== undefined && total === 0 ? (
        <NoRows
          filtered={Object.keys(filters).length > 0}
          mayEdit={mayEdit}
          onPanel={(name) => change({ panel: name })}
          onClear={() =>
            change({ searchFor: undefined, toIDS: undefined, deleted: undefined, attributeFilter: undefined })
          }
        />
      ) : (
        <DataGrid
          label={t('rows.label')}
          columns={columns}
          count={query.data === undefined ? 12 : count}
          rowAt={(index) => tree.visible[index]}
          keyOf={keyOfRow}
          nameOf={(row) => (row.kind === 'object' ? row.name : row.value.slice(0, 80))}
          traits={(row) => ({
            level: row.kind === 'attribute' && row.parentObjectId !== null ? 2 : 1,
            expanded: row.kind === 'object' ? !tree.isFolded(row.id) : undefined,
            tone: row.deleted ? 'deleted' : row.kind === 'object' ? 'group' : undefined,
            pending: actions.pending.has(keyOfRow(row)),
          })}
          selection={selection}
          onSelect={setSelection}
          onVisible={loadUpTo}
          onOpen={handlers.edit}
          onFold={tree.fold}
          focusIndex={focusIndex}
          onRowKey={onRowKey}
          below={(row) =>
            open?.key === keyOfRow(row) && (
              <Suspense fallback={<Skeleton height={80} />}>
                <RowBelow
                  row={row}
                  open={open}
                  actions={actions}
                  mayTag={mayTag}
                  onClose={() => setOpen(undefined)}
                  onReopen={setOpen}
                />
              </Suspense>
            )
          }
        />
      )}
      {selected.length > 0 && (
        <Suspense>
          <RowBulkBar
            rows={selected}
            event={event}
            actions={actions}
            mayEdit={mayEdit}
            mayTag={mayTag}
            onRemove={() => remove(selected)}
            onClear={() => setSelection(new Set())}
          />
        </Suspense>
      )}
      {dialog}
    </div>
  );
}

function NoRows(props: {
  readonly filtered: boolean;
  readonly mayEdit: boolean;
  readonly onPanel: (name: string) => void;
  readonly onClear: () => void;
}) {
  const t = useT();
  if (props.filtered) {
    return (
      <EmptyState icon="filter" title={t('rows.noMatch')}>
        <Button onClick={props.onClear}>{t('filter.clear')}</Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="list" title={t('rows.none')} text={t('rows.noneText')}>
      <Button disabled={!props.mayEdit} onClick={() => props.onPanel('paste')}>
        {t('paste.title')}
      </Button>
      <Button variant="default" disabled={!props.mayEdit} onClick={() => props.onPanel('add-attribute')}>
        {t('attribute.add')}
      </Button>
      <Button variant="default" disabled={!props.mayEdit} onClick={() => props.onPanel('add-object')}>
        {t('object.add')}
      </Button>
    </EmptyState>
  );
}
