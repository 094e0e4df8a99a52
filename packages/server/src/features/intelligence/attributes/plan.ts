import { randomUUID } from 'node:crypto';
import { type AttributeValues, joinValue, readAttribute, type ValueRewrite } from '@magpie/model';
import { Invalid } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { type StoredFile, takeFile } from '../attachments/prepare.ts';
import type { AttributeRow } from '../events/rows.ts';
import { readTagDrafts, type TagDraft } from '../events/tag-drafts.ts';
import type { FoldedAudience, WriteContext } from '../events/write-context.ts';
import { seenWire } from './wire.ts';

/** An attribute as sent, with its place. */
export interface AttributeInput {
  body: unknown;
  /** Place in the request, for rejections. */
  path: string;
  /** The object it belongs to; null for an attribute of the event itself. */
  object: { id: number; audience: FoldedAudience } | null;
  /** The stored attribute that the input changes. */
  stored?: AttributeRow;
}

/** An attribute checked and ready to be stored. */
export interface PlannedAttribute {
  path: string;
  values: AttributeValues;
  uuid: string;
  timestamp: number;
  sharingGroupId: number;
  audienceId: number;
  objectId: number;
  tags: TagDraft[];
  file: StoredFile | null;
  stored: AttributeRow | null;
}

/** An input that is not stored. */
export interface RefusedAttribute {
  path: string;
  errors: unknown;
  /** Id of the equal attribute; 0 when it stands in the same request. */
  duplicateOf?: number;
}

/** What a body of an attribute comes to. */
export type AttributePlan = PlannedAttribute | RefusedAttribute;

/** True when the plan was refused. */
export function isRefused(plan: AttributePlan): plan is RefusedAttribute {
  return 'errors' in plan;
}

/**
 * Checks one attribute by all of MISP's rules except duplicates and taken uuids, which depend on what is stored.
 * On a change, fields that the body leaves out keep their stored value. Never throws for bad input.
 */
export async function planAttribute(
  context: WriteContext,
  input: AttributeInput,
  rewrite?: ValueRewrite,
): Promise<AttributePlan> {
  const { path, object, stored } = input;
  if (!isObject(input.body)) return { path, errors: { value: ['Expected an attribute object.'] } };
  const taken = await takeFileOrErrors(context, stored ? { ...storedDraft(stored), ...input.body } : input.body);
  if ('errors' in taken) return { path, errors: taken.errors };
  const read = readAttribute(taken.body, {
    defaultDistribution: defaultDistribution(context),
    inObject: object !== null,
    now: context.now,
    ...(rewrite === undefined ? {} : { rewrite }),
  });
  if (!read.ok) return { path, errors: read.errors };
  const values = read.attribute;
  const sharingGroupId = values.distribution === 4 ? await context.groups.resolve(taken.body) : 0;
  if (sharingGroupId === null) {
    return { path, errors: { sharing_group_id: ['Invalid Sharing Group or not authorised.'] } };
  }
  const reach = { distribution: values.distribution, sharingGroupId: sharingGroupId || null };
  const audience = await context.fold(object?.audience ?? context.event.audience, reach);
  return {
    path,
    values,
    uuid: stored?.uuid ?? values.uuid ?? randomUUID(),
    timestamp: readTimestamp(input.body) ?? context.now,
    sharingGroupId,
    audienceId: audience.id,
    objectId: object?.id ?? 0,
    tags: readTagDrafts(input.body),
    file: taken.file,
    stored: stored ?? null,
  };

  function readTimestamp(body: JsonObject): number | null {
    return body.timestamp === undefined ? null : values.timestamp;
  }
}

async function takeFileOrErrors(
  context: WriteContext,
  body: JsonObject,
): Promise<{ body: JsonObject; file: StoredFile | null } | { errors: unknown }> {
  try {
    return await takeFile(body, context.magpie.attachments);
  } catch (error) {
    if (error instanceof Invalid) return { errors: error.fields };
    throw error;
  }
}

/** A stored attribute in the keys of a body, so that what a change leaves out stays as it is. */
function storedDraft(row: AttributeRow): JsonObject {
  return {
    type: row.type,
    category: row.category,
    value: joinValue(row.value1, row.value2),
    to_ids: row.to_ids,
    comment: row.comment,
    distribution: row.distribution,
    sharing_group_id: row.sharing_group_id,
    disable_correlation: row.disable_correlation,
    deleted: row.deleted,
    object_relation: row.object_relation,
    first_seen: seenWire(row.first_seen),
    last_seen: seenWire(row.last_seen),
  };
}

function defaultDistribution(context: WriteContext): number {
  const setting = context.magpie.settings.get('MISP.default_attribute_distribution');
  return setting === 'event' ? 5 : Number(setting);
}

/** Key under which two attributes of an event count as the same: type, category and value, whatever the case. */
export function sameAttributeKey(type: string, category: string, value1: string, value2: string): string {
  return `${type}\u0000${category}\u0000${value1.toLowerCase()}\u0000${value2.toLowerCase()}`;
}
