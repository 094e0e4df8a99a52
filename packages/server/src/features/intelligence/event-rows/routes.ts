import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';
import { readEventRows } from './read-rows.ts';
import { readRowFacts } from './row-facts.ts';

const row = Type.Object({ kind: Type.Union([Type.Literal('object'), Type.Literal('attribute')]) });

/** What the event page reads its rows by; MISP has no such thing. */
export function eventRowOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'ui.eventRows',
      summary:
        'Attributes and objects of an event page by page: ?cursor=, searchFor=, toIDS=1|2, deleted=1|2, extended=1',
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
    {
      name: 'ui.eventRowFacts',
      summary: 'Correlations, cache hits, decay scores and waiting proposals of up to 500 attributes of an event',
      path: '/ui/eventRowFacts/{event}',
      methods: ['POST'],
      effect: 'read',
      permission: 'any',
      body: Type.Object({ ids: Type.Optional(Type.Unknown({ description: 'A list of ids of attributes' })) }),
      response: Type.Record(Type.String(), Type.Object({}, { additionalProperties: true })),
      handle: async ({ viewer, args, body }) => json(await readRowFacts(magpie, viewer, args.event, body)),
    },
  ];
}
