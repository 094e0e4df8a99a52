import { useMemo } from 'react';
import type { EventRow } from '../../api/event-rows.ts';
import type { EventHeader } from '../../api/wire.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import type { Column } from '../../components/data-grid.tsx';
import { TagRow } from '../../components/tag-chip.tsx';
import { Moment } from '../../components/time.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { IdsToggle, RowTools, TypeCell, ValueCell } from './row-cells.tsx';

export interface RowHandlers {
  readonly mayEdit: boolean;
  readonly isFolded: (objectId: string) => boolean;
  readonly leadOf: (objectId: string) => string | undefined;
  readonly fold: (row: EventRow) => void;
  readonly edit: (row: EventRow) => void;
  readonly tags: (row: EventRow) => void;
  readonly remove: (row: EventRow) => void;
  readonly copy: (row: EventRow) => void;
  readonly toggleIds: (row: EventRow) => void;
}

/** Columns of the indicators grid. */
export function useRowColumns(event: EventHeader, handlers: RowHandlers): readonly Column<EventRow>[] {
  const t = useT();
  return useMemo<readonly Column<EventRow>[]>(() => {
    const blocked = handlers.mayEdit ? undefined : t('reason.edit');
    return [
      { id: 'type', header: t('attribute.type'), width: 170, render: (row) => <TypeCell row={row} /> },
      {
        id: 'value',
        header: t('attribute.value'),
        width: 220,
        grow: 4,
        render: (row) => (
          <ValueCell
            row={row}
            expanded={row.kind === 'object' ? !handlers.isFolded(row.id) : undefined}
            lead={row.kind === 'object' ? handlers.leadOf(row.id) : undefined}
            onFold={() => handlers.fold(row)}
          />
        ),
      },
      {
        id: 'category',
        header: t('attribute.category'),
        width: 134,
        render: (row) => (row.kind === 'object' ? <span className="muted">{row['meta-category']}</span> : row.category),
      },
      {
        id: 'tags',
        header: t('event.tags'),
        width: 96,
        grow: 1,
        render: (row) => (row.kind === 'attribute' ? <TagRow tags={row.Tag ?? []} max={2} /> : null),
      },
      {
        id: 'comment',
        header: t('attribute.comment'),
        width: 90,
        grow: 1,
        render: (row) => <bdi title={row.comment}>{row.comment}</bdi>,
      },
      {
        id: 'ids',
        header: t('attribute.idsShort'),
        width: 40,
        align: 'tight',
        render: (row) =>
          row.kind === 'attribute' ? (
            <IdsToggle on={row.to_ids} disabled={!handlers.mayEdit} onToggle={() => handlers.toggleIds(row)} />
          ) : null,
      },
      {
        id: 'distribution',
        header: t('event.distribution'),
        width: 104,
        render: (row) => <DistributionBadge distribution={row.distribution} inherited={event.distribution} />,
      },
      { id: 'changed', header: t('event.changed'), width: 88, render: (row) => <Moment epoch={row.timestamp} /> },
      {
        id: 'tools',
        header: '',
        width: 108,
        align: 'end',
        render: (row) => (
          <RowTools
            tools={[
              ...(row.kind === 'attribute'
                ? [
                    { icon: 'copy' as const, label: t('copy.value'), run: () => handlers.copy(row) },
                    { icon: 'tag' as const, label: t('event.tags'), run: () => handlers.tags(row) },
                  ]
                : []),
              { icon: 'edit', label: t('action.edit'), run: () => handlers.edit(row), disabledReason: blocked },
              { icon: 'trash', label: t('action.delete'), run: () => handlers.remove(row), disabledReason: blocked },
            ]}
          />
        ),
      },
    ];
  }, [t, event.distribution, handlers]);
}
