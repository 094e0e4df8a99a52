import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, NotFound, Refused } from '../../../errors.ts';
import { readId } from '../../../http/lenient.ts';
import { loadAttributeTags } from '../events/load.ts';
import { canDeleteAttributes, canModifyEvent, findEvent, NO_RIGHT, touchEvent } from '../events/rights.ts';
import type { AttributeRow, EventRow } from '../events/rows.ts';
import { ATTRIBUTE_PARTS } from './attribute-parts.ts';
import { closeProposalsAbout } from './close-proposals.ts';
import { findAttribute } from './find-attribute.ts';
import { storedFields } from './update.ts';
import { correlationMode, valueDigest } from './value-digest.ts';

/**
 * Deletes an attribute: softly (it stays, marked) or for good with its tags and file. Throws `Forbidden` when it is
 * not the viewer's to delete, seen or not; `NotFound` when it does not exist or is softly deleted already.
 */
export function deleteAttribute(
  magpie: Magpie,
  viewer: Viewer,
  idOrUuid: string | undefined,
  hard: boolean,
): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const found = await findAttribute(tx, idOrUuid, { lock: true });
    if (found === null) throw new NotFound('Invalid attribute');
    const { attribute, event } = found;
    if (!canDeleteAttributes(viewer, event)) throw new Forbidden(NO_RIGHT);
    if (attribute.deleted && !hard) throw new NotFound('Invalid attribute');
    await removeAttributes(magpie, tx, event, [attribute], { hard });
  });
}

/** Deletes those of an event's live attributes whose ids are listed (`all` for every one); returns how many. */
export function deleteSelected(
  magpie: Magpie,
  viewer: Viewer,
  eventId: string | undefined,
  ids: readonly number[] | 'all',
  { allowHardDelete }: { allowHardDelete: boolean },
): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    const event = readId(eventId) === null ? null : await findEvent(tx, eventId, { lock: true });
    if (event === null) throw new NotFound('Invalid event');
    if (!canDeleteAttributes(viewer, event)) throw new Forbidden(NO_RIGHT);
    const attributes = await tx.query<AttributeRow>(
      'select * from visible_attributes where event_id = $1 and ($2 or id = any ($3::bigint[])) order by id',
      [event.id, ids === 'all', ids === 'all' ? [] : [...ids]],
    );
    if (attributes.length === 0) throw new NotFound('No matching attributes found.');
    const gone = allowHardDelete ? attributes.filter((attribute) => attribute.deleted) : [];
    const live = attributes.filter((attribute) => !attribute.deleted);
    if (gone.length > 0) await removeAttributes(magpie, tx, event, gone, { hard: true });
    if (live.length > 0) await removeAttributes(magpie, tx, event, live, { hard: false });
    return attributes.length;
  });
}

/** Brings a softly deleted attribute back. Throws `Refused` for anything but the id of such a one. */
export function restoreAttribute(magpie: Magpie, viewer: Viewer, id: string | undefined): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const found = readId(id) === null ? null : await findAttribute(tx, id, { lock: true });
    if (found === null || !canModifyEvent(viewer, found.event)) throw new Refused('Invalid Attribute');
    const { attribute, event } = found;
    const correlates = correlationMode({
      type: attribute.type,
      value2: attribute.value2,
      deleted: false,
      disableCorrelation: attribute.disable_correlation,
      eventDisablesCorrelation: event.disable_correlation,
    });
    await tx.execute('update visible_attributes set deleted = false, timestamp = $2, correlates = $3 where id = $1', [
      attribute.id,
      magpie.now(),
      correlates,
    ]);
    await record(tx, [attribute], 'restore');
    if (attribute.object_id !== 0) await restoreObject(tx, attribute, magpie.now());
    await touchEvent(tx, event.id, magpie.now());
  });
}

/** In a deleted object an attribute would come back unseen: the object comes back as well, without what else it held. */
async function restoreObject(tx: Transaction, attribute: AttributeRow, nowSeconds: number): Promise<void> {
  const restored = await tx.first<{ id: number; uuid: string; name: string }>(
    `update visible_objects set deleted = false, timestamp = greatest(timestamp, $2) where id = $1 and deleted
     returning id, uuid, name`,
    [attribute.object_id, nowSeconds],
  );
  if (restored === null) return;
  const { id, uuid, name } = restored;
  const change = { model: 'MispObject', action: 'restore', modelId: id, modelUuid: uuid };
  await recordChanges(tx, [{ ...change, eventId: attribute.event_id, title: name }]);
}

