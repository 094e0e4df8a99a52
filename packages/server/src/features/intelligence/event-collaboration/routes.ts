import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid, NotFound, Refused } from '../../../errors.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { readBoolean, readId, readInteger, readText, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { excludes, selectExclusive } from '../../knowledge/tags/exclusivity.ts';
import { loadEventTags } from '../events/load.ts';
import { canModifyEvent, findEvent } from '../events/rights.ts';
import type { EventRow } from '../events/rows.ts';
import { requestContactMail } from './contact-mails.ts';
import { eventsWantedOfPush } from './wanted-of-push.ts';

/** A lock says that somebody edits; after this many seconds it says nothing. */
const LOCK_SECONDS = 900;
/** What a client gets where the instance keeps no locks: an id that none has. */
const NO_LOCK = 0;
const MAX_MESSAGE = 65_535;

/** Working on one event with others: messages to its reporter, advisory locks, hints on its tags. */
export function eventCollaborationOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.contact',
      summary: 'Leaves a message for the organisation, or with person the user, behind an event',
      path: '/events/contact/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: 'any',
      model: 'Event',
      body: Type.Object({ message: Type.Optional(Type.String()), person: Type.Optional(Type.Unknown()) }),
      handle: (call) => contact(magpie, call),
    },
    {
      name: 'events.addEventLock',
      summary: 'Tells others that the caller edits an event',
      path: '/events/addEventLock/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_auth',
      response: Type.Object({ lock_id: Type.Integer() }),
      handle: (call) => addLock(magpie, call),
    },
    {
      name: 'events.removeEventLock',
      summary: 'Takes such a lock back',
      path: '/events/removeEventLock/{event}/{lock}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_auth',
      response: Type.Object({ deleted: Type.Boolean() }),
      handle: (call) => removeLock(magpie, call),
    },
    {
      name: 'events.checkLocks',
      summary: 'Who else edits an event, as text; nothing where nobody does',
      path: '/events/checkLocks/{event}/{since?}',
      methods: ['GET'],
      effect: 'read',
      permission: 'perm_add',
      handle: (call) => checkLocks(magpie, call),
    },
    {
      name: 'events.checkuuid',
      summary: 'Whether an event with this uuid is here',
      path: '/events/checkuuid/{uuid}',
      methods: ['GET'],
      effect: 'read',
      permission: 'perm_sync',
      response: Type.Object({ found: Type.Boolean() }),
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => {
          const isUuid = readId(args.uuid) === null;
          return json({ found: isUuid && (await findEvent(tx, args.uuid)) !== null });
        }),
    },
    {
      name: 'events.filterEventIdsForPush',
      summary:
        'Which events of a list a peer should push: those not here, and newer versions of those that came from elsewhere',
      path: '/events/filterEventIdsForPush',
      methods: ['POST'],
      effect: 'read',
      permission: 'perm_sync',
      body: Type.Unknown({ description: '[{"Event": {"uuid", "timestamp"}}]' }),
      response: Type.Array(Type.String()),
      handle: async ({ body }) => json(await eventsWantedOfPush(magpie, body)),
    },
    {
      name: 'events.runTaxonomyExclusivityCheck',
      summary: 'Tags of an event that exclude each other',
      path: '/events/runTaxonomyExclusivityCheck/{event}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      response: Type.Array(Type.Object({}, { additionalProperties: true })),
      handle: (call) => checkExclusivity(magpie, call),
    },
  ];
}

function contact(magpie: Magpie, { viewer, args, body }: Call): Promise<Answer> {
  const sent = unwrap(body, 'Event');
  const message = readText(sent, 'message')?.trim() ?? '';
  return magpie.database.as(viewer, async (tx) => {
    const event = await existingEvent(tx, args.event);
    if (message === '') throw new Invalid('', { message: ['You must specify a message.'] });
    if (message.length > MAX_MESSAGE) throw new Invalid('', { message: [`At most ${MAX_MESSAGE} characters.`] });
    const stored = await tx.first<{ id: number }>(
      'insert into visible_event_contacts (event_id, user_id, person, message) values ($1, $2, $3, $4) returning id',
      [event.id, viewer.userId, readBoolean(sent.person) ?? false, message],
    );
    await requestContactMail(magpie, tx, stored?.id ?? 0, event.id);
    return success('Email sent to the reporter.', { id: args.event ?? '' });
  });
}

