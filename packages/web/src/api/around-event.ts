import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';
import type { OrganisationRef } from './wire.ts';

export interface Collection {
  readonly id: string;
  readonly uuid: string;
  readonly orgc_id: string;
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly distribution: string;
  readonly sharing_group_id: string | null;
  readonly modified: string;
  readonly element_count?: number;
}

export interface CollectionRow {
  readonly Collection: Collection;
  readonly Orgc?: OrganisationRef;
}

export interface CollectionElement {
  readonly id: string;
  readonly element_uuid: string;
  readonly element_type: string;
  readonly description: string;
}

export interface CollectionView extends CollectionRow {
  readonly CollectionElement: readonly CollectionElement[];
}

export const collectionTypes = ['campaign', 'intrusion_set', 'named_threat', 'research', 'other'] as const;

export const collectionsQuery = () =>
  queryOptions({
    queryKey: ['collections'],
    queryFn: ({ signal }) => get<readonly CollectionRow[]>('/collections/index.json', signal),
  });

export const collectionQuery = (id: string) =>
  queryOptions({
    queryKey: ['collections', id],
    queryFn: ({ signal }) => get<CollectionView>(`/collections/view/${encodeURIComponent(id)}.json`, signal),
  });

export interface CollectionInput {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly distribution: string;
  readonly sharing_group_id: string;
}

export const saveCollection = (id: string | undefined, input: CollectionInput) =>
  post<{ readonly Collection: Collection }>(`/collections/${id === undefined ? 'add' : `edit/${id}`}`, input);
export const deleteCollection = (id: string) => post(`/collections/delete/${id}`);
export const addToCollection = (id: string, type: string, uuid: string, description: string) =>
  post(`/collection_elements/add/${id}`, { element_type: type, element_uuid: uuid, description });
export const removeFromCollection = (elementId: string) => post(`/collection_elements/delete/${elementId}`);

export interface DeletedEvent {
  readonly id: string;
  readonly uuid: string;
  readonly info: string;
  readonly date: string;
  readonly deleted_by: string;
  readonly deleted_at: string;
}

/** Deleted events that can be brought back, the latest first. */
export const deletedEventsQuery = () =>
  queryOptions({
    queryKey: ['events', 'deleted'],
    queryFn: async ({ signal }) => {
      const rows = await get<readonly { readonly Event: DeletedEvent }[]>(
        '/events/restoreDeletedEvents/limit:1000.json',
        signal,
      );
      return rows.map((row) => row.Event);
    },
  });
export const recoverEvent = (id: string) => post(`/events/recoverEvent/${id}`);

export interface TemplateElement {
  readonly type: string;
  readonly id: string;
  readonly label?: string;
  readonly content?: string;
  readonly description?: string;
  readonly mandatory?: boolean;
  readonly repeatable?: boolean;
  readonly multiple?: boolean;
  readonly misp?: { readonly type?: string; readonly default_value?: string };
  readonly relations?: readonly {
    readonly object_relation: string;
    readonly label?: string;
    readonly mandatory?: boolean;
    readonly hidden?: boolean;
  }[];
}

export interface EventTemplate {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly active: boolean;
  /** "0" for the own organisation, "1" for everyone here. */
  readonly distribution: string;
  readonly org_id: string;
  readonly version: string;
  readonly modified: string;
  readonly definition?: {
    readonly structure?: readonly TemplateElement[];
    readonly [member: string]: unknown;
  };
}

export const eventTemplatesQuery = () =>
  queryOptions({
    queryKey: ['eventTemplates'],
    queryFn: async ({ signal }) => {
      const rows = await get<readonly { readonly EventTemplate: EventTemplate }[]>(
        '/event_templates/index/limit:500.json',
        signal,
      );
      return rows.map((row) => row.EventTemplate);
    },
  });

export const eventTemplateQuery = (id: string) =>
  queryOptions({
    queryKey: ['eventTemplates', id],
    queryFn: ({ signal }) =>
      get<{ readonly EventTemplate: EventTemplate }>(`/event_templates/view/${encodeURIComponent(id)}.json`, signal),
    select: (answer) => answer.EventTemplate,
  });

export const makeEventOfTemplate = (id: string, values: Readonly<Record<string, unknown>>) =>
  post<{ readonly event_id: string }>(`/event_templates/instantiate/${id}`, { values });
export const importTemplate = (document: unknown) => post('/event_templates/import', document);

interface TemplateInput {
  readonly name: string;
  readonly description: string;
  readonly distribution: string;
  readonly active: boolean;
  readonly definition: unknown;
}

/** Adds a template, or changes the one with this id. */
export const saveEventTemplate = (id: string | undefined, template: TemplateInput) =>
  post<{ readonly EventTemplate: EventTemplate }>(
    id === undefined ? '/event_templates/add' : `/event_templates/edit/${id}`,
    template,
  );
export const duplicateEventTemplate = (id: string) =>
  post<{ readonly EventTemplate: EventTemplate }>(`/event_templates/duplicate/${id}`);
export const deleteEventTemplate = (id: string) => post(`/event_templates/delete/${id}`);