/** Removes attributes whose right was checked, and marks their event as changed. */
export async function removeAttributes(
  magpie: Magpie,
  tx: Transaction,
  event: EventRow,
  attributes: readonly AttributeRow[],
  { hard }: { hard: boolean },
): Promise<void> {
  if (hard) {
    const ids = attributes.map((attribute) => attribute.id);
    // Read before the rows go: what is needed to bring them back stands in the history.
    const kept = await keptRows(tx, attributes);
    await tx.elevated('parts of an attribute go with it, also those that the editor does not see', async () => {
      for (const table of ATTRIBUTE_PARTS) {
        await tx.execute(`delete from ${table} where attribute_id = any ($1::bigint[])`, [ids]);
      }
    });
    await tx.execute('delete from visible_attributes where id = any ($1::bigint[])', [ids]);
    await record(tx, attributes, 'delete', kept);
  } else {
    await markAttributesDeleted(magpie, tx, attributes);
  }
  await touchEvent(tx, event.id, magpie.now());
}

/** Deletes attributes softly, for whoever marks their event as changed himself. */
export async function markAttributesDeleted(
  magpie: Magpie,
  tx: Transaction,
  attributes: readonly AttributeRow[],
): Promise<void> {
  const ids = attributes.map((attribute) => attribute.id);
  await tx.execute(
    `update visible_attributes set deleted = true, correlates = 0, timestamp = $2${sanitised(magpie)} where id = any ($1::bigint[])`,
    [ids, magpie.now()],
  );
  await closeProposalsAbout(tx, ids, magpie.now());
  await record(tx, attributes, 'soft_delete');
}

/** With Security.sanitise_attribute_on_delete nothing of the value is kept. */
function sanitised(magpie: Magpie): string {
  if (!magpie.settings.get('Security.sanitise_attribute_on_delete')) return '';
  return `, category = 'Other', type = 'comment', value1 = 'deleted', value2 = '', comment = '', to_ids = false,
    h1 = ${valueDigest('deleted')}, h2 = null`;
}

async function record(
  tx: Transaction,
  attributes: readonly AttributeRow[],
  action: string,
  kept: ReadonlyMap<number, Record<string, unknown>> = new Map(),
): Promise<void> {
  await recordChanges(
    tx,
    attributes.map((attribute) => {
      const { category, type, value1, value2 } = attribute;
      return {
        model: 'MispAttribute',
        action,
        modelId: attribute.id,
        modelUuid: attribute.uuid,
        eventId: attribute.event_id,
        title: `${category}/${type} ${value1.slice(0, 200)}`,
        ...(action === 'restore' ? {} : { before: kept.get(attribute.id) ?? { category, type, value1, value2 } }),
      };
    }),
  );
}

/** All that the history needs to bring attributes back: their fields, the tags on them that are seen, their files. */
async function keptRows(
  tx: Transaction,
  attributes: readonly AttributeRow[],
): Promise<Map<number, Record<string, unknown>>> {
  const ids = attributes.map((attribute) => attribute.id);
  const tags = Map.groupBy(await loadAttributeTags(tx, ids, { includeAllTags: true }), (tag) => tag.attribute_id);
  const files = await tx.query<{ attribute_id: number; sha256: string; size: number }>(
    `select attribute_id, encode(sha256, 'hex') as sha256, size from visible_attachments
     where attribute_id = any ($1::bigint[])`,
    [ids],
  );
  const fileOf = new Map(files.map((file) => [file.attribute_id, file]));
  return new Map(
    attributes.map((attribute) => {
      const own = tags.get(attribute.id);
      const file = fileOf.get(attribute.id);
      return [
        attribute.id,
        {
          ...storedFields(attribute),
          object_id: attribute.object_id,
          ...(own ? { tags: own.map(({ name, local }) => ({ name, local })) } : {}),
          ...(file ? { file: { sha256: file.sha256, size: file.size } } : {}),
        },
      ];
    }),
  );
}
