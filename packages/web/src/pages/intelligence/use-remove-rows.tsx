import { type ReactNode, useCallback, useState } from 'react';
import { deleteAttribute, deleteAttributes, deleteObject, restoreAttribute } from '../../api/attributes.ts';
import type { EventRow } from '../../api/event-rows.ts';
import type { EventHeader } from '../../api/wire.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { type EventActions, keyOfRow } from './use-event-actions.ts';

/** Attributes that do not go with an object of the same lot. */
function looseAttributes(rows: readonly EventRow[]): string[] {
  const objects = new Set(rows.filter((row) => row.kind === 'object').map((row) => row.id));
  return rows.flatMap((row) => (row.kind === 'attribute' && !objects.has(row.parentObjectId ?? '') ? [row.id] : []));
}

/**
 * Deleting rows. An event that was never published loses them for good, after a question; later they are
 * kept as deleted for the partners who have them, and attributes alone can be brought back.
 */
export function useRemoveRows(
  event: EventHeader,
  actions: EventActions,
  onDone: () => void,
): { readonly remove: (rows: readonly EventRow[]) => void; readonly dialog: ReactNode } {
  const t = useT();
  const toasts = useToasts();
  const [asked, setAsked] = useState<readonly EventRow[]>([]);
  const forGood = Number(event.publish_timestamp) === 0;

  const send = useCallback(
    async (rows: readonly EventRow[]) => {
      const attributes = looseAttributes(rows);
      for (const row of rows) if (row.kind === 'object') await deleteObject(row.id, forGood);
      if (attributes.length === 1 && attributes[0] !== undefined) await deleteAttribute(attributes[0], forGood);
      else if (attributes.length > 1) await deleteAttributes(event.id, attributes, forGood);
    },
    [event.id, forGood],
  );

  const run = useCallback(
    async (rows: readonly EventRow[]) => {
      const objects = new Set(rows.filter((row) => row.kind === 'object').map((row) => row.id));
      await actions.removeRows(new Set(rows.map(keyOfRow)), () => send(rows));
      const attributes = looseAttributes(rows);
      const undo = async () => {
        for (const id of attributes) await restoreAttribute(id);
        await actions.refresh();
      };
      const undoable = !forGood && objects.size === 0;
      toasts.success(
        t('rows.deleted', { n: rows.length }),
        undoable ? () => void undo().catch(toasts.failure) : undefined,
      );
      onDone();
    },
    [actions, send, forGood, toasts, t, onDone],
  );

  const remove = useCallback(
    (rows: readonly EventRow[]) => {
      if (rows.length === 0) return;
      if (forGood || rows.some((row) => row.kind === 'object')) setAsked(rows);
      else void run(rows).catch(toasts.failure);
    },
    [forGood, run, toasts],
  );

  const dialog = (
    <ConfirmDialog
      opened={asked.length > 0}
      title={t('rows.delete', { n: asked.length })}
      confirm={t('action.delete')}
      tone="danger"
      onClose={() => setAsked([])}
      onConfirm={() => run(asked)}
    >
      {t(forGood ? 'rows.deleteForGood' : 'rows.deleteObjects')}
    </ConfirmDialog>
  );
  return { remove, dialog };
}
