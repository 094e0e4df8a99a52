import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';
import type { Attribute, DescribeTypes, MispObject, ObjectTemplate, ObjectTemplateElement } from './wire.ts';

/** The types and categories of attributes; they do not change while the page is open. */
export const describeTypesQuery = () =>
  queryOptions({
    queryKey: ['describeTypes'],
    queryFn: ({ signal }) => get<{ readonly result: DescribeTypes }>('/attributes/describeTypes.json', signal),
    select: (answer) => answer.result,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Attributes as they are now, by one search for their uuids. */
export const attributesByUuidQuery = (uuids: readonly string[]) =>
  queryOptions({
    queryKey: ['attributes', 'byUuid', uuids],
    queryFn: () =>
      post<{ readonly response: { readonly Attribute: readonly Attribute[] } }>('/attributes/restSearch', {
        returnFormat: 'json',
        uuid: uuids,
        deleted: [0, 1],
        limit: uuids.length,
      }),
    select: (answer) => answer.response.Attribute,
    enabled: uuids.length > 0,
  });

/** Fields of an attribute that a form changes; what is left out stays. */
export interface AttributeInput {
  readonly type?: string;
  readonly category?: string;
  readonly value?: string;
  readonly comment?: string;
  readonly to_ids?: boolean;
  readonly disable_correlation?: boolean;
  readonly distribution?: string;
  readonly sharing_group_id?: string;
  readonly first_seen?: string | null;
  readonly last_seen?: string | null;
  /** File content in base64, for attachments and samples. */
  readonly data?: string;
  readonly encrypt?: boolean;
  readonly object_relation?: string;
}

interface AddedAttributes {
  readonly Attribute: Attribute | readonly Attribute[];
  /** Reasons by place in the request, when some were refused. */
  readonly errors?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** Adds one attribute; the answer tells of values that became several. */
export const addAttribute = (eventId: string, attribute: AttributeInput) =>
  post<AddedAttributes>(`/attributes/add/${eventId}`, { Attribute: attribute });

/** Adds many at once; the answer tells which places were refused and why. */
export const addAttributes = (eventId: string, attributes: readonly AttributeInput[]) =>
  post<AddedAttributes>(`/attributes/add/${eventId}`, { Attribute: attributes });

export const editAttribute = (id: string, attribute: AttributeInput) =>
  post<{ readonly Attribute: Attribute }>(`/attributes/edit/${id}`, { Attribute: attribute });

/** Marks an attribute as deleted; `hard` removes it for good. */
export const deleteAttribute = (id: string, hard: boolean) => post(`/attributes/delete/${id}${hard ? '/1' : ''}`);

/** The same for many attributes of one event, in one call. */
export const deleteAttributes = (eventId: string, ids: readonly string[], hard: boolean) =>
  post(`/attributes/deleteSelected/${eventId}`, { id: ids, ...(hard ? { allow_hard_delete: 1 } : {}) });

/** Brings an attribute back that is marked as deleted. */
export const restoreAttribute = (id: string) => post(`/attributes/restore/${id}`);

/** Hangs a tag on an attribute; a `local` one never leaves the instance. */
export const tagAttribute = (id: string, tagName: string, local: boolean) =>
  post(`/attributes/addTag/${id}${local ? '/local:1' : ''}`, { attribute: id, tag: tagName });

/** Takes a tag off an attribute, be it local or not. */
export const untagAttribute = (id: string, tagId: string) => post(`/attributes/removeTag/${id}/${tagId}`);

/** A new object with its attributes. */
export interface ObjectInput {
  readonly name: string;
  readonly 'meta-category': string;
  readonly description: string;
  readonly template_uuid: string;
  readonly template_version: string;
  readonly distribution: string;
  readonly sharing_group_id?: string;
  readonly comment?: string;
  readonly Attribute: readonly AttributeInput[];
}

/** Adds an object with its attributes, all or none. */
export const addObject = (eventId: string, object: ObjectInput) =>
  post<{ readonly Object: MispObject }>(`/objects/add/${eventId}`, { Object: object });

/** Changes fields of the object alone; its attributes are changed by themselves. */
export const editObject = (id: string, object: Partial<Omit<ObjectInput, 'Attribute'>>) =>
  post<{ readonly Object: MispObject }>(`/objects/edit/${id}`, { Object: object });

/** Marks an object and its attributes as deleted; `hard` removes them for good. */
export const deleteObject = (id: string, hard: boolean) => post(`/objects/delete/${id}${hard ? '/1' : ''}`);

/** The templates that objects can be made by. */
export const objectTemplatesQuery = () =>
  queryOptions({
    queryKey: ['objectTemplates'],
    queryFn: ({ signal }) =>
      get<readonly { readonly ObjectTemplate: ObjectTemplate }[]>('/objectTemplates/index.json', signal),
    select: (rows) => rows.map((row) => row.ObjectTemplate),
    staleTime: 300_000,
  });

/** Templates into which attributes of some types fit, the best first. */
export const fittingTemplatesQuery = (types: readonly string[]) =>
  queryOptions({
    queryKey: ['objectTemplates', 'fitting', types],
    queryFn: () =>
      post<readonly { readonly ObjectTemplate: ObjectTemplate & { readonly invalidTypes: readonly string[] } }[]>(
        '/objectTemplates/possibleObjectTemplates',
        { attributeTypes: types },
      ),
    select: (rows) =>
      rows.map((row) => row.ObjectTemplate).filter(({ invalidTypes }) => invalidTypes.length < types.length),
    enabled: types.length > 0,
    staleTime: 300_000,
  });

/** A template with its relations. */
export interface ObjectTemplateView {
  readonly ObjectTemplate: ObjectTemplate;
  readonly ObjectTemplateElement: readonly ObjectTemplateElement[];
}

/** One template with its relations. */
export const objectTemplateQuery = (id: string) =>
  queryOptions({
    queryKey: ['objectTemplate', id],
    queryFn: ({ signal }) => get<ObjectTemplateView>(`/objectTemplates/view/${encodeURIComponent(id)}.json`, signal),
    enabled: id !== '',
  });
