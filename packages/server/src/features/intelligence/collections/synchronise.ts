import { readUuid } from '@magpie/model';
import { can, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { databaseTime } from '../../administration/database-time.ts';
import { captureOrganisation } from '../../sharing/organisations/capture.ts';
import { canEditCollection, collectionChange, logged, readCollection, readElements, resolveReach } from './manage.ts';
import { findCollection, insertCollection, insertElements, updateCollection } from './queries.ts';
import type { CollectionRow } from './rows.ts';

const BATCH = 2000;

/** `{uuid: modified}` of all visible collections as JSON text, batch by batch. */
export function minimalCollections(magpie: Magpie, viewer: Viewer): AsyncGenerator<string> {
  return magpie.database.stream(viewer, async function* (tx) {
    let separator = '';
    yield '{';
    const rows = tx.batches<CollectionRow>('select uuid, modified from visible_collections order by id', [], BATCH);
    for await (const batch of rows) {
      yield separator + batch.map((row) => `"${row.uuid}":"${databaseTime(row.modified)}"`).join(',');
      separator = ',';
    }
    yield '}';
  });
}

/** Of the collections that a peer offers as `{uuid: modified}`, those that are unknown or newer than the copy here. */
export function wantedCollections(magpie: Magpie, viewer: Viewer, offered: JsonObject): Promise<JsonObject> {
  return magpie.database.as(viewer, async (tx) => {
    const stored = await findStored(
      tx,
      Object.keys(offered).flatMap((uuid) => readUuid(uuid) ?? []),
    );
    const wanted = Object.entries(offered).filter(([text, modified]) => {
      const uuid = readUuid(text);
      const known = uuid === null ? undefined : stored.get(uuid);
      if (uuid === null) return false;
      return known === undefined || (known.locked && String(modified) > databaseTime(known.modified));
    });
    return Object.fromEntries(wanted);
  });
}

/**
 * Stores a collection that a peer sends, or a newer copy of one that came from elsewhere. A list of elements replaces
 * the one here, also by nothing; without a list they stay. Returns whether anything was stored.
 */
export function captureCollection(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<boolean> {
  const input = readCollection(body);
  const uuid = readUuid(body.uuid);
  const { name, type } = input;
  if (uuid === null || name === undefined || type === undefined) {
    throw new Invalid('', 'A collection needs a uuid, a name and a type.');
  }
  return magpie.database.as(viewer, async (tx) => {
    const before = (await findStored(tx, [uuid])).get(uuid);
    const modified = readModified(body.modified) ?? new Date(magpie.now() * 1000);
    if (before && (!mayReplace(viewer, before) || modified <= before.modified)) return false;
    // One that the peer cannot see is not his to replace.
    if (before && (await findCollection(tx, before.uuid, { lock: true })) === null) return false;
    const distribution = input.distribution ?? 0;
    const ownerId = before?.org_id ?? viewer.organisationId;
    const reach = await resolveReach(magpie, tx, viewer, body, { distribution, ownerId });
    const fields = { name, type, description: input.description ?? '', modified, ...reach };
    const row = before ? { ...before, ...fields } : await store(tx, viewer, body, { uuid, ...fields });
    if (row === null) return false;
    if (before) await updateCollection(tx, row);
    const action = before ? 'edit' : 'add';
    await recordChanges(tx, [{ ...collectionChange(action, row), after: logged(row) }]);
    const elements = readElements(body.CollectionElement);
    if (elements === null) return true;
    await tx.elevated('elements follow the copy that was sent', () =>
      tx.execute('delete from collection_elements where collection_id = $1', [row.id]),
    );
    await insertElements(tx, row.id, elements);
    return true;
  });
}

function mayReplace(viewer: Viewer, row: CollectionRow): boolean {
  return row.locked ? can(viewer, 'perm_sync') : canEditCollection(viewer, row);
}

async function store(
  tx: Transaction,
  viewer: Viewer,
  body: JsonObject,
  fields: Omit<CollectionRow, 'id' | 'org_id' | 'orgc_id' | 'user_id' | 'created' | 'locked'>,
): Promise<CollectionRow | null> {
  const creator = await captureOrganisation(tx, viewer, body.Orgc ?? { uuid: body.orgc_uuid });
  return insertCollection(tx, {
    ...fields,
    org_id: viewer.organisationId,
    orgc_id: creator ?? viewer.organisationId,
    user_id: viewer.userId,
    created: readModified(body.created) ?? fields.modified,
    locked: true,
  });
}

/** Whoever sees them: a uuid that is taken is taken for everybody. */
async function findStored(tx: Transaction, uuids: readonly string[]): Promise<Map<string, CollectionRow>> {
  const rows = await tx.elevated('uuids of collections', () =>
    tx.query<CollectionRow>('select * from collections where uuid = any ($1::uuid[])', [uuids]),
  );
  return new Map(rows.map((row) => [row.uuid, row]));
}

function readModified(value: unknown): Date | null {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value)) return null;
  const date = new Date(`${value.replace(' ', 'T')}Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}
