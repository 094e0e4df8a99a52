import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';
import { canModifyEvent, findEvent } from '../events/rights.ts';

/** Events that extend others: analysis of one's own on what another organisation shared. */
export function eventExtensionOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.getEditStrategy',
      summary: 'Whether the caller may edit an event or should extend it, and his extensions so far',
      path: '/events/getEditStrategy/{event}',
      methods: ['GET'],
      effect: 'read',
      permission: 'perm_add',
      model: 'Event',
      response: Type.Object({
        strategy: Type.Union([Type.Literal('edit'), Type.Literal('extend')]),
        extensions: Type.Array(Type.Object({ id: Type.String(), info: Type.String(), uuid: Type.String() })),
      }),
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => {
          const event = await findEvent(tx, args.event);
          if (event === null) throw new NotFound('Invalid event');
          const own = await tx.query<{ id: number; info: string; uuid: string }>(
            'select id, info, uuid from visible_events where extends_uuid = $1 and orgc_id = $2 order by id',
            [event.uuid, viewer.organisationId],
          );
          return json({
            strategy: canModifyEvent(viewer, event) ? 'edit' : 'extend',
            extensions: own.map(({ id, info, uuid }) => ({ id: String(id), info, uuid })),
          });
        }),
    },
  ];
}
