import type { Transaction } from '../../../database/transaction.ts';
import { type TagRow, tagColumns } from '../tags/rows.ts';

/** A collection of tags as stored, with the names that lists show. */
export interface CollectionRow {
  id: number;
  uuid: string;
  user_id: number;
  org_id: number;
  name: string;
  description: string;
  all_orgs: boolean;
  org_name: string | null;
  org_uuid: string | null;
}

const SELECT = `select c.id, c.uuid, c.user_id, c.org_id, c.name, c.description, c.all_orgs, o.name as org_name,
  o.uuid as org_uuid from visible_tag_collections c left join organisations o on o.id = c.org_id`;

/** Visible collections, a page of them. */
export function selectCollections(
  tx: Transaction,
  page: { part: string | null; limit: number; offset: number },
): Promise<CollectionRow[]> {
  return tx.query<CollectionRow>(
    `${SELECT} where $1::text is null or strpos(lower(c.name || ' ' || c.description), lower($1)) > 0
     order by c.id limit $2 offset $3`,
    [page.part, page.limit, page.offset],
  );
}

/** One visible collection. */
export function selectCollection(
  tx: Transaction,
  key: { id: number } | { uuid: string },
): Promise<CollectionRow | null> {
  return 'id' in key
    ? tx.first<CollectionRow>(`${SELECT} where c.id = $1`, [key.id])
    : tx.first<CollectionRow>(`${SELECT} where c.uuid = $1`, [key.uuid]);
}

/** Visible tags of collections, in the order in which they were put in. */
export function selectCollectionTags(
  tx: Transaction,
  collectionIds: readonly number[],
): Promise<(TagRow & { link_id: number; tag_collection_id: number })[]> {
  return tx.query(
    `select l.id as link_id, l.tag_collection_id, ${tagColumns} from visible_tag_collection_tags l
       join visible_tags t on t.id = l.tag_id
     where l.tag_collection_id = any ($1::bigint[]) order by l.id`,
    [collectionIds],
  );
}
