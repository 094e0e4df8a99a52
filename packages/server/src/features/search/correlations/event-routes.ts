import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest, NotFound } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import { readId, readList, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { readGivenFilters, readPage } from '../../administration/logs/filters.ts';
import { findEvent } from '../../intelligence/events/rights.ts';
import { bounded } from './bounded.ts';
import { correlationGraph, correlationTimeline } from './correlation-map.ts';
import { createEventCounts } from './event-counts.ts';

const MOST_EVENTS = 500;
const PAGE = 50;
const MAX_PAGE = 500;
const anything = Type.Record(Type.String(), Type.Unknown());

/** How events correlate, for lists and pictures: Magpie's own. */
export function eventCorrelationOperations(magpie: Magpie): Operation[] {
  const counts = createEventCounts(magpie);
  const shared = { methods: ['GET', 'POST'], permission: 'any', effect: 'read' } as const;
  return [
    {
      ...shared,
      name: 'correlations.eventCounts',
      summary: 'How many events correlate with each of up to 500 events',
      path: '/correlations/eventCounts',
      body: Type.Object({ ids: Type.Optional(Type.Unknown({ description: 'A list of ids of events.' })) }),
      response: Type.Object({ counts: Type.Record(Type.String(), Type.Integer()) }),
      async handle(call: Call) {
        const { ids } = readGivenFilters(call, 'Correlation');
        const given = readList(typeof ids === 'string' ? ids.split(/[,|]/) : ids) ?? [];
        if (given.length > MOST_EVENTS) throw new BadRequest(`ids takes ${MOST_EVENTS} events at most.`);
        const known = given.map(readId).filter((id) => id !== null);
        const found = await counts.of(call.viewer, [...new Set(known)]);
        return json({ counts: Object.fromEntries(found) });
      },
    },
    {
      ...shared,
      name: 'correlations.graph',
      summary: 'The attributes of an event that correlate and the events they meet, a page of 500 attributes',
      path: '/correlations/graph/{event}',
      body: Type.Object({ after: Type.Optional(Type.Unknown({ description: '`next` of the page before.' })) }),
      response: anything,
      handle: (call: Call) =>
        bounded(magpie.database, call, async (tx) => {
          const event = await findEvent(tx, call.args.event);
          if (event === null) throw new NotFound('Invalid event');
          const after = unwrap(call.body).after ?? call.named.after ?? call.query.get('after');
          return json(await correlationGraph(magpie, tx, event, readId(after) ?? 0));
        }),
    },
    {
      ...shared,
      name: 'correlations.timeline',
      summary: 'When the events are that correlate with an event: by month, and a page of them',
      path: '/correlations/timeline/{event}',
      body: Type.Object({ limit: Type.Optional(Type.Unknown()), page: Type.Optional(Type.Unknown()) }),
      response: anything,
      handle: (call: Call) =>
        bounded(magpie.database, call, async (tx) => {
          const event = await findEvent(tx, call.args.event);
          if (event === null) throw new NotFound('Invalid event');
          const given = readGivenFilters(call, 'Correlation');
          const { limit, offset } = readPage(given, { defaultLimit: PAGE, maxLimit: MAX_PAGE });
          return json(await correlationTimeline(magpie, tx, event.id, { limit: limit ?? PAGE, offset }));
        }),
    },
  ];
}
