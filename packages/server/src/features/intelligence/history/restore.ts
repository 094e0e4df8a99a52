import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { findAttribute } from '../attributes/find-attribute.ts';
import { changeAttribute, contextOf } from '../attributes/service.ts';
import { changeReport } from '../event-reports/manage-reports.ts';
import { editEvent } from '../events/edit.ts';
import { canModifyEvent, findEvent, NO_RIGHT, touchEvent } from '../events/rights.ts';
import { findObject } from '../objects/service.ts';
import { writeObjects } from '../objects/write.ts';
import { bodyOfState } from './body-of-state.ts';
import { findSubject, type HistoryKind, historyKinds, type Subject } from './kinds.ts';
import { recreate } from './recreate.ts';
import { findEntry, stateAfter } from './states.ts';

/** What a restoration did: the fields that were set back; null when the whole element was made anew. */
export interface Restored {
  kind: HistoryKind;
  id: number;
  fields: string[] | null;
}

/**
 * Sets an element back to what it was right after an entry of its history: all fields, or those that are named. It is a
 * change like any other, with the rights and checks of one, and stands in the history in turn. An element that was
 * deleted for good is made anew under its old uuid. Throws `NotFound`, `Forbidden`, `Invalid`.
 */
export function restoreElement(
  magpie: Magpie,
  viewer: Viewer,
  wanted: { kind: HistoryKind; key: string | undefined; entryId: number | null; fields: readonly string[] | null },
): Promise<Restored> {
  return magpie.database.as(viewer, async (tx) => {
    const { kind } = wanted;
    const subject = await findSubject(tx, kind, wanted.key);
    if (subject.row === null) return { kind, id: await recreate(magpie, tx, viewer, subject), fields: null };
    await findEntry(tx, subject, wanted.entryId);
    const then = await stateAfter(tx, subject, wanted.entryId);
    const now = await stateAfter(tx, subject, null);
    const fields = historyKinds[kind].fields.filter(
      (field) =>
        (wanted.fields === null || wanted.fields.includes(field)) &&
        Object.hasOwn(then, field) &&
        JSON.stringify(then[field]) !== JSON.stringify(now[field]),
    );
    const body = bodyOfState(then, fields);
    await store(magpie, tx, viewer, subject, body);
    return { kind, id: subject.id, fields };
  });
}

async function store(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  subject: Subject,
  body: JsonObject,
): Promise<void> {
  switch (subject.kind) {
    case 'event': {
      const event = await findEvent(tx, subject.id, { lock: true });
      if (event === null) throw new NotFound('Invalid event');
      if (!canModifyEvent(viewer, event)) throw new Forbidden(NO_RIGHT);
      if (Object.keys(body).length > 0) {
        await editEvent(magpie, tx, viewer, String(subject.id), { ...body, ...extension(body) });
      }
      return;
    }
    case 'attribute': {
      const found = await findAttribute(tx, subject.id, { lock: true });
      if (found === null) throw new NotFound('Invalid attribute');
      if (!canModifyEvent(viewer, found.event)) throw new Forbidden(NO_RIGHT);
      if (Object.keys(body).length > 0) await changeAttribute(magpie, tx, viewer, found, body);
      return;
    }
    case 'object': {
      const found = await findObject(tx, subject.id, { lock: true });
      if (found === null) throw new NotFound('Invalid object');
      if (!canModifyEvent(viewer, found.event)) throw new Forbidden(NO_RIGHT);
      if (Object.keys(body).length === 0) return;
      const context = await contextOf(magpie, tx, viewer, found.event);
      const [written] = await writeObjects(context, [{ body, path: 'Object', stored: found.object }]);
      if (written === undefined) throw new Invalid('', { Object: context.rejected.map(({ reason }) => reason) });
      await touchEvent(tx, found.event.id, magpie.now());
      return;
    }
    case 'event_report':
      await changeReport(magpie, tx, viewer, String(subject.id), body);
  }
}

/** No link is written as an empty text in a body. */
function extension(body: JsonObject): JsonObject {
  return Object.hasOwn(body, 'extends_uuid') ? { extends_uuid: body.extends_uuid ?? '' } : {};
}
