import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, NotFound, Refused } from '../../../errors.ts';
import { type JsonObject, readId, readInteger, readText } from '../../../http/lenient.ts';
import { handOverEntries } from '../../intelligence/analyst-data/hand-over.ts';
import { foldEvent } from '../../intelligence/events/add.ts';
import { refoldEvent } from '../../intelligence/events/refold.ts';
import { findEvent } from '../../intelligence/events/rights.ts';
import type { EventRow } from '../../intelligence/events/rows.ts';
import {
  createGroupResolver,
  createWriteContext,
  type FoldedAudience,
} from '../../intelligence/events/write-context.ts';
import {
  type DelegationRow,
  deleteDelegation,
  findOfEvent,
  findOrganisation,
  insertDelegation,
  lockDelegation,
} from './queries.ts';
import { moveEvent } from './transfer.ts';

const NOT_AUTHORISED = 'You are not authorised to do that.';
const PENDING =
  'This event already has a pending delegation request. Please revoke that before creating a new request.';
// The quotes arrive as entities in MISP's answer.
const TOO_OPEN = 'Only events with the distribution setting &quot;Your Organisation Only&quot; can be delegated.';
const MAX_MESSAGE = 65_535;

/** Throws `Forbidden` unless the instance lets organisations delegate. */
export function requireDelegation(magpie: Magpie): void {
  if (!magpie.settings.get('MISP.delegation')) throw new Forbidden('Event delegation is not enabled on this instance.');
}

/**
 * Asks an organisation to take over an event of one's own that nobody else sees; from now on the receiver reads it.
 * Throws `NotFound` for unknown events and organisations, `Refused` where MISP does.
 */
export function requestDelegation(
  magpie: Magpie,
  viewer: Viewer,
  which: string | undefined,
  body: JsonObject,
): Promise<DelegationRow> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, which ?? readText(body, 'event_id'), { lock: true });
    if (event === null) throw new NotFound('Invalid event.');
    const isOwn = event.orgc_id === viewer.organisationId && event.org_id === viewer.organisationId;
    if (!isOwn && !isSiteAdmin(viewer)) throw new Refused(NOT_AUTHORISED);
    const isClosed = event.distribution === 0 || (magpie.settings.get('MISP.unpublishedprivate') && !event.published);
    if (!isClosed) throw new Refused(TOO_OPEN);
    if (await findOfEvent(tx, event.id)) throw new Refused(PENDING);
    const receiver = await readReceiver(tx, body);
    if (receiver.id === event.org_id) throw new Refused('The event belongs to this organisation already.');
    const { distribution, sharingGroupId } = await readWish(magpie, tx, viewer, body);
    const row = await insertDelegation(tx, {
      event_id: event.id,
      org_id: receiver.id,
      requester_org_id: event.org_id,
      message: (readText(body, 'message') ?? '').slice(0, MAX_MESSAGE),
      distribution,
      sharing_group_id: sharingGroupId,
    });
    await setReceiver(magpie, tx, viewer, event, receiver.id);
    await recordRequest(tx, row, 'request_delegation', event.info);
    return row;
  });
}

/** The receiver takes the event over: it becomes his, under a new number. Returns the request's id. */
export function acceptDelegation(magpie: Magpie, viewer: Viewer, id: number | null): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await requireRequest(tx, id);
    if (row.org_id !== viewer.organisationId) throw new Refused(NOT_AUTHORISED);
    const event = await findEvent(tx, row.event_id, { lock: true });
    if (event === null) throw new NotFound('Invalid event.');
    await deleteDelegation(tx, row.id);
    const audience = await foldFor(magpie, event, {
      ownerId: viewer.organisationId,
      delegatedTo: null,
      published: false,
    });
    const moved = await tx.elevated('an accepted event goes over with its hidden parts', async () => {
      const taken = await moveEvent(tx, viewer, event, audience.id);
      await handOverEntries(magpie, tx, taken.id, { from: event.org_id, to: viewer });
      return taken;
    });
    await refold(magpie, tx, viewer, moved, audience);
    await recordRequest(tx, row, 'accept_delegation', event.info);
    const { uuid, info, date, distribution } = moved;
    await recordChanges(tx, [
      { model: 'Event', action: 'delete', modelId: event.id, modelUuid: uuid, eventId: event.id, title: info },
      {
        model: 'Event',
        action: 'add',
        modelId: moved.id,
        modelUuid: uuid,
        eventId: moved.id,
        title: info,
        after: { info, date, distribution },
      },
    ]);
    return row.id;
  });
}

