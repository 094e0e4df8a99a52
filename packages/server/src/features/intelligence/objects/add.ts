import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { templateObjection } from '../../knowledge/object-templates/service.ts';
import { captureAnalystData, takeFromObject } from '../analyst-data/capture.ts';
import { contextOf } from '../attributes/service.ts';
import { canModifyEvent, findEvent, NO_RIGHT, touchEvent } from '../events/rights.ts';
import type { AttributeRow } from '../events/rows.ts';
import type { WriteContext } from '../events/write-context.ts';
import { findDuplicateObject } from './duplicate.ts';
import { applyTemplate, findNamedTemplate } from './template.ts';
import { membersOf, type WrittenObject, writeObjects } from './write.ts';

/** Where and how an object is added. */
export interface AddObjectInput {
  /** Event by id or uuid. */
  event: string | undefined;
  /** Template by id or uuid, and its version, when the path names them. */
  template?: string | undefined;
  version?: string | undefined;
  /** The object with its attributes in `Attribute`. */
  body: JsonObject;
  /** Refuse an object whose equal the event has already. */
  breakOnDuplicate: boolean;
}

/** What adding an object gave. */
export interface AddedObject {
  id: number;
  /** Parts that were not stored, such as tags that may not be used. */
  rejected: WriteContext['rejected'];
}

/**
 * Adds an object to an event, with all of its attributes or not at all. Throws `NotFound` and `Forbidden` for the
 * event, `Invalid` with one text for everything that is wrong with the object.
 */
export function addObject(magpie: Magpie, viewer: Viewer, input: AddObjectInput): Promise<AddedObject> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, input.event, { lock: true });
    if (event === null) throw new NotFound('Invalid event.');
    if (!canModifyEvent(viewer, event)) throw new Forbidden(NO_RIGHT);
    const place = `${event.id}/${input.template ?? ''}`;
    if (membersOf(input.body).length === 0) {
      throw unsavable(place, 'Could not save the object as no attributes were set.');
    }
    const template = await findNamedTemplate(tx, input, input.body);
    const applied = applyTemplate(input.body, template);
    if ('missing' in applied) {
      throw refused(
        'template',
        `No valid template found and object lacking template information. (${applied.missing})`,
      );
    }
    const context = await contextOf(magpie, tx, viewer, event);
    const body = withDefaults(applied.body);
    const annotations = takeFromObject(body, 'Object.');
    const written = await writeWhole(context, body, place);
    const members = await membersAsWritten(tx, written.id);
    const relations = members.map((member) => member.object_relation ?? '');
    const broken = template === null ? null : templateObjection(template, relations);
    if (broken !== null) throw new Invalid('', broken);
    if (input.breakOnDuplicate) await refuseDuplicate(tx, event.id, written, members);
    await captureAnalystData(context, annotations);
    await touchEvent(tx, event.id, magpie.now());
    return { id: written.id, rejected: context.rejected };
  });
}

/** Stores the object and all its attributes; what fails stops the transaction. */
async function writeWhole(context: WriteContext, body: JsonObject, place: string): Promise<WrittenObject> {
  const [written] = await writeObjects(context, [{ body, path: 'Object' }]);
  if (written === undefined) throw new Invalid('', rejectionText(context));
  const failed = written.attributes.find((outcome) => 'errors' in outcome);
  if (failed !== undefined && 'errors' in failed) {
    const relation = relationAt(body, written.attributes.indexOf(failed));
    throw unsavable(
      place,
      `Could not save object as at least one attribute has failed validation (${relation}). ${JSON.stringify(failed.errors)}`,
    );
  }
  return written;
}

// An audience that this very write made is not yet among those that its transaction sees.
function membersAsWritten(tx: Transaction, objectId: number): Promise<AttributeRow[]> {
  return tx.elevated('members just written, whatever their audience', () =>
    tx.query<AttributeRow>('select * from attributes where object_id = $1 and not deleted order by id', [objectId]),
  );
}

/** The refusals of an object in one text: `Object could not be saved.` and a line for each field. */
export function rejectionText(context: WriteContext): string {
  const lines = context.rejected.flatMap(({ reason }) =>
    isObject(reason)
      ? Object.entries(reason).map(([field, messages]) => `${field}: ${[messages].flat().join(', ')}`)
      : [String(reason)],
  );
  return ['Object could not be saved.', ...lines].join('\n');
}

function refused(field: string, message: string): Invalid {
  return new Invalid('', `Object could not be saved.\n${field}: ${message}`);
}

// What is found before the object itself is saved comes under another name, and its url ends in a slash (2.5.1).
function unsavable(place: string, text: string): Invalid {
  return new Invalid('Could not add object', text, { url: `/objects/add/${place}`, id: place });
}

function relationAt(body: JsonObject, index: number): string {
  const member = membersOf(body)[index];
  const relation = isObject(member) ? member.object_relation : undefined;
  return typeof relation === 'string' ? relation : '';
}

// Here, and here alone, MISP takes every type for an indicator unless told otherwise (2.5.1, objects-018 of the recording).
const INDICATOR = { to_ids: true };

/** The body with what its attributes get here when they do not say it: to_ids, and the object's first and last seen. */
function withDefaults(body: JsonObject): JsonObject {
  const seen = filled({ first_seen: body.first_seen, last_seen: body.last_seen });
  const members = membersOf(body).map((member) => {
    if (!isObject(member)) return member;
    const ownSeen = isSet(member.first_seen) || isSet(member.last_seen);
    return { ...INDICATOR, ...(ownSeen ? {} : seen), ...filled(member) };
  });
  return { ...body, Attribute: members };
}

/** Without what is null, empty or undefined: those mean absent. */
function filled(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => isSet(value)));
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

// MISP compares what was sent: an attribute without a category never equals a stored one.
async function refuseDuplicate(
  tx: Transaction,
  eventId: number,
  written: WrittenObject,
  members: readonly AttributeRow[],
): Promise<void> {
  const bodies = membersOf(written.body);
  if (bodies.some((member) => isObject(member) && !isSet(member.category))) return;
  const templateUuid = String(written.body.template_uuid ?? '');
  const known = await findDuplicateObject(tx, { id: written.id, eventId, templateUuid }, members);
  if (known === null) return;
  throw new Invalid(
    '',
    `Duplicate object found (id: ${known.id}, uuid: ${known.uuid}). Since breakOnDuplicate is set the object will not be added.`,
  );
}
