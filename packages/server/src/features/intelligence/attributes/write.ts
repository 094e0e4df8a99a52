import { attachTags } from '../events/tag-links.ts';
import type { WriteContext } from '../events/write-context.ts';
import { DUPLICATE, findStoredKeys, insertAttributes, UUID_TAKEN } from './insert.ts';
import {
  type AttributeInput,
  type AttributePlan,
  isRefused,
  type PlannedAttribute,
  planAttribute,
  sameAttributeKey,
} from './plan.ts';
import { updateAttributes } from './update.ts';

/** What became of one input. */
export type AttributeOutcome =
  | { path: string; id: number; plan: PlannedAttribute }
  | { path: string; errors: unknown; duplicateOf?: number };

export interface WriteAttributesOptions {
  /** MISP's fast_update: duplicates are not looked for. */
  skipDuplicateCheck?: boolean;
}

/**
 * Checks and stores attributes, new and changed ones mixed, with their tags and files. Outcomes stand in the order
 * of the inputs; what was refused is left out of the store and told with its reason.
 */
export async function writeAttributes(
  context: WriteContext,
  inputs: readonly AttributeInput[],
  options: WriteAttributesOptions = {},
): Promise<AttributeOutcome[]> {
  const plans: AttributePlan[] = [];
  for (const input of inputs) plans.push(await planAttribute(context, input));
  const accepted = options.skipDuplicateCheck ? plans : await refuseDuplicates(context, plans);

  const fresh = accepted.flatMap((plan) => (isRefused(plan) || plan.stored ? [] : [plan]));
  const changed = accepted.flatMap((plan) => (isRefused(plan) || !plan.stored ? [] : [plan]));
  const ids = await insertAttributes(context, fresh);
  const idOf = new Map<PlannedAttribute, number | null>(fresh.map((plan, index) => [plan, ids[index] ?? null]));
  for (const plan of changed) idOf.set(plan, plan.stored?.id ?? null);
  await updateAttributes(context, changed);

  const outcomes = accepted.map((plan) => outcomeOf(plan, idOf));
  await attachTags(
    context,
    outcomes.flatMap((outcome) =>
      'id' in outcome
        ? [
            {
              attributeId: outcome.id,
              audienceId: outcome.plan.audienceId,
              tags: outcome.plan.tags,
              path: outcome.path,
            },
          ]
        : [],
    ),
  );
  return outcomes;
}

function outcomeOf(plan: AttributePlan, idOf: ReadonlyMap<PlannedAttribute, number | null>): AttributeOutcome {
  if (isRefused(plan)) return plan;
  const id = idOf.get(plan) ?? null;
  return id === null ? { path: plan.path, errors: { uuid: [UUID_TAKEN] } } : { path: plan.path, id, plan };
}

// Only attributes outside objects have to be unique, and only live ones (attribute-types reference, section 2).
async function refuseDuplicates(context: WriteContext, plans: readonly AttributePlan[]): Promise<AttributePlan[]> {
  const checked = plans.flatMap((plan) => (isRefused(plan) || !mustBeUnique(plan) ? [] : [plan]));
  const seen = await findStoredKeys(context, checked);
  const uuids = new Set<string>();
  return plans.map((plan) => {
    if (isRefused(plan)) return plan;
    if (!plan.stored && uuids.has(plan.uuid)) return { path: plan.path, errors: { uuid: [UUID_TAKEN] } };
    uuids.add(plan.uuid);
    if (!mustBeUnique(plan)) return plan;
    const key = sameAttributeKey(plan.values.type, plan.values.category, plan.values.value1, plan.values.value2);
    const other = seen.get(key);
    if (other !== undefined && other !== plan.stored?.id) {
      return { path: plan.path, errors: { value: [DUPLICATE] }, duplicateOf: other };
    }
    seen.set(key, plan.stored?.id ?? 0);
    return plan;
  });
}

function mustBeUnique(plan: PlannedAttribute): boolean {
  return plan.objectId === 0 && !plan.values.deleted;
}
