import Type from 'typebox';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { canModifyEvent, findEvent, touchEvent } from '../events/rights.ts';
import type { EventRow } from '../events/rows.ts';
import { insertKey, type KeyRow, keyChange, keysOfEvents, keyWire, readKey } from './keys.ts';

const key = Type.Object({ CryptographicKey: Type.Object({}, { additionalProperties: true }) });

/** Protected events, which peers accept only when they are signed by one of their keys. */
export function protectionOperations(magpie: Magpie): Operation[] {
  return [
    switching(magpie, 'protect', true),
    switching(magpie, 'unprotect', false),
    {
      name: 'cryptographic_keys.add',
      summary: 'Adds a key to an event of the own organisation',
      path: '/cryptographic_keys/add/{parent_type}/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'CryptographicKey',
      body: Type.Object({ type: Type.Optional(Type.String()), key_data: Type.Optional(Type.String()) }),
      response: key,
      handle: (call) => addKey(magpie, call),
    },
    {
      name: 'cryptographic_keys.view',
      summary: 'Shows a key',
      path: '/cryptographic_keys/view/{key}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      response: key,
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => json({ CryptographicKey: keyWire(await existingKey(tx, args.key)) })),
    },
    {
      name: 'cryptographic_keys.index',
      summary: 'Lists the keys of an event',
      path: '/cryptographic_keys/index/{parent_type}/{event}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      response: Type.Array(key),
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => {
          const event = await parentEvent(tx, args);
          const keys = (await keysOfEvents(tx, [event.id])).get(event.id) ?? [];
          return json(keys.map((wire) => ({ CryptographicKey: wire })));
        }),
    },
    {
      name: 'cryptographic_keys.delete',
      summary: 'Takes a key away from an event',
      path: '/cryptographic_keys/delete/{key}',
      methods: ['POST', 'DELETE'],
      effect: 'write',
      permission: 'perm_add',
      model: 'CryptographicKey',
      handle: (call) => deleteKey(magpie, call),
    },
  ];
}

function switching(magpie: Magpie, action: 'protect' | 'unprotect', isProtected: boolean): Operation {
  return {
    name: `events.${action}`,
    summary: isProtected ? 'Demands signatures for an event' : 'Demands no signatures for an event any more',
    path: `/events/${action}/{event}`,
    methods: ['POST', 'PUT'],
    effect: 'write',
    permission: 'perm_add',
    model: 'Event',
    handle: ({ viewer, args }) =>
      magpie.database.as(viewer, async (tx) => {
        const event = await findEvent(tx, args.event, { lock: true });
        if (event === null || !canModifyEvent(viewer, event)) throw new NotFound('Invalid event');
        await tx.execute('update visible_events set protected = $2 where id = $1', [event.id, isProtected]);
        await touchEvent(tx, event.id, magpie.now());
        await recordChanges(tx, [
          {
            model: 'Event',
            action: 'edit',
            modelId: event.id,
            modelUuid: event.uuid,
            eventId: event.id,
            title: event.info,
            before: { protected: event.protected },
            after: { protected: isProtected },
          },
        ]);
        return success(`Event switched to ${action}ed mode.`, { id: args.event ?? '' });
      }),
  };
}

function addKey(magpie: Magpie, { viewer, args, body }: Call): Promise<Answer> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await parentEvent(tx, args, { lock: true });
    refuseStranger(viewer, event);
    const read = readKey(unwrap(body, 'CryptographicKey'));
    if ('errors' in read) throw new Invalid('', read.errors);
    const row = await insertKey(tx, event.id, read.key, magpie.now());
    if (row === null) throw new Invalid('', { key_data: ['This key is already assigned to the event.'] });
    await touchEvent(tx, event.id, magpie.now());
    return json({ CryptographicKey: keyWire(row) });
  });
}

function deleteKey(magpie: Magpie, { viewer, args }: Call): Promise<Answer> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await existingKey(tx, args.key);
    const event = await findEvent(tx, row.event_id, { lock: true });
    if (event === null) throw new NotFound('Invalid key.');
    refuseStranger(viewer, event);
    await tx.execute('delete from visible_cryptographic_keys where id = $1', [row.id]);
    await touchEvent(tx, event.id, magpie.now());
    await recordChanges(tx, [{ ...keyChange('delete', row), before: { fingerprint: row.fingerprint } }]);
    return success('Key deleted.', { id: row.id });
  });
}

async function parentEvent(tx: Transaction, args: Call['args'], options: { lock?: boolean } = {}): Promise<EventRow> {
  const event = args.parent_type?.toLowerCase() === 'event' ? await findEvent(tx, args.event, options) : null;
  if (event === null) throw new NotFound('Invalid event');
  return event;
}

/** Keys vouch for the creator: only his organisation and site administrators handle them. */
function refuseStranger(viewer: Viewer, event: EventRow): void {
  if (event.orgc_id !== viewer.organisationId && !isSiteAdmin(viewer)) {
    throw new Forbidden('You do not have permission to do that.');
  }
}

async function existingKey(tx: Transaction, text: string | undefined): Promise<KeyRow> {
  const id = readId(text);
  const row =
    id === null ? null : await tx.first<KeyRow>('select * from visible_cryptographic_keys where id = $1', [id]);
  if (row === null) throw new NotFound('Invalid key.');
  return row;
}
