import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import { readJsonBody } from '../../../http/body.ts';
import { isObject, type JsonObject, readBoolean, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { readEvent } from '../events/read.ts';
import { findEvent } from '../events/rights.ts';
import { eventBody, eventResponse } from '../events/schema.ts';
import { type EventTagLink, internalEventWire } from './internal-wire.ts';
import { mergeEvents } from './merge.ts';
import { populateEvent } from './populate.ts';

/** Adding to an event what another event, or a body in the form of one, holds. */
export function eventMergeOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.populate',
      summary: 'Adds the attributes, objects, tags and reports of a body to an event',
      path: '/events/populate/{event}/{regenerate_uuids?}',
      methods: ['POST', 'PUT'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Event',
      body: eventBody,
      response: eventResponse,
      describe: { description: 'POST the elements to add in the form of a MISP event, or as text under "json".' },
      handle: async (call) => {
        const body = unwrap(call.body);
        const regenerateUuids = readBoolean(call.args.regenerate_uuids ?? body.regenerate_uuids) ?? false;
        const added = await populateEvent(magpie, call.viewer, call.args.event, contentOf(body), { regenerateUuids });
        const event = await magpie.database.as(call.viewer, (tx) =>
          readEvent(magpie, tx, call.viewer, added.id, { correlations: true, analystData: true }),
        );
        if (event === null) throw new NotFound('Invalid event');
        const { rejected } = added;
        return json(rejected.length === 0 ? event : { ...event, rejected });
      },
    },
    {
      name: 'events.merge',
      summary: 'Copies attributes, objects and reports of one event into another',
      path: '/events/merge/{target}/{source?}',
      methods: ['POST', 'PUT'],
      effect: 'write',
      permission: 'perm_modify',
      model: 'Event',
      body: Type.Object({ source_id: Type.Optional(Type.Union([Type.String(), Type.Integer()])) }),
      describe: { description: 'POST the id or uuid of the event to copy from.', mandatory: ['source_id'] },
      handle: async ({ viewer, args, body }) => {
        const sent = unwrap(body, 'Event');
        const source = args.source ?? (sent.source_id === undefined ? undefined : String(sent.source_id));
        const id = await mergeEvents(magpie, viewer, args.target, source);
        return magpie.database.as(viewer, async (tx) => {
          const event = await readEvent(magpie, tx, viewer, id, { correlations: true });
          const row = await findEvent(tx, id);
          if (event === null || row === null) throw new NotFound('Invalid event');
          const links = await tx.query<EventTagLink>(
            `select l.id as link_id, l.tag_id, l.local, t.org_id
             from visible_event_tags l join visible_tags t on t.id = l.tag_id where l.event_id = $1`,
            [id],
          );
          return json([internalEventWire(event.Event, row.user_id, links)]);
        });
      },
    },
  ];
}

/** The event body: flat, wrapped in `Event`, or as text in `json`. */
function contentOf(body: JsonObject): JsonObject {
  const inner = unwrap(body, 'Event');
  const text = body.json ?? inner.json;
  if (typeof text !== 'string') return inner;
  const parsed = readJsonBody(Buffer.from(text));
  return isObject(parsed) ? unwrap(parsed, 'Event') : {};
}
