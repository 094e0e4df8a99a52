import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';
import type { Tag, TagRow } from './wire.ts';

/** Every tag that the user sees; for choosing one, `tagSearchQuery` asks less. */
export const tagsQuery = () =>
  queryOptions({
    queryKey: ['tags', 'index'],
    queryFn: ({ signal }) => get<{ readonly Tag: readonly TagRow[] }>('/tags/index.json', signal),
    select: (answer) => answer.Tag,
  });

/** Tags whose name contains `text`, found by the server; never the whole list. */
export const tagSearchQuery = (text: string) =>
  queryOptions({
    queryKey: ['tags', 'search', text],
    queryFn: async () => {
      const found = await post<readonly { readonly Tag: Tag }[]>('/tags/search', { tag: `%${text}%` });
      return found.map((row) => row.Tag);
    },
    staleTime: 30_000,
  });

/** What the form of a tag sends. */
export interface TagInput {
  readonly name: string;
  readonly colour: string;
  readonly exportable: boolean;
  readonly hide_tag: boolean;
  readonly local_only: boolean;
}

export const addTag = (tag: TagInput) => post('/tags/add', { Tag: tag });
export const editTag = (id: string, tag: TagInput) => post(`/tags/edit/${id}`, { Tag: tag });
export const deleteTag = (id: string) => post(`/tags/delete/${id}`);

/** A taxonomy without its tags. */
interface Taxonomy {
  readonly id: string;
  readonly namespace: string;
  readonly description: string;
  readonly version: string;
  readonly enabled: boolean;
  readonly exclusive: boolean;
  readonly required: boolean;
  readonly highlighted: boolean;
}

/** A taxonomy in a list, with how many of its tags there are and exist here. */
export interface TaxonomyIndexRow {
  readonly Taxonomy: Taxonomy;
  readonly total_count: number;
  readonly current_count: number;
}

/** Every taxonomy, turned on or not. */
export const taxonomiesQuery = () =>
  queryOptions({
    queryKey: ['taxonomies'],
    queryFn: ({ signal }) => get<readonly TaxonomyIndexRow[]>('/taxonomies/index.json', signal),
  });

/** A taxonomy with its tags, and which of them exist here. */
export interface TaxonomyView {
  readonly Taxonomy: Taxonomy;
  readonly entries: readonly {
    readonly tag: string;
    readonly expanded: string;
    readonly description?: string;
    readonly colour?: string;
    readonly existing_tag: false | { readonly Tag: Tag };
  }[];
}

/** One taxonomy with its tags. */
export const taxonomyQuery = (id: string) =>
  queryOptions({
    queryKey: ['taxonomy', id],
    queryFn: ({ signal }) => get<TaxonomyView>(`/taxonomies/view/${encodeURIComponent(id)}.json`, signal),
  });

/** Turning a taxonomy on also makes its tags, as MISP's page does in two steps. */
export async function setTaxonomyEnabled(id: string, enabled: boolean): Promise<void> {
  await post(`/taxonomies/${enabled ? 'enable' : 'disable'}/${id}`);
  if (enabled) await post(`/taxonomies/addTag/${id}`);
}

/** A galaxy without its clusters. */
export interface Galaxy {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly version: string;
  readonly namespace: string;
  readonly enabled: boolean;
  /** Of galaxies that make a matrix. */
  readonly kill_chain_order?: Readonly<Record<string, readonly string[]>> | null;
}

/** Every galaxy, turned on or not. */
export const galaxiesQuery = () =>
  queryOptions({
    queryKey: ['galaxies'],
    queryFn: ({ signal }) => get<readonly { readonly Galaxy: Galaxy }[]>('/galaxies/index.json', signal),
    select: (rows) => rows.map((row) => row.Galaxy),
  });

/** A cluster in the list of its galaxy. */
export interface GalaxyCluster {
  readonly id: string;
  readonly uuid: string;
  readonly value: string;
  readonly description: string;
  readonly source: string;
  readonly GalaxyElement?: readonly { readonly key: string; readonly value: string }[];
}

/** One galaxy with all its clusters. */
export const galaxyQuery = (id: string) =>
  queryOptions({
    queryKey: ['galaxy', id],
    queryFn: ({ signal }) =>
      get<{ readonly Galaxy: Galaxy; readonly GalaxyCluster: readonly GalaxyCluster[] }>(
        `/galaxies/view/${encodeURIComponent(id)}.json`,
        signal,
      ),
  });

/** A warninglist without its entries. */
export interface Warninglist {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly version: string;
  readonly enabled: boolean;
  readonly category: string;
  readonly warninglist_entry_count?: string;
  readonly valid_attributes?: string;
}

/** Every warninglist, turned on or not. */
export const warninglistsQuery = () =>
  queryOptions({
    queryKey: ['warninglists'],
    queryFn: ({ signal }) =>
      get<{ readonly Warninglists: readonly { readonly Warninglist: Warninglist }[] }>(
        '/warninglists/index.json',
        signal,
      ),
    select: (answer) => answer.Warninglists.map((row) => row.Warninglist),
  });

/** A warninglist with its entries and the types it looks at. */
export interface WarninglistView {
  readonly Warninglist: Warninglist & {
    readonly WarninglistEntry: readonly {
      readonly id: string;
      readonly value: string;
      readonly comment: string | null;
    }[];
    readonly WarninglistType: readonly { readonly type: string }[];
  };
}

/** One warninglist with its entries. */
export const warninglistQuery = (id: string) =>
  queryOptions({
    queryKey: ['warninglist', id],
    queryFn: ({ signal }) => get<WarninglistView>(`/warninglists/view/${encodeURIComponent(id)}.json`, signal),
  });

/** Turns one list on or off. */
export const setWarninglistEnabled = (id: string, enabled: boolean) =>
  post('/warninglists/toggleEnable', { id: [id], enabled: enabled ? 1 : 0 });
