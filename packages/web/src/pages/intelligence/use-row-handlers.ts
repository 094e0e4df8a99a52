import { useMemo } from 'react';
import { ApiError } from '../../api/client.ts';
import type { EventRow } from '../../api/event-rows.ts';
import { proposeDeletion } from '../../api/proposals.ts';
import { addSighting } from '../../api/sightings.ts';
import { useToasts } from '../../components/toasts.tsx';
import { useCopy } from '../../components/use-copy.ts';
import { useT } from '../../i18n/i18n.tsx';
import type { OpenRow } from './event-rows.tsx';
import { type EventActions, keyOfRow } from './use-event-actions.ts';
import type { RowHandlers } from './use-row-columns.tsx';
import type { useTree } from './use-tree.ts';

interface RowContext extends Pick<RowHandlers, 'mayEdit' | 'mayPropose' | 'maySight'> {
  readonly tree: ReturnType<typeof useTree>;
  readonly actions: EventActions;
  readonly remove: (rows: readonly EventRow[]) => void;
  /** Opens the editor of a row; the same function always, as `note`. */
  readonly open: (row: OpenRow) => void;
  /** Opens the notes of a row. */
  readonly note: (row: EventRow) => void;
}

/** What the cells and keys of a row do, by the rights of the viewer. */
export function useRowHandlers(context: RowContext): RowHandlers {
  const { mayEdit, mayPropose, maySight, tree, actions, remove, open, note } = context;
  const t = useT();
  const toasts = useToasts();
  const copy = useCopy();
  return useMemo<RowHandlers>(
    () => ({
      mayEdit,
      mayPropose,
      maySight,
      isFolded: tree.isFolded,
      leadOf: tree.leadOf,
      fold: tree.fold,
      edit(row) {
        if (mayEdit) open({ key: keyOfRow(row), mode: 'edit' });
        else if (mayPropose && row.kind === 'attribute') open({ key: keyOfRow(row), mode: 'propose' });
      },
      tags: (row) => open({ key: keyOfRow(row), mode: 'tags' }),
      remove(row) {
        if (mayEdit) remove([row]);
        else if (mayPropose && row.kind === 'attribute')
          proposeDeletion(row.id).then(async () => {
            await actions.refresh();
            toasts.success(t('proposal.sent'));
          }, toasts.failure);
      },
      sight: (row, type) =>
        void addSighting(row.id, type).then(async (answer) => {
          if (answer.Sighting === undefined) toasts.failure(new ApiError(200, answer.message ?? ''));
          else toasts.success(t('sighting.added'));
          await actions.refresh();
        }, toasts.failure),
      notes: note,
      copy: (row) => row.kind === 'attribute' && copy([row.value], false),
      toggleIds: (row) =>
        row.kind === 'attribute' && actions.changeAttribute(row.id, { to_ids: !row.to_ids }).catch(toasts.failure),
    }),
    [mayEdit, mayPropose, maySight, tree, actions, remove, open, note, copy, toasts, t],
  );
}
