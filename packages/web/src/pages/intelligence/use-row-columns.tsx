import { useMemo } from 'react';
import type { EventRow } from '../../api/event-rows.ts';
import type { RowFacts } from '../../api/row-facts.ts';
import type { SightingType } from '../../api/sightings.ts';
import type { EventHeader } from '../../api/wire.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import type { Column } from '../../components/data-grid.tsx';
import { TagRow } from '../../components/tag-chip.tsx';
import { Moment } from '../../components/time.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { CorrelationCell, DecayCell, NotesCell, SightingCell } from './context-cells.tsx';
import { IdsToggle, RowTools, TypeCell, ValueCell } from './row-cells.tsx';

/** What may be done with the rows of an event, and how. */
export interface RowHandlers {
  readonly mayEdit: boolean;
  /** May propose what he may not change himself. */
  readonly mayPropose: boolean;
  readonly maySight: boolean;
  readonly isFolded: (objectId: string) => boolean;
  readonly leadOf: (objectId: string) => string | undefined;
  readonly fold: (row: EventRow) => void;
  readonly edit: (row: EventRow) => void;
  readonly tags: (row: EventRow) => void;
  readonly remove: (row: EventRow) => void;
  readonly copy: (row: EventRow) => void;
  readonly toggleIds: (row: EventRow) => void;
  readonly sight: (row: EventRow, type: SightingType) => void;
  readonly notes: (row: EventRow) => void;
}

/** Columns of the indicators grid. */
export function useRowColumns(event: EventHeader, handlers: RowHandlers, facts: RowFacts): readonly Column<EventRow>[] {
  const t = useT();
  return useMemo<readonly Column<EventRow>[]>(() => {
    const proposes = !handlers.mayEdit && handlers.mayPropose;
    const blocked = handlers.mayEdit || proposes ? undefined : t('reason.edit');
    const cannotSight = handlers.maySight ? undefined : t('reason.right', { right: 'perm_sighting' });
    const factOf = (row: EventRow) => (row.kind === 'attribute' ? facts[row.id] : undefined);
    const hasScores = Object.values(facts).some((fact) => (fact.decay_score?.length ?? 0) > 0);
    return [
      { id: 'type', header: t('attribute.type'), width: 150, fixed: true, render: (row) => <TypeCell row={row} /> },
      {
        id: 'value',
        header: t('attribute.value'),
        width: 240,
        grow: 4,
        fixed: true,
        render: (row) => (
          <ValueCell
            row={row}
            expanded={row.kind === 'object' ? !handlers.isFolded(row.id) : undefined}
            lead={row.kind === 'object' ? handlers.leadOf(row.id) : undefined}
            proposals={factOf(row)?.proposals ?? 0}
            eventId={event.id}
            onFold={() => handlers.fold(row)}
          />
        ),
      },
      {
        id: 'category',
        header: t('attribute.category'),
        width: 132,
        from: 1000,
        render: (row) => (row.kind === 'object' ? <span className="muted">{row['meta-category']}</span> : row.category),
      },
      {
        id: 'tags',
        from: 640,
        header: t('event.tags'),
        width: 110,
        grow: 1,
        render: (row) => (row.kind === 'attribute' ? <TagRow tags={row.Tag ?? []} max={2} /> : null),
      },
      {
        id: 'comment',
        from: 760,
        header: t('attribute.comment'),
        width: 90,
        grow: 1,
        render: (row) => <bdi title={row.comment}>{row.comment}</bdi>,
      },
      {
        id: 'ids',
        from: 480,
        header: t('attribute.idsShort'),
        width: 40,
        align: 'tight',
        render: (row) =>
          row.kind === 'attribute' ? (
            <IdsToggle on={row.to_ids} disabled={!handlers.mayEdit} onToggle={() => handlers.toggleIds(row)} />
          ) : null,
      },
      {
        id: 'correlations',
        from: 560,
        header: t('correlation.short'),
        width: 54,
        align: 'tight',
        render: (row) => <CorrelationCell fact={factOf(row)} />,
      },
      {
        id: 'sightings',
        from: 700,
        header: t('sighting.column'),
        width: 96,
        align: 'tight',
        render: (row) =>
          row.kind === 'attribute' ? (
            <SightingCell row={row} disabledReason={cannotSight} onAdd={(type) => handlers.sight(row, type)} />
          ) : null,
      },
      ...(hasScores
        ? [
            {
              id: 'decay',
              header: t('decay.column'),
              width: 66,
              from: 1300,
              align: 'tight' as const,
              render: (row: EventRow) => <DecayCell fact={factOf(row)} />,
            },
          ]
        : []),
      {
        id: 'notes',
        from: 700,
        header: t('notes.short'),
        width: 54,
        align: 'tight',
        render: (row) => <NotesCell lists={row} onOpen={() => handlers.notes(row)} />,
      },
      {
        id: 'distribution',
        from: 820,
        header: t('event.distribution'),
        width: 108,
        render: (row) => <DistributionBadge distribution={row.distribution} inherited={event.distribution} />,
      },
      {
        id: 'changed',
        header: t('event.changed'),
        width: 96,
        from: 1100,
        render: (row) => <Moment epoch={row.timestamp} />,
      },
      {
        id: 'tools',
        header: t('grid.tools'),
        quiet: true,
        fixed: true,
        overlay: true,
        width: 108,
        render: (row) => (
          <RowTools
            tools={[
              ...(row.kind === 'attribute'
                ? [
                    { icon: 'copy' as const, label: t('copy.value'), run: () => handlers.copy(row) },
                    { icon: 'tag' as const, label: t('event.tags'), run: () => handlers.tags(row) },
                  ]
                : []),
              {
                icon: 'edit',
                label: t(proposes ? 'proposal.proposeChange' : 'action.edit'),
                run: () => handlers.edit(row),
                disabledReason: row.kind === 'object' && proposes ? t('reason.edit') : blocked,
              },
              {
                icon: 'trash',
                label: t(proposes ? 'proposal.proposeDeletion' : 'action.delete'),
                run: () => handlers.remove(row),
                disabledReason: row.kind === 'object' && proposes ? t('reason.edit') : blocked,
              },
            ]}
          />
        ),
      },
    ];
  }, [t, event.id, event.distribution, handlers, facts]);
}