function addLock(magpie: Magpie, { viewer, args }: Call): Promise<Answer> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, args.event);
    // MISP's status here, and for events that are not for the viewer.
    if (event === null) throw new Refused('Invalid event');
    if (!canModifyEvent(viewer, event)) throw new HttpProblem(401, 'You do not have permission to do that.');
    if (magpie.settings.get('MISP.disable_event_locks')) return json({ lock_id: NO_LOCK });
    await tx.execute(
      `delete from visible_event_locks
       where event_id = $1 and (user_id = $2 or created < now() - make_interval(secs => $3))`,
      [event.id, viewer.userId, LOCK_SECONDS],
    );
    const lock = await tx.first<{ id: number }>(
      'insert into visible_event_locks (event_id, user_id) values ($1, $2) returning id',
      [event.id, viewer.userId],
    );
    return json({ lock_id: lock?.id ?? 0 });
  });
}

function removeLock(magpie: Magpie, { viewer, args }: Call): Promise<Answer> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await existingEvent(tx, args.event);
    const removed = await tx.execute(
      'delete from visible_event_locks where id = $1 and event_id = $2 and user_id = $3',
      [readId(args.lock) ?? 0, event.id, viewer.userId],
    );
    return json({ deleted: removed > 0 });
  });
}

async function checkLocks(magpie: Magpie, { viewer, args }: Call): Promise<Answer> {
  const names = await magpie.database.as(viewer, async (tx) => {
    const event = await existingEvent(tx, args.event);
    if (magpie.settings.get('MISP.disable_event_locks')) return [];
    const locks = await tx.query<{ user_id: number }>(
      `select distinct user_id from visible_event_locks
       where event_id = $1 and user_id <> $2 and created >= now() - make_interval(secs => $3)
         and created >= to_timestamp($4)`,
      [event.id, viewer.userId, LOCK_SECONDS, readInteger(args.since) ?? 0],
    );
    return Promise.all(locks.map((lock) => editorName(magpie, viewer, lock.user_id)));
  });
  if (names.length === 0) return { kind: 'bytes', status: 204, contentType: 'text/plain; charset=UTF-8', bytes: '' };
  const text = `Being edited by: ${[...new Set(names)].sort().join(', ')}`;
  return { kind: 'bytes', status: 200, contentType: 'text/plain; charset=UTF-8', bytes: text };
}

/** Colleagues by address, others by their organisation. */
async function editorName(magpie: Magpie, viewer: Viewer, userId: number): Promise<string> {
  const account = await magpie.accounts.byUserId(userId);
  if (account === null) return 'a user who is gone';
  return account.organisationId === viewer.organisationId ? account.email : account.organisationName;
}

function checkExclusivity(magpie: Magpie, { viewer, args }: Call): Promise<Answer> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await existingEvent(tx, args.event);
    const tags = await loadEventTags(tx, [event.id], { includeAllTags: true });
    const exclusive = await selectExclusive(
      tx,
      tags.map((tag) => tag.name),
    );
    return json(
      tags.flatMap((tag) => {
        const others = tags.filter((other) => other.local === tag.local).map((other) => other.name);
        if (!exclusive.has(tag.name) || !excludes(tag.name, others)) return [];
        return [{ tag: { id: String(tag.id), name: tag.name }, local: tag.local, conflict: 'Taxonomy is exclusive.' }];
      }),
    );
  });
}

async function existingEvent(tx: Transaction, idOrUuid: string | undefined): Promise<EventRow> {
  const event = await findEvent(tx, idOrUuid);
  if (event === null) throw new NotFound('Invalid event');
  return event;
}
