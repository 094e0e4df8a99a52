import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';
import { answerReading, JSON_TYPE } from '../rest-search/answer-reading.ts';
import { readHeld } from '../rest-search/held-transaction.ts';
import { readIndexParameters } from './index-parameters.ts';
import { listEvents, pageOfEvents } from './list-events.ts';
import { syncPage, wantsSyncPage } from './sync-pages.ts';

const eventRow = Type.Record(Type.String(), Type.Unknown());

/** The lists of events: MISP's index and the web client's. */
export function eventIndexOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.index',
      summary: 'List events without what they hold; filters in path or body.',
      path: '/events/index',
      aliases: [{ path: '/events', methods: ['GET'] }],
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Record(Type.String(), Type.Unknown()),
      response: Type.Array(eventRow),
      async handle(call) {
        const parameters = readIndexParameters(call, { query: false });
        const { viewer } = call;
        if (wantsSyncPage(parameters) && call.format !== 'csv') {
          return json(await magpie.database.as(viewer, (tx) => syncPage(magpie, tx, viewer, parameters)));
        }
        const format = call.format === 'csv' ? 'csv' : 'json';
        const reading = await readHeld(magpie.database, viewer, (tx) =>
          listEvents(tx, viewer, parameters, magpie.now(), format),
        );
        const contentType = format === 'csv' ? 'text/csv; charset=UTF-8' : JSON_TYPE;
        return answerReading(reading.body, { 'x-result-count': String(reading.head.total) }, { contentType });
      },
    },
    {
      name: 'ui.events',
      summary: 'A page of the event list with the filters of events/index, by cursor.',
      path: '/ui/events',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      response: Type.Object({
        events: Type.Array(eventRow),
        total: Type.Union([Type.Integer(), Type.Null()]),
        totalAtLeast: Type.Integer(),
        nextCursor: Type.Union([Type.String(), Type.Null()]),
      }),
      async handle(call) {
        const parameters = readIndexParameters(call, { query: true });
        const { viewer } = call;
        return json(await magpie.database.as(viewer, (tx) => pageOfEvents(tx, viewer, parameters, magpie.now())));
      },
    },
  ];
}
