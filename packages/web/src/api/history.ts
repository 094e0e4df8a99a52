import { infiniteQueryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';

/** An entry of the change log, as MISP's history of an event tells it. */
export interface AuditEntry {
  readonly AuditLog: {
    readonly id: string;
    readonly created: string;
    readonly action: string;
    readonly model: string;
    readonly model_id: string;
    readonly model_title: string | null;
    readonly model_uuid: string | null;
    readonly event_id: string;
    /** New values by field, or `[old, new]`. */
    readonly change: Readonly<Record<string, unknown>> | null;
    readonly title: string;
    readonly request_type?: string;
  };
  readonly User?: { readonly email: string };
  readonly Organisation?: { readonly name: string };
}

/** Some changes, the latest first. */
export interface HistoryPage {
  readonly entries: readonly AuditEntry[];
}

const pageSize = 100;

/** What was changed in an event and in what it holds, newest first, page by page. */
export const historyQuery = (eventId: string) =>
  infiniteQueryOptions({
    queryKey: ['event', eventId, 'history'],
    queryFn: async ({ pageParam, signal }): Promise<HistoryPage> => ({
      entries: await get<readonly AuditEntry[]>(
        `/history/index/${eventId}/limit:${pageSize}${pageParam === '' ? '' : `/before:${pageParam}`}.json`,
        signal,
      ),
    }),
    initialPageParam: '',
    getNextPageParam: ({ entries }) => (entries.length < pageSize ? undefined : entries.at(-1)?.AuditLog.id),
  });

const kinds: Readonly<Record<string, string>> = {
  Event: 'event',
  Attribute: 'attribute',
  MispAttribute: 'attribute',
  Object: 'object',
  MispObject: 'object',
  EventReport: 'event_report',
};

/** The server's word for things with a history of their own; undefined for others, which cannot be set back. */
export const historyKindOf = (model: string): string | undefined => kinds[model];

/** Sets an element back to what it was right after an entry of its history, or brings a deleted one back. */
export const restoreEntry = (kind: string, id: string, entry: string) =>
  post(`/history/restore/${kind}/${id}/${entry}`);

/** Brings back what a change deleted, by its kind and id. */
export const restoreDeleted = (kind: string, id: string) => post(`/history/restore/${kind}/${id}`);
