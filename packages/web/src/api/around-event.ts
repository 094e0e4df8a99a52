import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';
import type { OrganisationRef } from './wire.ts';

/** A collection of events and clusters, by its own fields. */
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

/** A collection in a list, with who made it. */
export interface CollectionRow {
  readonly Collection: Collection;
  readonly Orgc?: OrganisationRef;
}

/** One thing in a collection, by its uuid. */
interface CollectionElement {
  readonly id: string;
  readonly element_uuid: string;
  readonly element_type: string;
  readonly description: string;
}

/** A collection with what is in it. */
export interface CollectionView extends CollectionRow {
  readonly CollectionElement: readonly CollectionElement[];
}

/** The kinds of collections that MISP offers. */
export const collectionTypes = ['campaign', 'intrusion_set', 'named_threat', 'research', 'other'] as const;

/** The collections that the user sees. */
export const collectionsQuery = () =>
  queryOptions({
    queryKey: ['collections'],
    queryFn: ({ signal }) => get<readonly CollectionRow[]>('/collections/index.json', signal),
  });

/** One collection with what is in it. */
export const collectionQuery = (id: string) =>
  queryOptions({
    queryKey: ['collections', id],
    queryFn: ({ signal }) => get<CollectionView>(`/collections/view/${encodeURIComponent(id)}.json`, signal),
  });

/** What the form of a collection sends. */
export interface CollectionInput {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly distribution: string;
  readonly sharing_group_id: string;
}

/** Adds a collection, or changes the one with this id. */
export const saveCollection = (id: string | undefined, input: CollectionInput) =>
  post<{ readonly Collection: Collection }>(`/collections/${id === undefined ? 'add' : `edit/${id}`}`, input);
export const deleteCollection = (id: string) => post(`/collections/delete/${id}`);

/** Puts a thing into a collection, with a word about why. */
export const addToCollection = (id: string, type: string, uuid: string, description: string) =>
  post(`/collection_elements/add/${id}`, { element_type: type, element_uuid: uuid, description });

/** Takes a thing out of its collection, by the id of its place there. */
export const removeFromCollection = (elementId: string) => post(`/collection_elements/delete/${elementId}`);

/** A deleted event in the list of those that can come back. */
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

/** Brings a deleted event back as it was. */
export const recoverEvent = (id: string) => post(`/events/recoverEvent/${id}`);

/** One element of a template: an attribute, an object, or a text to read. */
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

/** An event template; `definition` is there when one is read by itself. */
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

/** The templates that the user sees, without their definitions. */
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

/** One template with its definition. */
export const eventTemplateQuery = (id: string) =>
  queryOptions({
    queryKey: ['eventTemplates', id],
    queryFn: ({ signal }) =>
      get<{ readonly EventTemplate: EventTemplate }>(`/event_templates/view/${encodeURIComponent(id)}.json`, signal),
    select: (answer) => answer.EventTemplate,
  });

/** Makes an event of a template; `values` are by the ids of its elements. */
export const makeEventOfTemplate = (id: string, values: Readonly<Record<string, unknown>>) =>
  post<{ readonly event_id: string }>(`/event_templates/instantiate/${id}`, { values });

/** Stores a template from the document that another instance exported. */
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

/** Makes a template of the own organisation out of another. */
export const duplicateEventTemplate = (id: string) =>
  post<{ readonly EventTemplate: EventTemplate }>(`/event_templates/duplicate/${id}`);
export const deleteEventTemplate = (id: string) => post(`/event_templates/delete/${id}`);
