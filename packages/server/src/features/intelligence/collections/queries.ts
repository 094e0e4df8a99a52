import { readUuid } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { readId } from '../../../http/lenient.ts';
import type { CollectionRow, ElementRow, ListedCollection } from './rows.ts';

/** A visible collection by id or uuid as sent, or null. */
export async function findCollection(
  tx: Transaction,
  key: unknown,
  options: { lock?: boolean } = {},
): Promise<CollectionRow | null> {
  const id = readId(key);
  const uuid = id === null ? readUuid(key) : null;
  if (id === null && uuid === null) return null;
  return tx.first<CollectionRow>(
    `select * from visible_collections where ${id === null ? 'uuid' : 'id'} = $1 ${options.lock ? 'for update' : ''}`,
    [id ?? uuid],
  );
}

/** What the list is restricted to; null: not by this. */
export interface CollectionFilter {
  id: number | null;
  uuids: readonly string[] | null;
  /** Made by this user, by this organisation. */
  userId: number | null;
  organisationId: number | null;
}

/** Visible collections behind `afterId`, in the order of their ids. */
export function listCollections(
  tx: Transaction,
  filter: CollectionFilter,
  page: { afterId: number; limit: number },
): Promise<ListedCollection[]> {
  return tx.query<ListedCollection>(
    `select c.*, org.name as org_name, org.uuid as org_uuid, orgc.name as orgc_name, orgc.uuid as orgc_uuid,
       (select count(*) from visible_collection_elements e where e.collection_id = c.id) as element_count
     from visible_collections c
       left join organisations org on org.id = c.org_id left join organisations orgc on orgc.id = c.orgc_id
     where c.id > $1 and ($2::bigint is null or c.id = $2) and ($3::uuid[] is null or c.uuid = any ($3::uuid[]))
       and ($4::bigint is null or c.user_id = $4) and ($5::bigint is null or c.orgc_id = $5)
     order by c.id limit $6`,
    [page.afterId, filter.id, filter.uuids, filter.userId, filter.organisationId, page.limit],
  );
}

/** What is in a collection, oldest first. */
export function listElements(tx: Transaction, collectionId: number): Promise<ElementRow[]> {
  return tx.query<ElementRow>('select * from visible_collection_elements where collection_id = $1 order by id', [
    collectionId,
  ]);
}

/** Stores a collection; null when its uuid is taken. The row may be beyond the writer's sight (a peer's). */
export function insertCollection(tx: Transaction, row: Omit<CollectionRow, 'id'>): Promise<CollectionRow | null> {
  return tx.elevated('collections that a peer brings for others', () =>
    tx.first<CollectionRow>(
      `insert into collections (uuid, org_id, orgc_id, user_id, created, modified, distribution, sharing_group_id,
         locked, name, type, description, audience_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (uuid) do nothing returning *`,
      [
        row.uuid,
        row.org_id,
        row.orgc_id,
        row.user_id,
        row.created,
        row.modified,
        row.distribution,
        row.sharing_group_id,
        row.locked,
        row.name,
        row.type,
        row.description,
        row.audience_id,
      ],
    ),
  );
}

/** Stores the changeable columns. */
export async function updateCollection(tx: Transaction, row: CollectionRow): Promise<void> {
  await tx.execute(
    `update visible_collections set modified = $2, distribution = $3, sharing_group_id = $4, name = $5, type = $6,
       description = $7, audience_id = $8 where id = $1`,
    [
      row.id,
      row.modified,
      row.distribution,
      row.sharing_group_id,
      row.name,
      row.type,
      row.description,
      row.audience_id,
    ],
  );
}

/** One thing in a collection that the viewer may see. */
export function findElement(tx: Transaction, id: number | null): Promise<ElementRow | null> {
  return tx.first<ElementRow>('select * from visible_collection_elements where id = $1', [id]);
}

/** Puts elements into a collection; those that are there already are missing from the answer. */
export function insertElements(
  tx: Transaction,
  collectionId: number,
  elements: readonly Omit<ElementRow, 'id' | 'collection_id'>[],
): Promise<ElementRow[]> {
  return tx.elevated('the collection may just have moved out of the writer’s sight', () =>
    tx.query<ElementRow>(
      `insert into collection_elements (collection_id, uuid, element_uuid, element_type, description)
       select $1, uuid, element_uuid, element_type, description
       from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) with ordinality
         as e (uuid, element_uuid, element_type, description, place)
       order by place on conflict do nothing returning *`,
      [
        collectionId,
        elements.map((element) => element.uuid),
        elements.map((element) => element.element_uuid),
        elements.map((element) => element.element_type),
        elements.map((element) => element.description),
      ],
    ),
  );
}
