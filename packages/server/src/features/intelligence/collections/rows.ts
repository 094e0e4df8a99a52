import { databaseTime } from '../../administration/database-time.ts';

/** What a collection may be about. */
export const COLLECTION_TYPES = ['campaign', 'intrusion_set', 'named_threat', 'other', 'research'] as const;
/** What may be in one. */
export const ELEMENT_TYPES = ['Event', 'GalaxyCluster'] as const;

/** A collection as stored, with the names of its organisations. */
export interface CollectionRow {
  id: number;
  uuid: string;
  org_id: number;
  orgc_id: number;
  user_id: number;
  created: Date;
  modified: Date;
  distribution: number;
  /** 0 without one. */
  sharing_group_id: number;
  locked: boolean;
  name: string;
  type: string;
  description: string;
  audience_id: number;
}

/** As listed. */
export interface ListedCollection extends CollectionRow {
  element_count: number;
  org_name: string | null;
  org_uuid: string | null;
  orgc_name: string | null;
  orgc_uuid: string | null;
}

/** Something in a collection: its uuid says what; it need not be here. */
export interface ElementRow {
  id: number;
  uuid: string;
  collection_id: number;
  element_uuid: string;
  element_type: string;
  description: string;
}

/** A collection's own fields in MISP's JSON. */
export function collectionWire(row: CollectionRow): Record<string, unknown> {
  return {
    id: String(row.id),
    uuid: row.uuid,
    org_id: String(row.org_id),
    orgc_id: String(row.orgc_id),
    user_id: String(row.user_id),
    created: databaseTime(row.created),
    modified: databaseTime(row.modified),
    distribution: String(row.distribution),
    sharing_group_id: row.sharing_group_id === 0 ? null : String(row.sharing_group_id),
    name: row.name,
    type: row.type,
    description: row.description,
  };
}

/** An entry of the list. */
export function listedCollectionWire(row: ListedCollection): Record<string, unknown> {
  return {
    Collection: { ...collectionWire(row), element_count: row.element_count },
    Orgc: { id: String(row.orgc_id), uuid: row.orgc_uuid, name: row.orgc_name },
  };
}

/** The view: with everything in it. */
export function viewedCollectionWire(row: ListedCollection, elements: readonly ElementRow[]): Record<string, unknown> {
  return {
    Collection: { ...collectionWire(row), locked: row.locked, element_count: row.element_count },
    Org: { id: String(row.org_id), uuid: row.org_uuid, name: row.org_name },
    Orgc: { id: String(row.orgc_id), uuid: row.orgc_uuid, name: row.orgc_name },
    CollectionElement: elements.map(elementWire),
  };
}

/** An element in MISP's JSON. */
export function elementWire(row: ElementRow): Record<string, unknown> {
  return {
    id: String(row.id),
    uuid: row.uuid,
    element_uuid: row.element_uuid,
    element_type: row.element_type,
    collection_id: String(row.collection_id),
    description: row.description,
  };
}
