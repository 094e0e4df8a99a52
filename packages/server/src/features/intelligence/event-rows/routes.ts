import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';
import { readEventRows } from './read-rows.ts';

const row = Type.Object({ kind: Type.Union([Type.Literal('object'), Type.Literal('attribute')]) });

/** What the event page reads its rows by; MISP has no such thing. */
export function eventRowOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'ui.eventRows',
      summary: 'Attributes and objects of an event page by page: ?cursor=, searchFor=, toIDS=1|2, deleted=1|2',
      path: '/ui/eventRows/{event}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      response: Type.Object({
        rows: Type.Array(row),
        total: Type.Union([Type.Integer(), Type.Null()]),
        nextCursor: Type.Union([Type.String(), Type.Null()]),
      }),
      handle: async ({ viewer, args, query }) => json(await readEventRows(magpie, viewer, args.event, query)),
    },
  ];
}
