import { difference, recordChanges } from '../../../changes/changes.ts';
import type { AttributeRow } from '../events/rows.ts';
import type { WriteContext } from '../events/write-context.ts';
import { ATTRIBUTE_PARTS } from './attribute-parts.ts';
import { closeProposalsAbout } from './close-proposals.ts';
import { correlatesOf, insertFiles } from './insert.ts';
import type { PlannedAttribute } from './plan.ts';
import { valueDigest } from './value-digest.ts';

const UPDATE = `update visible_attributes a set
    object_relation = i.object_relation, category = i.category, type = i.type, value1 = i.value1, value2 = i.value2,
    to_ids = i.to_ids, timestamp = i.timestamp, distribution = i.distribution, sharing_group_id = i.sharing_group_id,
    comment = i.comment, deleted = i.deleted, disable_correlation = i.disable_correlation, first_seen = i.first_seen,
    last_seen = i.last_seen, audience_id = i.audience_id, h1 = i.h1, h2 = i.h2, correlates = i.correlates
  from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[], $9::bigint[],
    $10::smallint[], $11::bigint[], $12::text[], $13::boolean[], $14::boolean[], $15::bigint[], $16::bigint[],
    $17::integer[], $18::bigint[], $19::bigint[], $20::smallint[])
    as i (id, object_relation, category, type, value1, value2, to_ids, timestamp, distribution, sharing_group_id,
      comment, deleted, disable_correlation, first_seen, last_seen, audience_id, h1, h2, correlates)
  where a.id = i.id and a.event_id = $1`;

/** Stores changed attributes (plans with `stored`) in one statement, with a change record for each real difference. */
export async function updateAttributes(context: WriteContext, planned: readonly PlannedAttribute[]): Promise<void> {
  if (planned.length === 0) return;
  const column = <T>(read: (plan: PlannedAttribute) => T) => planned.map(read);
  const ids = planned.map((plan) => plan.stored?.id ?? null);
  await context.tx.execute(UPDATE, [
    context.event.id,
    ids,
    column((plan) => plan.values.objectRelation),
    column((plan) => plan.values.category),
    column((plan) => plan.values.type),
    column((plan) => plan.values.value1),
    column((plan) => plan.values.value2),
    column((plan) => plan.values.toIds),
    column((plan) => plan.timestamp),
    column((plan) => plan.values.distribution),
    column((plan) => plan.sharingGroupId),
    column((plan) => plan.values.comment),
    column((plan) => plan.values.deleted),
    column((plan) => plan.values.disableCorrelation),
    column((plan) => plan.values.firstSeen),
    column((plan) => plan.values.lastSeen),
    column((plan) => plan.audienceId),
    column((plan) => valueDigest(plan.values.value1)),
    column((plan) => (plan.values.value2 === '' ? null : valueDigest(plan.values.value2))),
    column((plan) => correlatesOf(context, plan)),
  ]);
  const deleted = planned.flatMap(({ stored, values }) =>
    stored && values.deleted && !stored.deleted ? stored.id : [],
  );
  await closeProposalsAbout(context.tx, deleted, context.now);
  await moveAudiences(context, planned);
  await insertFiles(context, planned, ids);
  await recordChanges(
    context.tx,
    planned.flatMap((plan) => changeOf(context.event.id, plan)),
  );
}

/** What hangs on an attribute follows its audience, also what the editor does not see (sightings by policy). */
async function moveAudiences(context: WriteContext, planned: readonly PlannedAttribute[]): Promise<void> {
  const moved = planned.filter((plan) => plan.stored && plan.stored.audience_id !== plan.audienceId);
  if (moved.length === 0) return;
  const values = [moved.map((plan) => plan.stored?.id ?? 0), moved.map((plan) => plan.audienceId)];
  await context.tx.elevated('parts of an attribute follow its audience', async () => {
    for (const table of ATTRIBUTE_PARTS) {
      await context.tx.execute(
        `update ${table} t set audience_id = i.audience_id
         from unnest($1::bigint[], $2::integer[]) as i (id, audience_id) where t.attribute_id = i.id`,
        values,
      );
    }
  });
}

function changeOf(eventId: number, plan: PlannedAttribute) {
  if (!plan.stored) return [];
  const fields = difference(storedFields(plan.stored), plannedFields(plan));
  if (!fields) return [];
  const action = plan.values.deleted && !plan.stored.deleted ? 'soft_delete' : 'edit';
  const title = `${plan.values.category}/${plan.values.type} ${plan.values.value1.slice(0, 200)}`;
  const identity = { modelId: plan.stored.id, modelUuid: plan.stored.uuid, eventId };
  return [{ model: 'MispAttribute', action, title, ...identity, ...fields }];
}

/** The fields of a stored attribute that its history tells. */
export function storedFields(row: AttributeRow): Record<string, unknown> {
  return {
    type: row.type,
    category: row.category,
    value1: row.value1,
    value2: row.value2,
    to_ids: row.to_ids,
    comment: row.comment,
    distribution: row.distribution,
    sharing_group_id: row.sharing_group_id,
    deleted: row.deleted,
    disable_correlation: row.disable_correlation,
    first_seen: row.first_seen,
    last_seen: row.last_seen,
    object_relation: row.object_relation,
  };
}

function plannedFields(plan: PlannedAttribute): Record<string, unknown> {
  const { values } = plan;
  return {
    type: values.type,
    category: values.category,
    value1: values.value1,
    value2: values.value2,
    to_ids: values.toIds,
    comment: values.comment,
    distribution: values.distribution,
    sharing_group_id: plan.sharingGroupId,
    deleted: values.deleted,
    disable_correlation: values.disableCorrelation,
    first_seen: values.firstSeen,
    last_seen: values.lastSeen,
    object_relation: values.objectRelation,
  };
}
