import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { type AttributeInput, editAttribute } from '../../api/attributes.ts';
import type { EventRow, RowPage } from '../../api/event-rows.ts';
import { type EventInput, editEvent } from '../../api/events.ts';
import type { EventHeader } from '../../api/wire.ts';

/** Tells rows apart: objects and attributes are numbered each for themselves. */
export const keyOfRow = (row: EventRow): string => `${row.kind === 'object' ? 'o' : 'a'}${row.id}`;

type Rows = InfiniteData<RowPage>;

const mapRows = (data: Rows | undefined, change: (row: EventRow) => EventRow | undefined): Rows | undefined =>
  data && {
    ...data,
    pages: data.pages.map((page) => {
      const rows = page.rows.flatMap((row) => change(row) ?? []);
      return { ...page, rows, totalAtLeast: page.totalAtLeast - (page.rows.length - rows.length) };
    }),
  };

/** Changes of an event that show before the server has confirmed them. */
export interface EventActions {
  /** Keys of rows whose change the server has not confirmed. */
  readonly pending: ReadonlySet<string>;
  /** Shows the change at once, sends it, and takes it back when it is refused. Rejects with the refusal. */
  readonly changeEvent: (changes: EventInput) => Promise<void>;
  readonly changeAttribute: (id: string, changes: AttributeInput) => Promise<void>;
  /** Takes rows off the screen while `send` runs; brings them back when it fails. */
  readonly removeRows: (keys: ReadonlySet<string>, send: () => Promise<unknown>) => Promise<void>;
  /** Shows other tags on a row while `send` runs. */
  readonly patchRow: (key: string, patch: object, send: () => Promise<unknown>) => Promise<void>;
  /** Loads head and rows anew. */
  readonly refresh: () => Promise<void>;
}

/** Writes of the event page, applied to what is on screen before the server answers. */
export function useEventActions(id: string): EventActions {
  const client = useQueryClient();
  const [pending, setPending] = useState<ReadonlySet<string>>(new Set());

  const refresh = useCallback(async () => {
    void client.invalidateQueries({ queryKey: ['events'] });
    await client.invalidateQueries({ queryKey: ['event', id] });
  }, [client, id]);

  const onRows = useCallback(
    async (
      keys: ReadonlySet<string>,
      change: (row: EventRow) => EventRow | undefined,
      send: () => Promise<unknown>,
    ) => {
      const filter = { queryKey: ['event', id, 'rows'] };
      await client.cancelQueries(filter);
      const before = client.getQueriesData<Rows>(filter);
      client.setQueriesData<Rows>(filter, (data) =>
        mapRows(data, (row) => (keys.has(keyOfRow(row)) ? change(row) : row)),
      );
      setPending((current) => new Set([...current, ...keys]));
      try {
        await send();
        await refresh();
      } catch (error) {
        for (const [key, data] of before) client.setQueryData(key, data);
        throw error;
      } finally {
        setPending((current) => new Set([...current].filter((key) => !keys.has(key))));
      }
    },
    [client, id, refresh],
  );

  return useMemo<EventActions>(
    () => ({
      pending,
      refresh,
      async changeEvent(changes) {
        const key = ['event', id];
        const before = client.getQueryData<{ Event: EventHeader }>(key);
        // An edit unpublishes, as on the server.
        client.setQueryData<{ Event: EventHeader }>(
          key,
          (old) => old && { Event: { ...old.Event, ...changes, published: false } },
        );
        try {
          await editEvent(id, changes);
          await refresh();
        } catch (error) {
          client.setQueryData(key, before);
          throw error;
        }
      },
      changeAttribute: (attributeId, changes) =>
        onRows(
          new Set([`a${attributeId}`]),
          (row) => ({ ...row, ...changes }) as EventRow,
          () => editAttribute(attributeId, changes),
        ),
      removeRows: (keys, send) => onRows(keys, () => undefined, send),
      patchRow: (key, patch, send) => onRows(new Set([key]), (row) => ({ ...row, ...patch }), send),
    }),
    [client, id, onRows, pending, refresh],
  );
}
