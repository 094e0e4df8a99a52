import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { type EventRow, eventRowsQuery } from '../../api/event-rows.ts';
import { useLoadedRows } from '../../api/pages.ts';
import { canEditEvent, canTagEvent, hasRight, useSession } from '../../api/session.tsx';
import type { EventHeader } from '../../api/wire.ts';
import { useKeys } from '../../app/keys.ts';
import { DataGrid } from '../../components/data-grid.tsx';
import { ErrorBox, Skeleton } from '../../components/states.tsx';
import { useCopy } from '../../components/use-copy.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useSearchState } from '../../routing/search-state.ts';
import { AddRow } from './add-row.tsx';
import styles from './event-page.module.css';
import { NoRows } from './no-rows.tsx';
import { rowFiltersOf } from './row-filters.ts';
import { RowsToolbar } from './rows-toolbar.tsx';
import { type EventActions, keyOfRow } from './use-event-actions.ts';
import { usePasteAnywhere } from './use-paste-anywhere.ts';
import { useRemoveRows } from './use-remove-rows.tsx';
import { useRowColumns } from './use-row-columns.tsx';
import { useRowFacts } from './use-row-facts.ts';
import { useRowHandlers } from './use-row-handlers.ts';
import { useTree } from './use-tree.ts';

const RowBelow = lazy(() => import('./row-below.tsx').then((module) => ({ default: module.RowBelow })));
const AnalystPanel = lazy(() =>
  import('../notes/analyst-panel.tsx').then((module) => ({ default: module.AnalystPanel })),
);
const RowBulkBar = lazy(() => import('./row-bulk-bar.tsx').then((module) => ({ default: module.RowBulkBar })));

interface EventRowsProps {
  /** The id as it stands in the URL, which the queries are kept under. */
  readonly routeId: string;
  readonly event: EventHeader;
  readonly actions: EventActions;
}

/** The row that is being worked on, and how. */
export type OpenRow = {
  readonly key: string;
  readonly mode: 'edit' | 'tags' | 'propose';
  readonly error?: unknown;
  readonly draft?: object;
};

/** Attributes and objects of an event: toolbar, grid, editors in place, bulk bar. */
export function EventRows({ routeId, event, actions }: EventRowsProps) {
  const t = useT();
  const session = useSession();
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
  // Whoever may not change the event may propose; the server keeps proposals for those who can.
  const mayPropose = !mayEdit && session.role.perm_add === true;
  const maySight = hasRight(session, 'perm_sighting');
  const [noted, setNoted] = useState<EventRow>();
  const { facts, onVisible: lookUpTo } = useRowFacts(routeId, tree.visible);
  const { remove, dialog } = useRemoveRows(event, actions, () => setSelection(new Set()));

  const handlers = useRowHandlers({
    mayEdit,
    mayPropose,
    maySight,
    tree,
    actions,
    remove,
    open: setOpen,
    note: setNoted,
  });
  const columns = useRowColumns(event, handlers, facts);
  const selected = rows.filter((row) => selection.has(keyOfRow(row)));
  const count = tree.visible.length + (total - rows.length);
  const adding = search.panel === 'add-attribute' && (mayEdit || mayPropose);

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
    else if (key === 'y') setNoted(row);
    else if ((key === '+' || key === '-') && row.kind === 'attribute' && maySight)
      handlers.sight(row, key === '+' ? '0' : '1');
    else if (key === 'Delete' && mayEdit) remove(selected.length > 0 ? selected : [row]);
    else return false;
    return true;
  }

  const panel = (name: string) => () => change({ panel: name });
  const openPaste = useCallback(() => change({ panel: 'paste' }), [change]);
  usePasteAnywhere(event.id, mayEdit, openPaste);
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
        mayPropose={mayPropose}
        onChange={change}
      />
      {adding && (
        <AddRow
          eventId={event.id}
          mayEdit={mayEdit}
          actions={actions}
          onClose={(isAdded) => change({ panel: undefined }, isAdded ? { replace: true } : {})}
        />
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
          list="rows"
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
          onVisible={(last) => {
            loadUpTo(last);
            lookUpTo(last);
          }}
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
      {noted !== undefined && (
        <Suspense>
          <AnalystPanel
            about={{ type: noted.kind === 'object' ? 'Object' : 'Attribute', uuid: noted.uuid }}
            name={noted.kind === 'object' ? noted.name : noted.value.slice(0, 80)}
            onChanged={() => void actions.refresh()}
            onClose={() => setNoted(undefined)}
          />
        </Suspense>
      )}
      {dialog}
    </div>
  );
}
