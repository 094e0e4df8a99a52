import { difference, recordChanges } from '../../../changes/changes.ts';
import { ATTRIBUTE_PARTS } from '../attributes/attribute-parts.ts';
import type { WriteContext } from '../events/write-context.ts';
import type { PlannedObject } from './plan.ts';

/** Stores changed objects in one statement; references follow the object's audience. */
export async function updateObjects(context: WriteContext, planned: readonly PlannedObject[]): Promise<void> {
  if (planned.length === 0) return;
  const column = <T>(read: (plan: PlannedObject) => T) => planned.map(read);
  const values = [
    context.event.id,
    column((plan) => plan.stored?.id ?? 0),
    column((plan) => plan.fields.templateVersion),
    column((plan) => plan.fields.timestamp ?? context.now),
    column((plan) => plan.fields.distribution),
    column((plan) => plan.sharingGroupId),
    column((plan) => plan.fields.comment),
    column((plan) => plan.fields.deleted),
    column((plan) => plan.fields.firstSeen),
    column((plan) => plan.fields.lastSeen),
    column((plan) => plan.audience.id),
  ];
  await context.tx.execute(
    `update visible_objects o set template_version = i.template_version, timestamp = i.timestamp,
       distribution = i.distribution, sharing_group_id = i.sharing_group_id, comment = i.comment, deleted = i.deleted,
       first_seen = i.first_seen, last_seen = i.last_seen, audience_id = i.audience_id
     from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[], $6::bigint[], $7::text[], $8::boolean[],
       $9::bigint[], $10::bigint[], $11::integer[])
       as i (id, template_version, timestamp, distribution, sharing_group_id, comment, deleted, first_seen, last_seen, audience_id)
     where o.id = i.id and o.event_id = $1`,
    values,
  );
  const moved = planned.filter((plan) => plan.stored && plan.stored.audience_id !== plan.audience.id);
  for (const plan of moved) await moveMembers(context, plan);
  await recordChanges(
    context.tx,
    planned.flatMap((plan) => changeOf(context.event.id, plan)),
  );
}

/** Folds the object's new audience into everything it holds, also into members that the editor cannot see. */
async function moveMembers(context: WriteContext, plan: PlannedObject): Promise<void> {
  await context.tx.elevated('audiences of hidden members follow the object', () => moveMembersOf(context, plan));
}

async function moveMembersOf(context: WriteContext, plan: PlannedObject): Promise<void> {
  const objectId = plan.stored?.id ?? 0;
  await context.tx.execute('update object_references set audience_id = $3 where event_id = $1 and object_id = $2', [
    context.event.id,
    objectId,
    plan.audience.id,
  ]);
  const reaches = await context.tx.query<{ distribution: number; sharing_group_id: number }>(
    'select distinct distribution, sharing_group_id from attributes where object_id = $1',
    [objectId],
  );
  for (const { distribution, sharing_group_id } of reaches) {
    const folded = await context.fold(plan.audience, { distribution, sharingGroupId: sharing_group_id || null });
    await context.tx.execute(
      'update attributes set audience_id = $4 where object_id = $1 and distribution = $2 and sharing_group_id = $3',
      [objectId, distribution, sharing_group_id, folded.id],
    );
  }
  for (const table of ATTRIBUTE_PARTS) {
    await context.tx.execute(
      `update ${table} t set audience_id = a.audience_id from attributes a
       where a.object_id = $1 and t.attribute_id = a.id and t.audience_id <> a.audience_id`,
      [objectId],
    );
  }
}

function changeOf(eventId: number, plan: PlannedObject) {
  if (!plan.stored) return [];
  const { stored, fields } = plan;
  const changed = difference(
    {
      comment: stored.comment,
      distribution: stored.distribution,
      sharing_group_id: stored.sharing_group_id,
      deleted: stored.deleted,
      first_seen: stored.first_seen,
      last_seen: stored.last_seen,
    },
    {
      comment: fields.comment,
      distribution: fields.distribution,
      sharing_group_id: plan.sharingGroupId,
      deleted: fields.deleted,
      first_seen: fields.firstSeen,
      last_seen: fields.lastSeen,
    },
  );
  if (!changed) return [];
  const action = fields.deleted && !stored.deleted ? 'soft_delete' : 'edit';
  return [
    {
      model: 'MispObject',
      action,
      modelId: stored.id,
      modelUuid: stored.uuid,
      eventId,
      title: stored.name,
      ...changed,
    },
  ];
}
