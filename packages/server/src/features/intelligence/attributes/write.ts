import type { AttributeValues } from '@magpie/model';
import { attachTags, type TagWish } from '../events/tag-links.ts';
import type { WriteContext } from '../events/write-context.ts';
import { refuseListed } from './enforce-warninglists.ts';
import { DUPLICATE, findStoredKeys, insertAttributes, UUID_TAKEN } from './insert.ts';
import {
  type AttributeInput,
  type AttributePlan,
  isRefused,
  type PlannedAttribute,
  planAttribute,
  type RefusedAttribute,
  sameAttributeKey,
} from './plan.ts';
import { updateAttributes } from './update.ts';

/** What became of one input. */
export type AttributeOutcome = StoredAttribute | RefusedAttribute;

/** An input that was stored. */
export interface StoredAttribute {
  path: string;
  id: number;
  /** With `keepValues` only. */
  values?: AttributeValues;
}

/** How the attributes of a body are written. */
export interface WriteAttributesOptions {
  /** MISP's fast_update: duplicates are not looked for, import rules not applied. */
  skipDuplicateCheck?: boolean;
  /** The event was made by this very transaction, so nothing of it is stored yet. */
  eventIsNew?: boolean;
  /** Hand the checked values back: for callers that look at a few attributes, not for whole events. */
  keepValues?: boolean;
  /** Told how many inputs were dealt with since the last time; what it throws ends the write. */
  onWritten?: ((count: number) => void) | undefined;
}

/** Attributes checked and stored at a time; memory is bounded by this, not by the length of the list. */
const CHUNK = 2500;
/** The first is short, so that PostgreSQL has something to store soon. */
const FIRST_CHUNK = 500;

/** What has been seen of one event while its attributes are written. */
interface Seen {
  /** Live attributes outside objects, by their identity; 0 for those of this request. */
  keys: Map<string, number>;
  uuids: Set<string>;
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
  const seen: Seen = { keys: new Map(), uuids: new Set() };
  const outcomes: AttributeOutcome[] = [];
  const endOf = (start: number) => start + (start === 0 ? FIRST_CHUNK : CHUNK);
  const planFrom = (start: number) => planChunk(context, inputs.slice(start, endOf(start)), options);
  let planned = planFrom(0);
  for (let start = 0; start < inputs.length; start = endOf(start)) {
    const storing = storeChunk(context, await planned, seen, options);
    const next = endOf(start);
    // While PostgreSQL stores one chunk of a new event, the next is checked here: both have work at the same time.
    if (options.eventIsNew && next < inputs.length) planned = planFrom(next);
    // It is awaited in the next turn, which hears of a failure; until then none is unhandled.
    planned.catch(() => {});
    for (const outcome of await storing) outcomes.push(outcome);
    options.onWritten?.(Math.min(next, inputs.length) - start);
    if (!options.eventIsNew && next < inputs.length) planned = planFrom(next);
  }
  return outcomes;
}

async function planChunk(
  context: WriteContext,
  inputs: readonly AttributeInput[],
  options: WriteAttributesOptions,
): Promise<AttributePlan[]> {
  const plans: AttributePlan[] = [];
  const rewrite = options.skipDuplicateCheck ? undefined : await context.magpie.importRules.current();
  for (const input of inputs) plans.push(await planAttribute(context, input, rewrite));
  return refuseListed(context, inputs, plans);
}

async function storeChunk(
  context: WriteContext,
  plans: readonly AttributePlan[],
  seen: Seen,
  options: WriteAttributesOptions,
): Promise<AttributeOutcome[]> {
  const accepted = options.skipDuplicateCheck ? plans : await refuseDuplicates(context, plans, seen, options);

  const fresh = accepted.flatMap((plan) => (isRefused(plan) || plan.stored ? [] : [plan]));
  const changed = accepted.flatMap((plan) => (isRefused(plan) || !plan.stored ? [] : [plan]));
  const ids = await insertAttributes(context, fresh);
  const idOf = new Map<PlannedAttribute, number | null>(fresh.map((plan, index) => [plan, ids[index] ?? null]));
  for (const plan of changed) idOf.set(plan, plan.stored?.id ?? null);
  await updateAttributes(context, changed);
  await attachTags(context, tagWishes(idOf));
  return accepted.map((plan) => outcomeOf(plan, idOf, options));
}

function tagWishes(idOf: ReadonlyMap<PlannedAttribute, number | null>): TagWish[] {
  return [...idOf].flatMap(([plan, id]) =>
    id === null || plan.tags.length === 0
      ? []
      : [{ attributeId: id, audienceId: plan.audienceId, tags: plan.tags, path: plan.path }],
  );
}

function outcomeOf(
  plan: AttributePlan,
  idOf: ReadonlyMap<PlannedAttribute, number | null>,
  options: WriteAttributesOptions,
): AttributeOutcome {
  if (isRefused(plan)) return plan;
  const id = idOf.get(plan) ?? null;
  if (id === null) return { path: plan.path, errors: { uuid: [UUID_TAKEN] } };
  return { path: plan.path, id, ...(options.keepValues ? { values: plan.values } : {}) };
}

// Only attributes outside objects have to be unique, and only live ones (attribute-types reference, section 2).
async function refuseDuplicates(
  context: WriteContext,
  plans: readonly AttributePlan[],
  seen: Seen,
  options: WriteAttributesOptions,
): Promise<AttributePlan[]> {
  const checked = plans.flatMap((plan) => (isRefused(plan) || !mustBeUnique(plan) ? [] : [plan]));
  if (!options.eventIsNew) {
    // What this request stored is remembered already, under id 0, and must not look like an older attribute.
    for (const [key, id] of await findStoredKeys(context, checked)) if (!seen.keys.has(key)) seen.keys.set(key, id);
  }
  return plans.map((plan) => (isRefused(plan) ? plan : refuseKnown(plan, seen)));
}

function refuseKnown(plan: PlannedAttribute, seen: Seen): AttributePlan {
  if (!plan.stored && seen.uuids.has(plan.uuid)) return { path: plan.path, errors: { uuid: [UUID_TAKEN] } };
  seen.uuids.add(plan.uuid);
  if (!mustBeUnique(plan)) return plan;
  const { type, category, value1, value2 } = plan.values;
  const key = sameAttributeKey(type, category, value1, value2);
  const other = seen.keys.get(key);
  if (other !== undefined && other !== plan.stored?.id) {
    return { path: plan.path, errors: { value: [DUPLICATE] }, duplicateOf: other };
  }
  seen.keys.set(key, plan.stored?.id ?? 0);
  return plan;
}

function mustBeUnique(plan: PlannedAttribute): boolean {
  return plan.objectId === 0 && !plan.values.deleted;
}
