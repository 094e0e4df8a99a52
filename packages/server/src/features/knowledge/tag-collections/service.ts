import { can, isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { type JsonObject, readBoolean, readKey, readText } from '../../../http/lenient.ts';
import { excludes, selectExclusive } from '../tags/exclusivity.ts';
import { type TagRow, tagColumns } from '../tags/rows.ts';
import { type CollectionRow, selectCollection, selectCollectionTags } from './queries.ts';

/** What a body says about a collection; undefined where it says nothing. */
export interface CollectionInput {
  name?: string;
  description?: string;
  allOrganisations?: boolean;
}

/** Reads the fields of `tag_collections/add` and `edit`. */
export function readCollectionInput(body: JsonObject): CollectionInput {
  const input: CollectionInput = {};
  const name = readText(body, 'name')?.trim();
  if (name === '') throw new Invalid('', { name: ['This field is required.'] });
  if (name !== undefined) input.name = name;
  const description = readText(body, 'description');
  if (description !== undefined) input.description = description;
  const all = readBoolean(body.all_orgs);
  if (all !== undefined) input.allOrganisations = all;
  return input;
}

/** The visible collection with this id; throws `NotFound`. */
export async function requireCollection(tx: Transaction, id: unknown): Promise<CollectionRow> {
  const key = readKey(id);
  const collection = key && (await selectCollection(tx, key));
  if (collection === null) throw new NotFound('Invalid tag collection.');
  return collection;
}

/** As `requireCollection`, for a viewer who may change it: an editor of tags in its organisation, or a site admin. */
export async function requireEditableCollection(tx: Transaction, viewer: Viewer, id: unknown): Promise<CollectionRow> {
  const { id: key } = await requireCollection(tx, id);
  // Of two who change it neither loses what the other said.
  await tx.execute('select from visible_tag_collections where id = $1 for update', [key]);
  const collection = await requireCollection(tx, key);
  const isOwn = can(viewer, 'perm_tag_editor') && collection.org_id === viewer.organisationId;
  if (!isOwn && !isSiteAdmin(viewer)) throw new Forbidden('You do not have permission to do that.');
  return collection;
}

/** Creates a collection of the viewer's organisation. */
export async function addCollection(tx: Transaction, viewer: Viewer, input: CollectionInput): Promise<CollectionRow> {
  if (input.name === undefined) throw new Invalid('', { name: ['This field is required.'] });
  const row = await tx.first<{ id: number }>(
    `insert into visible_tag_collections (user_id, org_id, name, description, all_orgs) values ($1, $2, $3, $4, $5)
     returning id`,
    [viewer.userId, viewer.organisationId, input.name, input.description ?? '', input.allOrganisations ?? false],
  );
  const collection = await requireCollection(tx, row?.id);
  await recordChanges(tx, [{ ...changeOf(collection, 'add'), after: summaryOf(collection) }]);
  return collection;
}

/** Changes name, description or reach of a collection. */
export async function editCollection(
  tx: Transaction,
  viewer: Viewer,
  id: unknown,
  input: CollectionInput,
): Promise<CollectionRow> {
  const before = await requireEditableCollection(tx, viewer, id);
  const after: CollectionRow = {
    ...before,
    name: input.name ?? before.name,
    description: input.description ?? before.description,
    all_orgs: input.allOrganisations ?? before.all_orgs,
  };
  await tx.execute('update visible_tag_collections set name = $2, description = $3, all_orgs = $4 where id = $1', [
    ...[before.id, after.name, after.description, after.all_orgs],
  ]);
  const changed = difference(summaryOf(before), summaryOf(after));
  if (changed) await recordChanges(tx, [{ ...changeOf(after, 'edit'), ...changed }]);
  return after;
}

/** Deletes a collection; its tags stay. */
export async function deleteCollection(tx: Transaction, viewer: Viewer, id: unknown): Promise<CollectionRow> {
  const collection = await requireEditableCollection(tx, viewer, id);
  await tx.execute('delete from visible_tag_collection_tags where tag_collection_id = $1', [collection.id]);
  await tx.execute('delete from visible_tag_collections where id = $1', [collection.id]);
  await recordChanges(tx, [{ ...changeOf(collection, 'delete'), before: summaryOf(collection) }]);
  return collection;
}

/**
 * Puts tags into a collection; returns those that exclusivity of their taxonomy keeps out. Tags that are in it already
 * stay as they are.
 */
export async function addCollectionTags(
  tx: Transaction,
  collection: CollectionRow,
  tags: readonly TagRow[],
): Promise<TagRow[]> {
  const present = await selectCollectionTags(tx, [collection.id]);
  const exclusive = await selectExclusive(
    tx,
    tags.map((tag) => tag.name),
  );
  const names = present.map((tag) => tag.name);
  const added: TagRow[] = [];
  const refused: TagRow[] = [];
  for (const tag of tags) {
    if (present.some((other) => other.id === tag.id)) continue;
    if (exclusive.has(tag.name) && excludes(tag.name, names)) refused.push(tag);
    else {
      added.push(tag);
      names.push(tag.name);
    }
  }
  await tx.execute(
    `insert into visible_tag_collection_tags (tag_collection_id, tag_id)
     select $1, id from unnest($2::bigint[]) with ordinality as t (id, place) order by place on conflict do nothing`,
    [collection.id, added.map((tag) => tag.id)],
  );
  if (added.length > 0) {
    const after = { tags: added.map((tag) => tag.name) };
    await recordChanges(tx, [{ ...changeOf(collection, 'add_tag'), after }]);
  }
  return refused;
}

/** Takes a tag out of a collection; false when it was not in it. */
export async function removeCollectionTag(tx: Transaction, collection: CollectionRow, tag: TagRow): Promise<boolean> {
  const removed = await tx.execute(
    'delete from visible_tag_collection_tags where tag_collection_id = $1 and tag_id = $2',
    [collection.id, tag.id],
  );
  if (removed === 0) return false;
  await recordChanges(tx, [{ ...changeOf(collection, 'remove_tag'), before: { tags: [tag.name] } }]);
  return true;
}

/** The visible tags of a visible collection, for attaching them all; null when there is no such collection. */
export async function tagsOfCollection(tx: Transaction, id: number): Promise<TagRow[] | null> {
  if ((await selectCollection(tx, { id })) === null) return null;
  return tx.query<TagRow>(
    `select ${tagColumns} from visible_tag_collection_tags l join visible_tags t on t.id = l.tag_id
     where l.tag_collection_id = $1 order by l.id`,
    [id],
  );
}

function changeOf(collection: CollectionRow, action: string) {
  return {
    model: 'TagCollection',
    action,
    modelId: collection.id,
    modelUuid: collection.uuid,
    title: collection.name,
  };
}

function summaryOf({ name, description, all_orgs }: CollectionRow): Record<string, unknown> {
  return { name, description, all_orgs };
}
