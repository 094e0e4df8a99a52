import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound, Refused } from '../../../errors.ts';
import { type JsonObject, readInteger } from '../../../http/lenient.ts';
import { captureAnalystData, takeFromElement } from '../analyst-data/capture.ts';
import { foldEvent } from '../events/add.ts';
import { canModifyEvent, findEvent, NO_RIGHT, touchEvent } from '../events/rights.ts';
import type { AttributeRow, EventRow } from '../events/rows.ts';
import {
  createGroupResolver,
  createWriteContext,
  type FoldedAudience,
  type WriteContext,
} from '../events/write-context.ts';
import { type AttributeWithEvent, findAttribute } from './find-attribute.ts';
import type { AttributeInput } from './plan.ts';
import { type AttributeOutcome, type WriteAttributesOptions, writeAttributes } from './write.ts';

/** The write context of an event that exists already. */
export async function contextOf(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  event: EventRow,
): Promise<WriteContext> {
  const audience = await foldEvent(magpie, {
    ownerId: event.org_id,
    distribution: event.distribution,
    sharingGroupId: event.sharing_group_id,
    published: event.published,
    delegatedTo: event.delegated_to,
  });
  const place = { id: event.id, ownerId: event.org_id, disableCorrelation: event.disable_correlation, audience };
  return createWriteContext({ magpie, tx, viewer, groups: createGroupResolver(magpie, tx, viewer), event: place });
}

/** Switches of `addAttributes`. */
export interface AddAttributesOptions extends WriteAttributesOptions {
  /** An equal attribute is updated instead of refused. */
  updateDuplicates?: boolean;
}

/**
 * Adds attributes to an event; outcomes in the order of the bodies. When none could be stored nothing changes and
 * the event stays published. Throws `NotFound`, `Forbidden`.
 */
export function addAttributes(
  magpie: Magpie,
  viewer: Viewer,
  eventId: string | undefined,
  bodies: readonly JsonObject[],
  options: AddAttributesOptions = {},
): Promise<AttributeOutcome[]> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, eventId, { lock: true });
    if (event === null) throw new NotFound('Invalid event');
    if (!canModifyEvent(viewer, event)) throw new Forbidden(NO_RIGHT);
    const context = await contextOf(magpie, tx, viewer, event);
    const annotations = bodies.flatMap((body, index) => takeFromElement(body, 'Attribute', `attribute_${index}.`));
    const inputs = bodies.map((body, index): AttributeInput => ({ body, path: `attribute_${index}`, object: null }));
    const outcomes = await writeAttributes(context, inputs, options);
    const settled = options.updateDuplicates ? await updateDuplicates(context, inputs, outcomes) : outcomes;
    if (settled.some((outcome) => 'id' in outcome)) {
      await captureAnalystData(context, annotations);
      await touchEvent(tx, event.id, magpie.now());
    }
    return settled;
  });
}

async function updateDuplicates(
  context: WriteContext,
  inputs: readonly AttributeInput[],
  outcomes: readonly AttributeOutcome[],
): Promise<AttributeOutcome[]> {
  const settled: AttributeOutcome[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const input = inputs[index];
    const known = 'duplicateOf' in outcome ? await findAttribute(context.tx, outcome.duplicateOf) : null;
    if (known === null || input === undefined) settled.push(outcome);
    else settled.push(...(await writeAttributes(context, [{ ...input, stored: known.attribute }])));
  }
  return settled;
}

/**
 * Changes one attribute; fields that are absent stay. Throws `NotFound` (also for deleted ones), `Forbidden`,
 * `Refused` when the body is not newer, `Invalid`.
 */
export function editAttribute(
  magpie: Magpie,
  viewer: Viewer,
  idOrUuid: string | undefined,
  body: JsonObject,
): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    const found = await findAttribute(tx, idOrUuid, { lock: true });
    if (found === null || found.attribute.deleted) throw new NotFound('Invalid attribute');
    const { attribute, event } = found;
    if (!canModifyEvent(viewer, event)) throw new Forbidden(NO_RIGHT);
    const sent = readInteger(body.timestamp);
    if (sent !== null && sent <= attribute.timestamp) {
      throw new Refused('Attribute could not be saved: Attribute in the request not newer than the local copy.');
    }
    await changeAttribute(magpie, tx, viewer, { attribute, event }, body);
    return attribute.id;
  });
}

/** Stores a change of an attribute whose right was checked, with timestamps of its object and event. */
export async function changeAttribute(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  { attribute, event }: AttributeWithEvent,
  body: JsonObject,
): Promise<void> {
  const context = await contextOf(magpie, tx, viewer, event);
  const objects = await objectsOf(context, [attribute]);
  const object = attribute.object_id === 0 ? null : objects.get(attribute.object_id);
  if (object === undefined) throw new NotFound('Invalid attribute');
  const [outcome] = await writeAttributes(context, [{ body, path: 'Attribute', object, stored: attribute }]);
  if (outcome && 'errors' in outcome) throw new Invalid('', fieldErrors(outcome.errors));
  await touchObjects(tx, [...objects.keys()], magpie.now());
  await touchEvent(tx, event.id, magpie.now());
}

/** The objects that attributes lie in, by id, with their audiences; those that the viewer does not see are missing. */
export async function objectsOf(
  context: WriteContext,
  attributes: readonly AttributeRow[],
): Promise<Map<number, { id: number; audience: FoldedAudience }>> {
  const ids = [...new Set(attributes.map((attribute) => attribute.object_id))].filter((id) => id !== 0);
  if (ids.length === 0) return new Map();
  const rows = await context.tx.query<{ id: number; distribution: number; sharing_group_id: number }>(
    'select id, distribution, sharing_group_id from visible_objects where id = any ($1::bigint[])',
    [ids],
  );
  const objects = new Map<number, { id: number; audience: FoldedAudience }>();
  for (const { id, distribution, sharing_group_id } of rows) {
    const reach = { distribution, sharingGroupId: sharing_group_id || null };
    objects.set(id, { id, audience: await context.fold(context.event.audience, reach) });
  }
  return objects;
}

/** Moves the timestamps of objects on whose attributes changed. */
export async function touchObjects(tx: Transaction, ids: readonly number[], now: number): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute('update visible_objects set timestamp = greatest(timestamp, $2) where id = any ($1::bigint[])', [
    [...ids],
    now,
  ]);
}

/** The errors of an attribute as MISP's answers have them: by field, or one text. */
export function fieldErrors(errors: unknown): Record<string, unknown> | string {
  return typeof errors === 'object' && errors !== null ? { ...errors } : String(errors);
}
