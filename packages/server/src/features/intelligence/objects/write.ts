import { readUuid } from '@magpie/model';
import { recordChanges } from '../../../changes/changes.ts';
import { isObject, type JsonObject, readElements } from '../../../http/lenient.ts';
import { UUID_TAKEN } from '../attributes/insert.ts';
import type { AttributeInput } from '../attributes/plan.ts';
import { type AttributeOutcome, type WriteAttributesOptions, writeAttributes } from '../attributes/write.ts';
import type { AttributeRow } from '../events/rows.ts';
import type { WriteContext } from '../events/write-context.ts';
import { markPartsDeleted } from './mark-parts.ts';
import { type ObjectInput, type PlannedObject, planObject } from './plan.ts';
import { updateObjects } from './update.ts';

/** An object that was stored, with what became of its attributes. */
export interface WrittenObject {
  id: number;
  uuid: string;
  path: string;
  body: JsonObject;
  attributes: AttributeOutcome[];
}

/**
 * Stores objects, new and changed ones mixed, with all their attributes in one go. What is refused is told in
 * `context.rejected`. References are stored afterwards, when every target has its id.
 *
 * `storedAttributes` are the stored attributes by uuid that the inputs may change.
 */
export async function writeObjects(
  context: WriteContext,
  inputs: readonly ObjectInput[],
  storedAttributes: ReadonlyMap<string, AttributeRow> = new Map(),
  options: WriteAttributesOptions = {},
): Promise<WrittenObject[]> {
  const planned: PlannedObject[] = [];
  for (const input of inputs) {
    const plan = await planObject(context, input);
    if (plan) planned.push(plan);
  }
  const ids = await insertObjects(
    context,
    planned.filter((plan) => !plan.stored),
  );
  const written = planned.flatMap((plan) => {
    const id = plan.stored?.id ?? ids.get(plan.uuid);
    if (id === undefined) context.rejected.push({ path: plan.path, reason: { uuid: [UUID_TAKEN] } });
    return id === undefined ? [] : [{ plan, id }];
  });
  const objects = await writeMembers(context, written, storedAttributes, options);
  const deleted = written.filter(({ plan }) => plan.fields.deleted).map(({ id }) => id);
  if (deleted.length > 0) await markPartsDeleted(context.magpie, context.tx, context.event.id, deleted);
  // Last: an object that moves to an audience of its own takes its members out of this transaction's sight.
  await updateObjects(
    context,
    planned.filter((plan) => plan.stored),
  );
  return objects;
}

async function writeMembers(
  context: WriteContext,
  written: readonly { plan: PlannedObject; id: number }[],
  storedAttributes: ReadonlyMap<string, AttributeRow>,
  options: WriteAttributesOptions,
): Promise<WrittenObject[]> {
  const inputs: AttributeInput[] = [];
  const starts: number[] = [];
  for (const { plan, id } of written) {
    starts.push(inputs.length);
    for (const [index, body] of membersOf(plan.body).entries()) {
      const uuid = isObject(body) ? readUuid(body.uuid) : null;
      const stored = uuid === null ? undefined : storedAttributes.get(uuid);
      // A member that belongs elsewhere is not taken over: its uuid then counts as taken.
      const own = stored?.object_id === id ? { stored } : {};
      inputs.push({ body, path: `${plan.path}.Attribute[${index}]`, object: { id, audience: plan.audience }, ...own });
    }
  }
  const outcomes = await writeAttributes(context, inputs, options);
  return written.map(({ plan, id }, index) => ({
    id,
    uuid: plan.uuid,
    path: plan.path,
    body: plan.body,
    attributes: outcomes.slice(starts[index], starts[index + 1] ?? outcomes.length),
  }));
}

/** The attributes an object body carries. */
export function membersOf(body: JsonObject): unknown[] {
  return readElements(body.Attribute);
}

async function insertObjects(context: WriteContext, planned: readonly PlannedObject[]): Promise<Map<string, number>> {
  if (planned.length === 0) return new Map();
  const column = <T>(read: (plan: PlannedObject) => T) => planned.map(read);
  const rows = await context.tx.query<{ id: number; uuid: string; name: string }>(
    `insert into visible_objects (uuid, event_id, name, meta_category, description, template_uuid, template_version,
       timestamp, distribution, sharing_group_id, comment, deleted, first_seen, last_seen, audience_id)
     select uuid, $1, name, meta_category, description, template_uuid, template_version, timestamp, distribution,
       sharing_group_id, comment, deleted, first_seen, last_seen, audience_id
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::smallint[],
       $10::bigint[], $11::text[], $12::boolean[], $13::bigint[], $14::bigint[], $15::integer[]) with ordinality
       as i (uuid, name, meta_category, description, template_uuid, template_version, timestamp, distribution,
         sharing_group_id, comment, deleted, first_seen, last_seen, audience_id, n)
     order by n on conflict (uuid) do nothing returning id, uuid, name`,
    [
      context.event.id,
      column((plan) => plan.uuid),
      column((plan) => plan.fields.name),
      column((plan) => plan.fields.metaCategory),
      column((plan) => plan.fields.description),
      column((plan) => plan.fields.templateUuid),
      column((plan) => plan.fields.templateVersion),
      column((plan) => plan.fields.timestamp ?? context.now),
      column((plan) => plan.fields.distribution),
      column((plan) => plan.sharingGroupId),
      column((plan) => plan.fields.comment),
      column((plan) => plan.fields.deleted),
      column((plan) => plan.fields.firstSeen),
      column((plan) => plan.fields.lastSeen),
      column((plan) => plan.audience.id),
    ],
  );
  await recordChanges(
    context.tx,
    rows.map((row) => ({
      model: 'MispObject',
      action: 'add',
      modelId: row.id,
      modelUuid: row.uuid,
      eventId: context.event.id,
      title: row.name,
      after: { name: row.name },
    })),
  );
  return new Map(rows.map((row) => [row.uuid, row.id]));
}