/** Either side ends the request; the event is its owner's alone again. Returns the request's id. */
export function discardDelegation(magpie: Magpie, viewer: Viewer, id: number | null): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await requireRequest(tx, id);
    const isSide = row.org_id === viewer.organisationId || row.requester_org_id === viewer.organisationId;
    if (!isSide && !isSiteAdmin(viewer)) throw new Refused(NOT_AUTHORISED);
    const event = await findEvent(tx, row.event_id, { lock: true });
    await deleteDelegation(tx, row.id);
    if (event !== null) await setReceiver(magpie, tx, viewer, event, null);
    await recordRequest(tx, row, 'delete', event?.info ?? '');
    return row.id;
  });
}

async function requireRequest(tx: Transaction, id: number | null): Promise<DelegationRow> {
  const row = id === null ? null : await lockDelegation(tx, id);
  // MISP tells an unknown request from a foreign one as little as we do.
  if (row === null) throw new Refused(NOT_AUTHORISED);
  return row;
}

async function readReceiver(tx: Transaction, body: JsonObject): Promise<{ id: number; name: string }> {
  const text = readText(body, 'org_id') ?? '';
  const receiver = await findOrganisation(tx, { id: readId(text), text });
  if (receiver === null) throw new NotFound('Invalid organisation.');
  return receiver;
}

async function readWish(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  body: JsonObject,
): Promise<{ distribution: number; sharingGroupId: number }> {
  const distribution = readInteger(body.distribution) ?? -1;
  if (distribution < -1 || distribution > 4) throw new Refused('Invalid distribution.');
  if (distribution !== 4) return { distribution, sharingGroupId: 0 };
  const sharingGroupId = await createGroupResolver(magpie, tx, viewer).resolve(body);
  if (sharingGroupId === null) throw new Refused('Invalid Sharing Group or not authorised.');
  return { distribution, sharingGroupId };
}

/** Opens the event to the receiver, or closes it again. Both sides run this, so it writes elevated. */
async function setReceiver(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  event: EventRow,
  receiverId: number | null,
): Promise<void> {
  const audience = await foldFor(magpie, event, {
    ownerId: event.org_id,
    delegatedTo: receiverId,
    published: event.published,
  });
  await tx.elevated('the receiver of a delegation gains or loses sight of the event', () =>
    tx.execute('update events set delegated_to = $2, audience_id = $3 where id = $1', [
      event.id,
      receiverId,
      audience.id,
    ]),
  );
  await refold(magpie, tx, viewer, event, audience);
}

function foldFor(
  magpie: Magpie,
  { distribution, sharing_group_id: sharingGroupId }: EventRow,
  next: { ownerId: number; delegatedTo: number | null; published: boolean },
): Promise<FoldedAudience> {
  return foldEvent(magpie, { ...next, distribution, sharingGroupId });
}

async function refold(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  event: EventRow,
  audience: FoldedAudience,
): Promise<void> {
  const groups = createGroupResolver(magpie, tx, viewer);
  const target = { id: event.id, ownerId: event.org_id, disableCorrelation: event.disable_correlation, audience };
  await refoldEvent(createWriteContext({ magpie, tx, viewer, groups, event: target }));
}

/** Kept apart from the event's history, which its later readers see. */
async function recordRequest(tx: Transaction, row: DelegationRow, action: string, title: string): Promise<void> {
  const { event_id, org_id, requester_org_id, distribution } = row;
  const values = { event_id, org_id, requester_org_id, distribution };
  const change = action === 'delete' ? { before: values } : { after: values };
  await recordChanges(tx, [{ model: 'EventDelegation', action, modelId: row.id, title, ...change }]);
}
