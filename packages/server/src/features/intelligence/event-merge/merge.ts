import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { contextOf } from '../attributes/service.ts';
import { writeAttributes } from '../attributes/write.ts';
import { captureEventReports, eventReportsWire } from '../event-reports/service.ts';
import { type Assembly, assembleAttributes, assembleObjects } from '../events/assemble.ts';
import { loadAttributes, loadObjects } from '../events/load.ts';
import { canModifyEvent, findEvent, touchEvent } from '../events/rights.ts';
import type { ReferenceRow } from '../events/rows.ts';
import type { WriteContext } from '../events/write-context.ts';
import { type ReferenceInput, writeReferences } from '../objects/references.ts';
import { writeObjects } from '../objects/write.ts';

const ATTRIBUTES_AT_ONCE = 2000;
const OBJECTS_AT_ONCE = 200;

/** Where copies went, by the uuid of the original: only of what references name. */
interface Copies {
  wanted: ReadonlySet<string>;
  uuids: Map<string, string>;
  objects: Map<string, { id: number; uuid: string }>;
}

/**
 * Copies the live attributes, objects with their references, and reports of one event that the viewer sees into
 * another that he may change, under new uuids; what is there already is not doubled. Page by page, whatever the size.
 * Throws `NotFound`, `Forbidden`, `Invalid`.
 */
export function mergeEvents(
  magpie: Magpie,
  viewer: Viewer,
  targetId: string | undefined,
  sourceId: string | undefined,
): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    const target = await findEvent(tx, targetId, { lock: true });
    if (target === null) throw new NotFound('Invalid event');
    if (!canModifyEvent(viewer, target)) throw new Forbidden('You do not have permission to do that.');
    const source = await findEvent(tx, sourceId);
    if (source === null) throw new NotFound('Invalid source event.');
    if (source.id === target.id) throw new Invalid('', 'An event cannot be merged into itself.');
    const context = await contextOf(magpie, tx, viewer, target);
    const options = { attachments: true, excludeLocalTags: true, excludeGalaxy: true, noShadowAttributes: true };
    const assembly: Assembly = { magpie, tx, options: { ...options, noSightings: true } };
    const references = await tx.query<ReferenceRow>(
      'select * from visible_object_references where event_id = $1 and not deleted order by id',
      [source.id],
    );
    const wanted = new Set(references.flatMap((reference) => [reference.referenced_uuid, reference.source_uuid]));
    const copies: Copies = { wanted, uuids: new Map(), objects: new Map() };
    await copyAttributes(context, assembly, source.id, copies);
    await copyObjects(context, assembly, source.id, copies);
    await writeReferences(
      context,
      references.flatMap((reference) => referenceInput(reference, copies)),
    );
    const reports = (await eventReportsWire(tx, [source.id], { excludeLocalTags: true })).get(source.id) ?? [];
    await captureEventReports(
      context,
      reports.filter((report) => report.deleted !== true).map(({ id, uuid, event_id, ...report }) => report),
    );
    await touchEvent(tx, target.id, context.now);
    await recordChanges(tx, [
      {
        model: 'Event',
        action: 'merge',
        modelId: target.id,
        modelUuid: target.uuid,
        eventId: target.id,
        title: target.info,
        after: { merged_event: source.uuid },
      },
    ]);
    return target.id;
  });
}

/** A copy of an element under a new uuid; a nested sharing group is one that is here already, so its id will do. */
function copyOf(element: JsonObject, copies: Copies): JsonObject {
  const { id, uuid: original, event_id, object_id, SharingGroup, ObjectReference, ...copy } = element;
  const uuid = randomUUID();
  if (typeof original === 'string' && copies.wanted.has(original)) copies.uuids.set(original, uuid);
  return { ...copy, uuid };
}

async function copyAttributes(
  context: WriteContext,
  assembly: Assembly,
  sourceId: number,
  copies: Copies,
): Promise<void> {
  let afterId = 0;
  for (;;) {
    const window = { afterId, limit: ATTRIBUTES_AT_ONCE };
    const rows = await loadAttributes(context.tx, [sourceId], 'outside-objects', 'live', assembly.options, window);
    const wires = await assembleAttributes(assembly, rows);
    await writeAttributes(
      context,
      wires.map((wire, index) => ({ body: copyOf(wire, copies), path: `Attribute[${index}]`, object: null })),
    );
    if (rows.length < ATTRIBUTES_AT_ONCE) return;
    afterId = rows.at(-1)?.id ?? afterId;
  }
}

async function copyObjects(context: WriteContext, assembly: Assembly, sourceId: number, copies: Copies): Promise<void> {
  let afterId = 0;
  for (;;) {
    const rows = await loadObjects(context.tx, [sourceId], 'live', { afterId, limit: OBJECTS_AT_ONCE });
    const objectIds = rows.map((row) => row.id);
    const members = await loadAttributes(context.tx, [sourceId], { objectIds }, 'live', assembly.options);
    const wires = await assembleObjects(assembly, rows, members, 'live');
    const written = await writeObjects(
      context,
      wires.map((wire, index) => ({ body: copyOfObject(wire, copies), path: `Object[${index}]` })),
    );
    for (const { id, uuid } of written) copies.objects.set(uuid, { id, uuid });
    if (rows.length < OBJECTS_AT_ONCE) return;
    afterId = rows.at(-1)?.id ?? afterId;
  }
}

function copyOfObject(wire: JsonObject, copies: Copies): JsonObject {
  const members = Array.isArray(wire.Attribute) ? wire.Attribute.filter(isObject) : [];
  return { ...copyOf(wire, copies), Attribute: members.map((member) => copyOf(member, copies)) };
}

/** A reference between copies; one whose target was not copied is left out. */
function referenceInput(reference: ReferenceRow, copies: Copies): ReferenceInput[] {
  const object = copies.objects.get(copies.uuids.get(reference.source_uuid) ?? '');
  const referenced_uuid = copies.uuids.get(reference.referenced_uuid);
  if (object === undefined || referenced_uuid === undefined) return [];
  const { relationship_type, comment } = reference;
  return [
    {
      objectId: object.id,
      objectUuid: object.uuid,
      body: { referenced_uuid, relationship_type, comment },
      path: 'ObjectReference',
    },
  ];
}
