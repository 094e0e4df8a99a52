import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { type JsonObject, readId, readInteger } from '../../../http/lenient.ts';
import { canModifyEvent, findEvent, NO_RIGHT, touchEvent } from '../events/rights.ts';
import type { AttributeRow } from '../events/rows.ts';
import type { WriteContext } from '../events/write-context.ts';
import { contextOf, fieldErrors, objectsOf, touchObjects } from './service.ts';
import { writeAttributes } from './write.ts';

const UNCHANGED_TO_IDS = 2;
const UNCHANGED_DISTRIBUTION = 6;
/** Attributes held and written together. */
const AT_ONCE = 2000;

/**
 * Gives the live attributes of an event whose ids are listed (`all` for every one) the same comment, category,
 * distribution and detection flag: all of them or, where one cannot take it, none. Returns how many.
 */
export function editSelected(
  magpie: Magpie,
  viewer: Viewer,
  eventId: string | undefined,
  ids: readonly number[] | 'all',
  fields: JsonObject,
): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    const event = readId(eventId) === null ? null : await findEvent(tx, eventId, { lock: true });
    if (event === null) throw new NotFound('Invalid event');
    if (!canModifyEvent(viewer, event)) throw new Forbidden(NO_RIGHT);
    const context = await contextOf(magpie, tx, viewer, event);
    let count = 0;
    for (let lastId = 0; ; ) {
      const attributes = await tx.query<AttributeRow>(
        `select * from visible_attributes where event_id = $1 and ($2 or id = any ($3::bigint[])) and not deleted
           and id > $4 order by id limit ${AT_ONCE}`,
        [event.id, ids === 'all', ids === 'all' ? [] : [...ids], lastId],
      );
      if (attributes.length === 0) break;
      await changeAlike(context, attributes, fields);
      count += attributes.length;
      lastId = attributes.at(-1)?.id ?? lastId;
    }
    if (count === 0) throw new NotFound('No matching attributes found.');
    await touchEvent(tx, event.id, magpie.now());
    return count;
  });
}

/** Stores the same change of several attributes; throws `Invalid` for the first that cannot take it. */
async function changeAlike(
  context: WriteContext,
  attributes: readonly AttributeRow[],
  body: JsonObject,
): Promise<void> {
  const objects = await objectsOf(context, attributes);
  const inputs = attributes.map((stored) => {
    const object = stored.object_id === 0 ? null : objects.get(stored.object_id);
    if (object === undefined) throw new NotFound('No matching attributes found.');
    return { body, path: 'Attribute', object, stored };
  });
  for (const outcome of await writeAttributes(context, inputs)) {
    if ('errors' in outcome) throw new Invalid('', fieldErrors(outcome.errors));
  }
  await touchObjects(context.tx, [...objects.keys()], context.magpie.now());
}

/** What the form of many attributes changes: 2 as detection flag, 6 as distribution and empty texts leave all as is. */
export function selectedFields(body: JsonObject): JsonObject {
  const fields: JsonObject = {};
  if (readInteger(body.to_ids) !== UNCHANGED_TO_IDS && isGiven(body.to_ids)) fields.to_ids = body.to_ids;
  if (readInteger(body.distribution) !== UNCHANGED_DISTRIBUTION && isGiven(body.distribution)) {
    fields.distribution = body.distribution;
    if (isGiven(body.sharing_group_id)) fields.sharing_group_id = body.sharing_group_id;
  }
  for (const name of ['comment', 'category'] as const) if (isGiven(body[name])) fields[name] = body[name];
  return fields;
}

const isGiven = (value: unknown) => value !== undefined && value !== null && value !== '';
