import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../http/lenient.ts';
import type { ObjectRow } from '../events/rows.ts';
import type { FoldedAudience, WriteContext } from '../events/write-context.ts';
import { type ObjectFields, readObjectFields } from './object-fields.ts';

/** An object as sent. */
export interface ObjectInput {
  body: JsonObject;
  path: string;
  stored?: ObjectRow;
}

/** An object checked, with its audience. */
export interface PlannedObject extends ObjectInput {
  fields: ObjectFields;
  uuid: string;
  sharingGroupId: number;
  audience: FoldedAudience;
}

/** Checks one object; null when it is refused, which `context.rejected` tells. */
export async function planObject(context: WriteContext, input: ObjectInput): Promise<PlannedObject | null> {
  const { path, body, stored } = input;
  const read = readObjectFields(body, stored ?? null);
  if ('errors' in read) {
    context.rejected.push({ path, reason: read.errors });
    return null;
  }
  const { fields } = read;
  const groupBody =
    body.sharing_group_id === undefined && stored ? { ...body, sharing_group_id: stored.sharing_group_id } : body;
  const sharingGroupId = fields.distribution === 4 ? await context.groups.resolve(groupBody) : 0;
  if (sharingGroupId === null) {
    context.rejected.push({ path, reason: { sharing_group_id: ['Invalid Sharing Group or not authorised.'] } });
    return null;
  }
  const reach = { distribution: fields.distribution, sharingGroupId: sharingGroupId || null };
  const audience = await context.fold(context.event.audience, reach);
  return { ...input, fields, uuid: stored?.uuid ?? fields.uuid ?? randomUUID(), sharingGroupId, audience };
}
