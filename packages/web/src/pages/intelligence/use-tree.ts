import { useMemo, useState } from 'react';
import type { EventRow } from '../../api/event-rows.ts';

/** The rows of an event as a tree of objects and their attributes. */
export interface Tree {
  /** Rows on screen: attributes of folded objects are left out. */
  readonly visible: readonly EventRow[];
  readonly isFolded: (objectId: string) => boolean;
  readonly fold: (row: EventRow) => void;
  /** The value that says most about an object: that of its first attribute. */
  readonly leadOf: (objectId: string) => string | undefined;
}

/** Folding of objects over the flat rows. */
export function useTree(rows: readonly EventRow[]): Tree {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  return useMemo(() => {
    const leads = new Map<string, string>();
    for (const row of rows) {
      if (row.kind === 'attribute' && row.parentObjectId !== null && !leads.has(row.parentObjectId))
        leads.set(row.parentObjectId, row.value);
    }
    return {
      visible: rows.filter(
        (row) => row.kind === 'object' || row.parentObjectId === null || !folded.has(row.parentObjectId),
      ),
      isFolded: (objectId) => folded.has(objectId),
      leadOf: (objectId) => leads.get(objectId),
      fold(row) {
        setFolded((current) => {
          const next = new Set(current);
          if (!next.delete(row.id)) next.add(row.id);
          return next;
        });
      },
    };
  }, [rows, folded]);
}
