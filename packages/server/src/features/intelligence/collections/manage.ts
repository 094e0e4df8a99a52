import { randomUUID } from 'node:crypto';
import { type Audience, readUuid } from '@magpie/model';
import { can, type Viewer } from '../../../access/viewer.ts';
import { type Change, difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid, NotFound, Refused } from '../../../errors.ts';
import { isObject, type JsonObject, readId, readInteger } from '../../../http/lenient.ts';
import { createGroupResolver } from '../events/write-context.ts';
import { findCollection, findElement, insertCollection, insertElements, updateCollection } from './queries.ts';
import { COLLECTION_TYPES, type CollectionRow, ELEMENT_TYPES, type ElementRow } from './rows.ts';

const MAX_NAME = 191;
const MAX_TEXT = 65_535;

/** MISP's text for a collection that is not there, or not the viewer's. */
export const NO_COLLECTION = 'Invalid Collection or insufficient privileges';

/** May the viewer change the collection: his organisation made it, or he is a site administrator. */
export function canEditCollection(viewer: Viewer, row: Pick<CollectionRow, 'orgc_id'>): boolean {
  return can(viewer, 'perm_site_admin') || row.orgc_id === viewer.organisationId;
}

/** The writable fields, checked; what was not sent is undefined. */
export interface CollectionInput {
  name: string | undefined;
  type: string | undefined;
  description: string | undefined;
  distribution: number | undefined;
}

/** Reads a collection; throws `Invalid` naming the fields. */
export function readCollection(body: JsonObject): CollectionInput {
  const errors: Record<string, string[]> = {};
  const text = (field: string, limit: number): string | undefined => {
    const value = body[field];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string' && value.length <= limit) return value;
    errors[field] = [`Expected a text of at most ${limit} characters.`];
    return undefined;
  };
  const name = text('name', MAX_NAME)?.trim();
  const type = text('type', MAX_NAME);
  if (name === '') errors.name = ['This field cannot be left blank'];
  if (type !== undefined && !COLLECTION_TYPES.some((known) => known === type)) {
    errors.type = [`Options: ${COLLECTION_TYPES.join(', ')}`];
  }
  const sent = body.distribution;
  const distribution = sent === undefined || sent === null || sent === '' ? undefined : (readInteger(sent) ?? -1);
  if (distribution !== undefined && (distribution < 0 || distribution > 4)) {
    errors.distribution = ['Options: 0, 1, 2, 3, 4'];
  }
  const description = text('description', MAX_TEXT);
  if (Object.keys(errors).length > 0) throw new Invalid('', errors);
  return { name, type, description, distribution };
}

/** Distribution, group and audience of a collection; throws `Invalid` for a group that may not be used. */
export async function resolveReach(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  body: JsonObject,
  wanted: { distribution: number; ownerId: number },
): Promise<Pick<CollectionRow, 'distribution' | 'sharing_group_id' | 'audience_id'>> {
  const { distribution, ownerId: organisationId } = wanted;
  const groupId = distribution === 4 ? await createGroupResolver(magpie, tx, viewer).resolve(body) : 0;
  if (groupId === null) throw new Invalid('', { sharing_group_id: ['Invalid Sharing Group or not authorised.'] });
  const organisation: Audience = { kind: 'organisation', organisationId };
  const shared: Audience = distribution === 0 ? organisation : { kind: 'everyone' };
  const audience: Audience =
    distribution === 4 ? { ...organisation, kind: 'groups', sharingGroupIds: [groupId] } : shared;
  return { distribution, sharing_group_id: groupId, audience_id: await magpie.audiences.idOf(audience) };
}

/** Adds a collection of the viewer's organisation, with the elements in the body. */
export function addCollection(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<CollectionRow> {
  const input = readCollection(body);
  const { name, type } = input;
  if (name === undefined || type === undefined) {
    throw new Invalid('', { [name === undefined ? 'name' : 'type']: ['This field cannot be left blank'] });
  }
  const uuid = body.uuid === undefined || body.uuid === null ? randomUUID() : readUuid(body.uuid);
  if (uuid === null) throw new Invalid('', { uuid: ['Please provide a valid RFC 4122 UUID'] });
  return magpie.database.as(viewer, async (tx) => {
    const distribution = input.distribution ?? Number(magpie.settings.get('MISP.default_event_distribution'));
    const reach = await resolveReach(magpie, tx, viewer, body, { distribution, ownerId: viewer.organisationId });
    const now = new Date(magpie.now() * 1000);
    const row = await insertCollection(tx, {
      uuid,
      org_id: viewer.organisationId,
      orgc_id: viewer.organisationId,
      user_id: viewer.userId,
      created: now,
      modified: now,
      locked: false,
      name,
      type,
      description: input.description ?? '',
      ...reach,
    });
    if (row === null) throw new Invalid('', { uuid: ['The UUID provided is not unique'] });
    await recordChanges(tx, [{ ...collectionChange('add', row), after: logged(row) }]);
    const elements = readElements(body.CollectionElement);
    if (elements) await insertElements(tx, row.id, elements);
    return row;
  });
}

/** Changes a collection of the viewer's organisation; what is absent stays. Throws `NotFound`, `Refused`, `Invalid`. */
export function editCollection(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  body: JsonObject,
): Promise<CollectionRow> {
  const input = readCollection(body);
  return magpie.database.as(viewer, async (tx) => {
    const before = await editableCollection(tx, viewer, key);
    const distribution = input.distribution ?? before.distribution;
    const groupStays = body.sharing_group_id === undefined || readId(body.sharing_group_id) === before.sharing_group_id;
    const isMoved = distribution !== before.distribution || (distribution === 4 && !groupStays);
    const after: CollectionRow = {
      ...before,
      name: input.name ?? before.name,
      type: input.type ?? before.type,
      description: input.description ?? before.description,
      modified: new Date(magpie.now() * 1000),
      ...(isMoved ? await resolveReach(magpie, tx, viewer, body, { distribution, ownerId: before.org_id }) : {}),
    };
    await updateCollection(tx, after);
    const changed = difference(logged(before), logged(after));
    if (changed) await recordChanges(tx, [{ ...collectionChange('edit', after), ...changed }]);
    return after;
  });
}

/** Deletes a collection with the list of what is in it. */
export function deleteCollection(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<CollectionRow> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await editableCollection(tx, viewer, key);
    await tx.execute('delete from visible_collections where id = $1', [row.id]);
    await recordChanges(tx, [{ ...collectionChange('delete', row), before: logged(row) }]);
    return row;
  });
}

