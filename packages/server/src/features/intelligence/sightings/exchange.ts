import { randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import { can, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readInteger, unwrap } from '../../../http/lenient.ts';
import { isSightingBlocked } from '../../sharing/blocklists/service.ts';
import { captureOrganisation } from '../../sharing/organisations/capture.ts';
import { findEvent } from '../events/rights.ts';
import { type CopiedSighting, findKnownUuids, insertCopies } from './queries.ts';
import { readDate, readSource, readType } from './sighting-input.ts';

const INVALID_EVENT = 'Invalid event';

/**
 * Stores sightings that another instance has of one event; returns how many were new. Synchronisation accounts may name
 * the organisation that made one, or organisation 0 for nobody; others' are their own. Throws `NotFound`.
 */
export async function saveSightings(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  sightings: readonly unknown[],
): Promise<number> {
  const taken = await withoutBlocked(magpie, viewer, sightings);
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, eventKey);
    if (event === null) throw new NotFound(INVALID_EVENT);
    return captureSightings(tx, viewer, event.id, taken, magpie.now());
  });
}

/** Leaves out what organisations on the blocklist made, each of them asked about once. */
async function withoutBlocked(magpie: Magpie, viewer: Viewer, sightings: readonly unknown[]): Promise<unknown[]> {
  const makerOf = (sent: unknown) => {
    const { Organisation: maker } = unwrap(sent, 'Sighting');
    return (isObject(maker) && can(viewer, 'perm_sync') ? readUuid(maker.uuid) : null) ?? viewer.organisationUuid;
  };
  const blocked = new Set<string>();
  for (const uuid of new Set(sightings.map(makerOf))) {
    if (await isSightingBlocked(magpie, uuid)) blocked.add(uuid);
  }
  return sightings.filter((sent) => !blocked.has(makerOf(sent)));
}

/**
 * Stores sightings of attributes of one event, each with the uuid of its attribute, in the caller's transaction; what
 * is known by uuid, or has no visible live attribute there, is left out. Returns how many were new.
 */
export async function captureSightings(
  tx: Transaction,
  viewer: Viewer,
  eventId: number,
  sightings: readonly unknown[],
  now: number,
): Promise<number> {
  const organisationOf = organisations(tx, viewer);
  const copies = new Map<string, CopiedSighting>();
  for (const sent of sightings) {
    const body = unwrap(sent, 'Sighting');
    const attributeUuid = readUuid(body.attribute_uuid);
    const type = readType(body.type);
    if (attributeUuid === null || type === null) continue;
    const uuid = readUuid(body.uuid) ?? randomUUID();
    const dateSighting = readDate(body, now);
    const organisationId = await organisationOf(body);
    copies.set(uuid, { uuid, attributeUuid, type, source: readSource(body.source), dateSighting, organisationId });
  }
  const rows = copies.size === 0 ? [] : await insertCopies(tx, eventId, [...copies.values()]);
  await recordChanges(
    tx,
    rows.map(({ id, uuid, attribute_id, date_sighting, source, type, org_id }) => ({
      model: 'Sighting',
      action: 'add',
      modelId: id,
      modelUuid: uuid,
      eventId,
      after: { attribute_id, date_sighting, source, type, org_id },
    })),
  );
  return rows.length;
}

/** Resolves the organisation of each sighting, every distinct one once. */
function organisations(tx: Transaction, viewer: Viewer): (body: JsonObject) => Promise<number> {
  const known = new Map<string, Promise<number | null>>();
  return async (body) => {
    if (!can(viewer, 'perm_sync') || body.org_id === undefined || body.org_id === null) return viewer.organisationId;
    const sent = body.Organisation;
    if (readInteger(body.org_id) === 0 || !isObject(sent)) return 0;
    const key = `${sent.uuid} ${sent.name}`;
    let organisation = known.get(key);
    if (organisation === undefined) {
      organisation = captureOrganisation(tx, viewer, sent);
      known.set(key, organisation);
    }
    return (await organisation) ?? 0;
  };
}

/**
 * Which of these uuids are sightings of the event already, so that a peer need not push them; those hidden by the
 * policy count too, since pushing them again would be in vain. Throws `NotFound`.
 */
export function knownSightings(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  uuids: readonly unknown[],
): Promise<string[]> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, eventKey);
    if (event === null) throw new NotFound(INVALID_EVENT);
    const wanted = uuids.flatMap((uuid) => readUuid(uuid) ?? []);
    return tx.elevated('which uuids a peer need not push', () => findKnownUuids(tx, event.id, wanted));
  });
}

/** Marks the sightings of an event as published now, for peers that ask what is new. Throws `NotFound`. */
export function publishSightings(magpie: Magpie, viewer: Viewer, eventKey: string | undefined): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, eventKey, { lock: true });
    if (event === null) throw new NotFound(INVALID_EVENT);
    await tx.execute('update visible_events set sighting_timestamp = $2 where id = $1', [event.id, magpie.now()]);
    await recordChanges(tx, [
      {
        model: 'Event',
        action: 'publish_sightings',
        modelId: event.id,
        modelUuid: event.uuid,
        eventId: event.id,
        title: event.info,
      },
    ]);
  });
}
