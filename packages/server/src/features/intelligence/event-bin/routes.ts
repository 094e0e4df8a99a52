import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { json, success } from '../../../http/answer.ts';
import { readId, readInteger } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { databaseTime } from '../../administration/database-time.ts';
import * as service from './service.ts';

const PAGE = 100;

/** The bin of deleted events, and tidying up. */
export function eventBinOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.restoreDeletedEvents',
      summary: 'Lists the deleted events that can be brought back, the latest first',
      path: '/events/restoreDeletedEvents',
      methods: ['GET'],
      effect: 'read',
      permission: 'perm_site_admin',
      response: Type.Array(Type.Object({ Event: Type.Object({}, { additionalProperties: true }) })),
      handle: async ({ named }) => {
        const limit = Math.min(Math.max(readInteger(named.limit) ?? PAGE, 1), 1000);
        const page = Math.max(readInteger(named.page) ?? 1, 1);
        const deleted = await service.deletedEvents(magpie, { limit, offset: limit * (page - 1) });
        return json(
          deleted.map((event) => ({
            Event: {
              id: String(event.event_id),
              uuid: event.uuid,
              info: event.info,
              date: event.date,
              org_id: String(event.org_id),
              orgc_id: String(event.orgc_id),
              deleted_by: String(event.user_id),
              deleted_at: databaseTime(event.deleted_at),
            },
          })),
        );
      },
    },
    {
      name: 'events.recoverEvent',
      summary: 'Brings a deleted event back with everything it held',
      path: '/events/recoverEvent/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_site_admin',
      model: 'Event',
      handle: async ({ viewer, args }) => {
        await service.recoverEvent(magpie, viewer, readId(args.event));
        return success('Event recovered.', { id: args.event ?? '' });
      },
    },
    {
      name: 'events.cullEmptyEvents',
      summary: 'Deletes all events without attributes, objects and reports',
      path: '/events/cullEmptyEvents',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_site_admin',
      model: 'Event',
      handle: async ({ viewer }) => success(`${await service.cullEmptyEvents(magpie, viewer)} events deleted.`),
    },
  ];
}
