import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, NotFound, Refused } from '../../../errors.ts';
import { type JsonObject, readId, readInteger } from '../../../http/lenient.ts';
import { canModifyEvent, findEvent } from '../events/rights.ts';
import type { AttributeRow } from '../events/rows.ts';
import { changeAttribute, NO_RIGHT } from './service.ts';

const UNCHANGED_TO_IDS = 2;
const UNCHANGED_DISTRIBUTION = 6;
const MOST = 1000;

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
    const attributes = await tx.query<AttributeRow>(
      `select * from visible_attributes where event_id = $1 and ($2 or id = any ($3::bigint[])) and not deleted
       order by id limit ${MOST + 1}`,
      [event.id, ids === 'all', ids === 'all' ? [] : [...ids]],
    );
    if (attributes.length > MOST) throw new Refused(`No more than ${MOST} attributes can be changed at once.`);
    if (attributes.length === 0) throw new NotFound('No matching attributes found.');
    for (const attribute of attributes) await changeAttribute(magpie, tx, viewer, { attribute, event }, fields);
    return attributes.length;
  });
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
