import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { json } from '../../../http/answer.ts';
import { isObject } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { contextOf } from '../attributes/service.ts';
import { findEvent } from '../events/rights.ts';
import { captureProposals } from './capture.ts';

/** Proposals that a peer has for an event which is here too. */
export function proposalPushOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.pushProposals',
      summary: 'Takes the proposals that another instance has for an event',
      path: '/events/pushProposals/{event}',
      methods: ['POST'],
      permission: 'perm_sync',
      effect: 'write',
      model: 'ShadowAttribute',
      body: Type.Array(Type.Object({}, { additionalProperties: true })),
      response: Type.Object({ success: Type.Boolean(), message: Type.String(), counter: Type.Integer() }),
      handle: ({ viewer, args, body }) =>
        magpie.database.as(viewer, async (tx) => {
          const event = await findEvent(tx, args.event, { lock: true });
          if (event === null) return json({ success: false, message: 'Event not found.', counter: 0 });
          const context = await contextOf(magpie, tx, viewer, event);
          const list = Array.isArray(body) ? body : isObject(body) ? Object.values(body) : [];
          const sent = list
            .filter(isObject)
            .map((item) => (isObject(item.ShadowAttribute) ? item.ShadowAttribute : item));
          const drafts = sent.map((item, index) => ({ body: item, attributeUuid: null, path: `[${index}]` }));
          const { added, updated } = await captureProposals(context, drafts);
          const counter = added + updated;
          if (counter > 0) return json({ success: true, message: `${counter} Proposal(s) added.`, counter });
          if (context.rejected.length > 0) {
            return json({ success: false, message: 'Some of the proposals could not be saved.', counter });
          }
          return json({ success: true, message: 'Nothing to update.', counter });
        }),
    },
  ];
}
