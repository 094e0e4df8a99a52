import { readUuid } from '@magpie/model';
import { isObject, type JsonObject, readBoolean, readElements } from '../../../http/lenient.ts';
import { captureAnalystData, takeFromEvent } from '../analyst-data/capture.ts';
import type { AnalystDraft } from '../analyst-data/store.ts';
import type { AttributeInput } from '../attributes/plan.ts';
import { type WriteAttributesOptions, writeAttributes } from '../attributes/write.ts';
import { captureEventReports } from '../event-reports/service.ts';
import { sentFingerprint } from '../objects/duplicate.ts';
import type { ObjectInput } from '../objects/plan.ts';
import { referencesOf, writeReferences } from '../objects/references.ts';
import { membersOf, type WrittenObject, writeObjects } from '../objects/write.ts';
import { captureKeys } from '../protection/keys.ts';
import { captureCollaboration, captureNestedClusters, takeCollaboration } from './nested-collaboration.ts';
import type { AttributeRow, ObjectRow } from './rows.ts';
import { readTagDrafts } from './tag-drafts.ts';
import { attachTags } from './tag-links.ts';
import type { WriteContext } from './write-context.ts';

/** What of the body is stored already and therefore changed instead of added. */
export interface StoredContent {
  attributes: ReadonlyMap<string, AttributeRow>;
  objects: ReadonlyMap<string, ObjectRow>;
}

/** For an event that was just made. */
export const NOTHING_STORED: StoredContent = { attributes: new Map(), objects: new Map() };

/**
 * Stores everything an event body holds, proposals, sightings and analyst data about it included. With `stored`, parts
 * known by uuid are changed. Parts that break a rule are told in `context.rejected`.
 */
export async function writeEventContent(
  context: WriteContext,
  body: JsonObject,
  stored: StoredContent,
  options: WriteAttributesOptions = {},
): Promise<void> {
  // First: an element that is annotated gets its uuid here, in the body.
  const annotations = takeFromEvent(body);
  const collaboration = takeCollaboration(body);
  // Before the tags that name them.
  await captureNestedClusters(context, body);
  await attachTags(context, [
    { attributeId: null, audienceId: context.event.audience.id, tags: readTagDrafts(body), path: 'Event' },
  ]);
  await reportRefused(context, await writeAttributes(context, attributeInputs(body, stored), options));
  const objects = await writeObjects(context, objectInputs(context, body, stored), stored.attributes, options);
  for (const object of objects) await reportRefused(context, object.attributes);
  await writeReferences(context, objects.flatMap(referenceInputs));
  if (Array.isArray(body.EventReport)) await captureEventReports(context, body.EventReport);
  await captureCollaboration(context, collaboration);
  if (Array.isArray(body.CryptographicKey)) await captureKeys(context, body.CryptographicKey);
  await captureAnalystData(context, withEventUuid(annotations, await eventUuid(context, annotations)));
}

/** The uuid of the event where something is about it. */
async function eventUuid(
  { tx, event }: WriteContext,
  annotations: readonly AnalystDraft[],
): Promise<string | undefined> {
  if (!annotations.some((draft) => draft.objectUuid === undefined)) return undefined;
  const row = await tx.first<{ uuid: string }>('select uuid from visible_events where id = $1', [event.id]);
  return row?.uuid;
}

function withEventUuid(annotations: readonly AnalystDraft[], uuid: string | undefined): AnalystDraft[] {
  return annotations.map((draft) => ({ ...draft, objectUuid: draft.objectUuid ?? uuid }));
}

async function reportRefused(
  context: WriteContext,
  outcomes: readonly ({ path: string; errors: unknown } | { path: string; id: number })[],
): Promise<void> {
  for (const outcome of outcomes) {
    if ('errors' in outcome) context.rejected.push({ path: outcome.path, reason: outcome.errors });
  }
}

function attributeInputs(body: JsonObject, stored: StoredContent): AttributeInput[] {
  return membersOf(body).flatMap((attribute, index) => {
    const known = isObject(attribute) ? stored.attributes.get(readUuid(attribute.uuid) ?? '') : undefined;
    if (known && !isNewer(attribute, known.timestamp)) return [];
    return [
      {
        body: attribute,
        path: `Attribute[${index}]`,
        object: null,
        ...(known && known.object_id === 0 ? { stored: known } : {}),
      },
    ];
  });
}

function objectInputs(context: WriteContext, body: JsonObject, stored: StoredContent): ObjectInput[] {
  const sent = new Set<string>();
  return readElements(body.Object).flatMap((object, index) => {
    const path = `Object[${index}]`;
    if (!isObject(object)) {
      context.rejected.push({ path, reason: 'Expected an object.' });
      return [];
    }
    const breaks = readBoolean(object.breakOnDuplicate ?? body.breakOnDuplicate) ?? false;
    const fingerprint = sentFingerprint(object, membersOf(object));
    if (breaks && fingerprint !== null && sent.has(fingerprint)) {
      context.rejected.push({ path, reason: 'Duplicate object found in the request, and breakOnDuplicate is set.' });
      return [];
    }
    if (fingerprint !== null) sent.add(fingerprint);
    const known = stored.objects.get(readUuid(object.uuid) ?? '');
    if (known && !isNewer(object, known.timestamp)) return [];
    return [{ body: object, path, ...(known ? { stored: known } : {}) }];
  });
}

// An element is changed only by a newer one; without a timestamp it counts as new now.
function isNewer(body: unknown, storedTimestamp: number): boolean {
  const sent = isObject(body) ? Number(body.timestamp ?? Number.NaN) : Number.NaN;
  return Number.isNaN(sent) || sent > storedTimestamp;
}

function referenceInputs(object: WrittenObject) {
  return referencesOf(object.body).map((body, index) => ({
    objectId: object.id,
    objectUuid: object.uuid,
    body,
    path: `${object.path}.ObjectReference[${index}]`,
  }));
}
