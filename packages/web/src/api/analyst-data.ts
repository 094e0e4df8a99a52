import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';
import type { OrganisationRef } from './wire.ts';

/** The kinds of analyst data, as addresses and bodies name them. */
export type AnalystKind = 'Note' | 'Opinion' | 'Relationship';

/** All kinds, in the order in which lists show them. */
export const analystKinds: readonly AnalystKind[] = ['Note', 'Opinion', 'Relationship'];

/** Notes, opinions and relationships about one thing, or as answers to one of them. */
export interface AnalystLists {
  readonly Note?: readonly AnalystEntry[];
  readonly Opinion?: readonly AnalystEntry[];
  readonly Relationship?: readonly AnalystEntry[];
}

/** A note, opinion or relationship, with the answers to it. */
export interface AnalystEntry extends AnalystLists {
  readonly id: string;
  readonly uuid: string;
  readonly object_uuid: string;
  readonly object_type: string;
  readonly authors: string;
  readonly created: string;
  readonly modified: string;
  readonly distribution: string;
  readonly sharing_group_id: string | null;
  readonly note_type_name: AnalystKind;
  readonly note?: string;
  readonly language?: string;
  /** 0 to 100. */
  readonly opinion?: string;
  readonly comment?: string;
  readonly relationship_type?: string;
  readonly related_object_uuid?: string;
  readonly related_object_type?: string;
  readonly Orgc?: OrganisationRef;
  readonly _canEdit?: boolean;
}

/** What analyst data may be about. */
export type AnalystTarget = 'Event' | 'Attribute' | 'Object' | 'EventReport' | AnalystKind;

async function readAbout(type: AnalystTarget, uuid: string, signal: AbortSignal): Promise<AnalystLists> {
  if (type === 'Event')
    return (await get<{ readonly Event: AnalystLists }>(`/events/view/${uuid}/metadata:1.json`, signal)).Event;
  if (type === 'Attribute') return get<AnalystLists>(`/attributes/viewAnalystData/${uuid}.json`, signal);
  if (type === 'Object') return get<AnalystLists>(`/objects/viewAnalystData/${uuid}.json`, signal);
  const lists = await Promise.all(
    analystKinds.map(async (kind) => {
      const rows = await get<readonly Partial<Record<AnalystKind, AnalystEntry>>[]>(
        `/analyst_data/index/${kind}/object_uuid:${uuid}.json`,
        signal,
      );
      return [kind, rows.flatMap((row) => row[kind] ?? [])] as const;
    }),
  );
  return Object.fromEntries(lists);
}

/** What is noted about one thing, answers included. */
export const analystDataQuery = (type: AnalystTarget, uuid: string) =>
  queryOptions({
    queryKey: ['analystData', type, uuid],
    queryFn: ({ signal }) => readAbout(type, uuid, signal),
  });

/** All entries of a kind that the viewer sees. */
export const analystIndexQuery = (kind: AnalystKind) =>
  queryOptions({
    queryKey: ['analystData', 'index', kind],
    queryFn: async ({ signal }) => {
      const rows = await get<readonly Partial<Record<AnalystKind, AnalystEntry>>[]>(
        `/analyst_data/index/${kind}.json`,
        signal,
      );
      return rows.flatMap((row) => row[kind] ?? []);
    },
  });

/** Fields of an entry that a form sends; which ones, depends on the kind. */
export interface AnalystInput {
  readonly note?: string;
  readonly language?: string;
  readonly opinion?: number;
  readonly comment?: string;
  readonly relationship_type?: string;
  readonly related_object_uuid?: string;
  readonly related_object_type?: string;
  readonly distribution: string;
  readonly sharing_group_id?: string;
}

/** Adds an entry about an element, or as an answer to another entry. */
export const addAnalystData = (
  kind: AnalystKind,
  about: { readonly type: AnalystTarget; readonly uuid: string },
  input: AnalystInput,
) => post(`/analyst_data/add/${kind}/${about.uuid}/${about.type}`, { [kind]: input });
export const editAnalystData = (kind: AnalystKind, uuid: string, input: AnalystInput) =>
  post(`/analyst_data/edit/${kind}/${uuid}`, { [kind]: input });
export const deleteAnalystData = (kind: AnalystKind, uuid: string) => post(`/analyst_data/delete/${kind}/${uuid}`);

/** How many entries there are, answers included. */
export function countEntries(lists: AnalystLists): number {
  return analystKinds.flatMap((kind) => lists[kind] ?? []).reduce((sum, entry) => sum + 1 + countEntries(entry), 0);
}
