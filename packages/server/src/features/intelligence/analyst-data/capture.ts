import { randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import { can } from '../../../access/viewer.ts';
import { isObject, type JsonObject, readElements } from '../../../http/lenient.ts';
import { readAnalystInput } from './input.ts';
import { findBlockedUuids, findStoredUuids, type NewAnalystRow } from './queries.ts';
import { ANALYST_KINDS, type AnalystRow } from './rows.ts';
import { type AnalystDraft, type AnalystWrite, planChange, planEntry, storeChange, storeNew } from './store.ts';
import { canEditAnalystData } from './wire.ts';

/** Answers within answers that are still looked at. */
const MAX_NESTING = 10;

/**
 * Takes the analyst data out of an event body: that of the event, its attributes, objects, their members and reports.
 * Elements that carry some and have no uuid get one here, in the body, so that both are stored under the same.
 */
export function takeFromEvent(body: JsonObject): AnalystDraft[] {
  return [
    ...takeFrom(body, 'Event', '', undefined),
    ...elementsOf(body.Attribute).flatMap((attribute, index) =>
      takeFromElement(attribute, 'Attribute', `Attribute[${index}].`),
    ),
    ...elementsOf(body.Object).flatMap((object, index) => takeFromObject(object, `Object[${index}].`)),
    ...elementsOf(body.EventReport).flatMap((report, index) =>
      takeFromElement(report, 'EventReport', `EventReport[${index}].`),
    ),
  ];
}

/** As `takeFromEvent`, for an object body with its members. */
export function takeFromObject(object: JsonObject, path: string): AnalystDraft[] {
  return [
    ...takeFromElement(object, 'Object', path),
    ...elementsOf(object.Attribute).flatMap((attribute, index) =>
      takeFromElement(attribute, 'Attribute', `${path}Attribute[${index}].`),
    ),
  ];
}

/** As `takeFromEvent`, for one attribute or report body. */
export function takeFromElement(element: JsonObject, type: string, path: string): AnalystDraft[] {
  if (!ANALYST_KINDS.some((kind) => isFilled(element[kind]))) return [];
  const uuid = readUuid(element.uuid) ?? randomUUID();
  if (readUuid(element.uuid) === null) element.uuid = uuid;
  return takeFrom(element, type, path, uuid);
}

/** The entries under one element and, below each, those about it. */
export function takeFrom(
  element: JsonObject,
  objectType: string,
  path: string,
  objectUuid: string | undefined,
  depth = 0,
): AnalystDraft[] {
  if (depth > MAX_NESTING) return [];
  return ANALYST_KINDS.flatMap((kind) =>
    elementsOf(element[kind]).flatMap((body, index) => {
      const here = `${path}${kind}[${index}]`;
      const uuid = readUuid(body.uuid) ?? randomUUID();
      const draft = { kind, body: { ...body, uuid }, objectUuid, objectType, path: here };
      return [draft, ...takeFrom(body, kind, `${here}.`, uuid, depth + 1)];
    }),
  );
}

function elementsOf(value: unknown): JsonObject[] {
  return readElements(value).filter(isObject);
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isObject(value);
}

/**
 * Stores what was taken out of a body. Known entries change when the copy is newer and the viewer may change them; new
 * ones are added unless their uuid was deleted here. What is refused is told in `rejected`.
 */
export async function captureAnalystData(write: AnalystWrite, drafts: readonly AnalystDraft[]): Promise<void> {
  if (drafts.length === 0) return;
  if (!can(write.viewer, 'perm_analyst_data')) {
    for (const { path } of drafts) write.rejected.push({ path, reason: 'No permission to add analyst data.' });
    return;
  }
  const uuids = drafts.flatMap(({ body }) => readUuid(body.uuid) ?? []);
  const stored = await findStoredUuids(write.tx, uuids);
  const blocked = await findBlockedUuids(write.tx, uuids);
  const fresh: { path: string; row: NewAnalystRow }[] = [];
  for (const draft of drafts) {
    const uuid = readUuid(draft.body.uuid) ?? '';
    const before = stored.get(uuid);
    if (before) await mergeKnown(write, draft, before);
    else if (blocked.has(uuid)) write.rejected.push({ path: draft.path, reason: 'Blocked by the blocklist.' });
    else {
      const planned = await planEntry(write, draft);
      if ('refusal' in planned) write.rejected.push({ path: draft.path, reason: planned.refusal });
      else fresh.push({ path: draft.path, row: planned.row });
    }
  }
  const made = new Set(
    (
      await storeNew(
        write.tx,
        fresh.map(({ row }) => row),
      )
    ).map((row) => row.uuid),
  );
  for (const { path, row } of fresh) {
    if (!made.has(row.uuid)) write.rejected.push({ path, reason: { uuid: ['The UUID provided is not unique'] } });
  }
}

/** What became of one entry of a synchronisation. */
export type Merge = 'changed' | 'kept' | 'refused';

/** Changes a known entry when the copy is newer. One that is not the viewer's to change stays as it is. */
export async function mergeKnown(write: AnalystWrite, draft: AnalystDraft, before: AnalystRow): Promise<Merge> {
  const isSync = can(write.viewer, 'perm_sync') && before.locked;
  if (before.kind !== draft.kind || !(isSync || canEditAnalystData(write.viewer, before))) return 'kept';
  const read = readAnalystInput(draft.body);
  const modified = 'input' in read ? read.input.modified : undefined;
  if (modified !== undefined && modified.getTime() <= before.modified.getTime()) return 'kept';
  const planned = await planChange(write, before, draft.body, { keepModified: true });
  if ('refusal' in planned) {
    write.rejected.push({ path: draft.path, reason: planned.refusal });
    return 'refused';
  }
  return (await storeChange(write.tx, before, planned.row)) ? 'changed' : 'kept';
}