/** Puts an element into a collection. Throws `NotFound`, `Refused`, `Invalid`. */
export function addElement(
  magpie: Magpie,
  viewer: Viewer,
  collectionKey: unknown,
  body: JsonObject,
): Promise<ElementRow> {
  const [element] = readElements([body]) ?? [];
  if (element === undefined) {
    throw new Invalid('', {
      element_uuid: [`Expected a uuid, and as element_type one of ${ELEMENT_TYPES.join(', ')}.`],
    });
  }
  return magpie.database.as(viewer, async (tx) => {
    const collection = await findCollection(tx, collectionKey, { lock: true });
    if (collection === null || !canEditCollection(viewer, collection)) {
      throw new NotFound('Invalid collection or not authorized.');
    }
    const [row] = await insertElements(tx, collection.id, [element]);
    if (row === undefined) throw new Invalid('', { element_uuid: ['The collection holds this element already.'] });
    await touch(magpie, tx, collection);
    await recordChanges(tx, [elementChange('add', row)]);
    return row;
  });
}

/** Takes an element out of its collection. */
export function deleteElement(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<ElementRow> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await findElement(tx, readId(key));
    const collection = row === null ? null : await findCollection(tx, row.collection_id, { lock: true });
    if (row === null || collection === null) throw new NotFound('Invalid collection element.');
    if (!canEditCollection(viewer, collection)) throw new Refused(NO_COLLECTION);
    await tx.execute('delete from visible_collection_elements where id = $1', [row.id]);
    await touch(magpie, tx, collection);
    await recordChanges(tx, [elementChange('delete', row)]);
    return row;
  });
}

/** Elements of a body that say what they are; null when the body has no list. Repetitions count once. */
export function readElements(value: unknown): Omit<ElementRow, 'id' | 'collection_id'>[] | null {
  if (!Array.isArray(value)) return null;
  const elements = value.flatMap((item: unknown) => {
    const body = isObject(item) ? item : {};
    const elementUuid = readUuid(body.element_uuid);
    const type = ELEMENT_TYPES.find((known) => known === body.element_type);
    if (elementUuid === null || type === undefined) return [];
    const description = typeof body.description === 'string' ? body.description.slice(0, MAX_TEXT) : '';
    return [{ uuid: readUuid(body.uuid) ?? randomUUID(), element_uuid: elementUuid, element_type: type, description }];
  });
  return [...new Map(elements.map((element) => [element.element_uuid, element])).values()];
}

async function editableCollection(tx: Transaction, viewer: Viewer, key: string | undefined): Promise<CollectionRow> {
  const row = await findCollection(tx, key, { lock: true });
  if (row === null) throw new NotFound('Invalid Collection');
  if (!canEditCollection(viewer, row)) throw new Refused(NO_COLLECTION);
  return row;
}

async function touch(magpie: Magpie, tx: Transaction, collection: CollectionRow): Promise<void> {
  await tx.execute('update visible_collections set modified = greatest(modified, $2) where id = $1', [
    collection.id,
    new Date(magpie.now() * 1000),
  ]);
}

/** The part of a change record that names the collection. */
export function collectionChange(action: string, row: CollectionRow): Change {
  return { model: 'Collection', action, modelId: row.id, modelUuid: row.uuid, title: row.name };
}

function elementChange(action: 'add' | 'delete', row: ElementRow): Change {
  const { element_uuid, element_type, collection_id } = row;
  return {
    model: 'CollectionElement',
    action,
    modelId: row.id,
    modelUuid: row.uuid,
    [action === 'add' ? 'after' : 'before']: { element_uuid, element_type, collection_id },
  };
}

/** What the change log keeps of a collection. */
export function logged(row: CollectionRow): Record<string, unknown> {
  const { name, type, description, distribution, sharing_group_id, orgc_id } = row;
  return { name, type, description, distribution, sharing_group_id, orgc_id };
}
