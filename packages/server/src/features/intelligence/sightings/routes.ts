import { readUuid } from '@magpie/model';
import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest, NotFound } from '../../../errors.ts';
import { type Answer, json, success, uiReply } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { readId, readList, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { streamedJson } from '../../../http/streamed-json.ts';
import { countHeaders } from '../../search/rest-search/search-head.ts';
import { type AddedSighting, addSighting, addStixSightings } from './add.ts';
import { knownSightings, publishSightings, saveSightings } from './exchange.ts';
import { contentTypes } from './found-text.ts';
import { getSighting, listOfContext, readPageOf, sightingIndex, sightingsPerDay } from './list.ts';
import { removeSighting } from './remove.ts';
import { searchSightings } from './search.ts';
import { readSightingSearch } from './search-parameters.ts';
import { sightingWire } from './wire.ts';

const idText = Type.Union([Type.String(), Type.Integer()]);
const anyObject = Type.Object({}, { additionalProperties: true });
const addedSighting = Type.Object({ Sighting: Type.Optional(anyObject), message: Type.Optional(Type.String()) });

/** Sightings: who has met the value of an attribute, when and where. */
export function sightingOperations(magpie: Magpie): Operation[] {
  return [...adding(magpie), ...listing(magpie), ...exchanging(magpie)];
}

/** MISP answers 200 to what it could not add. */
function answerAdded(added: AddedSighting): Answer {
  if ('reason' in added) return json({ message: `Could not add the Sighting. Reason: ${added.reason}` });
  return json({ Sighting: sightingWire(added.sighting) });
}

function adding(magpie: Magpie): Operation[] {
  return [
    {
      name: 'sightings.add',
      summary: 'Adds a sighting to an attribute, or to all with a value',
      path: '/sightings/add/{attribute?}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_sighting',
      model: 'Sighting',
      body: Type.Object(
        {
          id: Type.Optional(idText),
          uuid: Type.Optional(Type.String()),
          value: Type.Optional(Type.Unknown()),
          values: Type.Optional(Type.Array(Type.String())),
          type: Type.Optional(idText),
          source: Type.Optional(Type.String()),
          timestamp: Type.Optional(idText),
          date: Type.Optional(Type.String()),
          time: Type.Optional(Type.String()),
          filters: Type.Optional(anyObject),
        },
        { additionalProperties: true },
      ),
      response: addedSighting,
      describe: {
        description:
          'POST a sighting in JSON format to this API to add it to the attribute in the path, or to those that the body names.',
        optional: ['id', 'uuid', 'value', 'values', 'type', 'source', 'timestamp', 'date', 'time', 'filters'],
      },
      handle: async ({ viewer, args, body }) => {
        return answerAdded(await addSighting(magpie, viewer, args.attribute, unwrap(body, 'Sighting')));
      },
    },
    {
      name: 'sightings.addStix',
      summary: 'Adds the sightings of a STIX document, sent as the body: STIX 2, or STIX 1 in XML or JSON',
      path: '/sightings/add/stix',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_sighting',
      model: 'Sighting',
      rawBody: true,
      answersJson: true,
      body: Type.Unknown({ description: 'A STIX document with sightings, and with what they are of.' }),
      response: addedSighting,
      describe: {
        description: 'POST a STIX document to this API to add its sightings to the attributes that it names.',
      },
      handle: async ({ viewer, body }) =>
        answerAdded(await addStixSightings(magpie, viewer, Buffer.isBuffer(body) ? body : Buffer.alloc(0))),
    },
    {
      name: 'sightings.advanced',
      summary: 'Adds a sighting with type, source and time to an attribute, or to every attribute of an event',
      path: '/sightings/advanced/{id}/{context?}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_sighting',
      model: 'Sighting',
      body: Type.Object(
        {
          type: Type.Optional(idText),
          source: Type.Optional(Type.String()),
          timestamp: Type.Optional(idText),
          date: Type.Optional(Type.String()),
          time: Type.Optional(Type.String()),
        },
        { additionalProperties: true },
      ),
      describe: {
        description:
          'POST a sighting in JSON format to this API to add it to the attribute, or the event, in the path.',
        optional: ['type', 'source', 'timestamp', 'date', 'time'],
      },
      handle: async ({ viewer, args, body }) => {
        const { type, source, timestamp, date, time } = unwrap(body, 'Sighting');
        const given = { type, source, timestamp, date, time };
        const context = args.context ?? 'attribute';
        if (context !== 'attribute' && context !== 'event') throw new BadRequest('Invalid context.');
        // Nothing but one event: as a filter it could also mean all others.
        const eventid = readId(args.id) ?? readUuid(args.id);
        const filters = context === 'event' && eventid !== null ? { eventid } : {};
        const added = await addSighting(magpie, viewer, context === 'event' ? undefined : args.id, {
          ...given,
          filters,
        });
        return answerAdded(added);
      },
    },
    {
      name: 'sightings.delete',
      summary: 'Deletes a sighting of the own organisation for good',
      path: '/sightings/delete/{sighting}',
      methods: ['POST'],
      effect: 'write',
      permission: ['perm_sighting', 'perm_modify_org'],
      model: 'Sighting',
      handle: async ({ viewer, args }: Call) => {
        await removeSighting(magpie, viewer, args.sighting);
        return success('Sighting successfully deleted.', { id: args.sighting ?? '' });
      },
    },
    {
      name: 'sightings.quickAdd',
      summary: 'Adds a sighting of a type (0 unless told) to an attribute from a page: always 200',
      path: '/sightings/quickAdd/{attribute}/{type?}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_sighting',
      model: 'Sighting',
      handle: async ({ viewer, args }: Call) => {
        const added = await addSighting(magpie, viewer, args.attribute, { type: args.type ?? '0' });
        return uiReply('reason' in added ? { errors: added.reason } : { success: 'Sighting added.' });
      },
    },
    {
      name: 'sightings.quickDelete',
      summary: 'Deletes a sighting of the own organisation from a page: always 200',
      path: '/sightings/quickDelete/{sighting}',
      methods: ['POST'],
      effect: 'write',
      permission: ['perm_sighting', 'perm_modify_org'],
      model: 'Sighting',
      handle: async ({ viewer, args }: Call) => {
        try {
          await removeSighting(magpie, viewer, args.sighting);
          return uiReply({ success: 'Sighting successfully deleted.' });
        } catch (error) {
          if (error instanceof NotFound) return uiReply({ errors: error.message });
          throw error;
        }
      },
    },
  ];
}

function listing(magpie: Magpie): Operation[] {
  return [
    {
      name: 'sightings.index',
      summary: 'Lists sightings, those of one event or all that the caller sees; whole, or a page by limit and page',
      path: '/sightings/index/{event?}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'any',
      response: Type.Array(anyObject),
      handle: ({ viewer, args, body, named }) => {
        const sent = unwrap(body, 'Sighting');
        const page = readPageOf((name) => named[name] ?? sent[name]);
        return streamedJson(sightingIndex(magpie, viewer, args.event, sent.org_id, page));
      },
    },
    {
      name: 'sightings.view',
      summary: 'One sighting',
      path: '/sightings/view/{sighting}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      response: Type.Object({ Sighting: anyObject }),
      handle: async ({ viewer, args }) => json({ Sighting: await getSighting(magpie, viewer, args.sighting) }),
    },
    {
      name: 'sightings.listSightings',
      summary: 'Sightings of an event or attribute, newest first',
      path: '/sightings/listSightings/{id?}/{context?}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'any',
      body: Type.Object({
        id: Type.Optional(Type.Unknown()),
        context: Type.Optional(Type.String()),
        org_id: Type.Optional(idText),
      }),
      response: Type.Array(anyObject),
      handle: async (call) => {
        const { context, id, organisation } = readContext(call);
        return json(await listOfContext(magpie, call.viewer, context, id, organisation));
      },
    },
    {
      name: 'sightings.viewSightings',
      summary: 'Sightings of an event or attribute per day (UTC) and type',
      path: '/sightings/viewSightings/{id}/{context?}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'any',
      response: Type.Array(Type.Object({ date: Type.String(), type: Type.String(), count: Type.String() })),
      handle: async (call) => {
        const { context, id } = readContext(call);
        return json(await sightingsPerDay(magpie, call.viewer, context, id));
      },
    },
    {
      name: 'sightings.restSearch',
      summary: 'Searches sightings',
      path: '/sightings/restSearch/{context?}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'any',
      body: Type.Object(
        {
          returnFormat: Type.Optional(Type.String()),
          id: Type.Optional(Type.Unknown()),
          uuid: Type.Optional(Type.Unknown()),
          type: Type.Optional(Type.Unknown()),
          source: Type.Optional(Type.Unknown()),
          org_id: Type.Optional(Type.Unknown()),
          last: Type.Optional(Type.Unknown()),
          from: Type.Optional(idText),
          to: Type.Optional(idText),
        },
        { additionalProperties: true },
      ),
      response: Type.Object({ response: Type.Array(anyObject) }),
      handle: (call) => searchAnswer(magpie, call),
    },
  ];
}

function exchanging(magpie: Magpie): Operation[] {
  return [
    {
      name: 'sightings.bulkSaveSightings',
      summary: 'Stores sightings of one event that came from elsewhere',
      path: '/sightings/bulkSaveSightings/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: { anyOf: ['perm_sync', 'perm_sighting'] },
      model: 'Sighting',
      body: Type.Array(anyObject),
      handle: async ({ viewer, args, body }: Call) => {
        try {
          const count = await saveSightings(magpie, viewer, args.event, listOf(body));
          return count > 0
            ? uiReply({ success: `${count} sightings added.` })
            : json({ saved: false, success: 'No sightings added.' });
        } catch (error) {
          if (error instanceof NotFound) throw new HttpProblem(405, 'Event not found or not accessible by this user.');
          throw error;
        }
      },
    },
    {
      name: 'sightings.filterSightingUuidsForPush',
      summary: 'Which of some uuids are known as sightings of an event',
      path: '/sightings/filterSightingUuidsForPush/{event}',
      methods: ['POST'],
      effect: 'read',
      permission: 'perm_sync',
      body: Type.Array(Type.String()),
      response: Type.Array(Type.String()),
      handle: async ({ viewer, args, body }) => json(await knownSightings(magpie, viewer, args.event, listOf(body))),
    },
    {
      name: 'events.publishSightings',
      summary: 'Publishes the sightings of an event',
      path: '/events/publishSightings/{event}/{sighting?}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_sighting',
      model: 'Event',
      handle: async ({ viewer, args }) => {
        await publishSightings(magpie, viewer, args.event);
        return success('Job queued', { id: args.event ?? '' });
      },
    },
  ];
}

function listOf(body: unknown): unknown[] {
  return readList(Array.isArray(body) ? body : unwrap(body).Sighting) ?? [];
}

function readContext({ args, body }: Call): { context: 'event' | 'attribute'; id: unknown; organisation: unknown } {
  const sent = unwrap(body, 'Sighting');
  const context = args.context ?? sent.context ?? 'attribute';
  if (context !== 'event' && context !== 'attribute') {
    throw new BadRequest('Invalid context provided: event or attribute.');
  }
  return { context, id: args.id ?? sent.id, organisation: sent.org_id };
}

async function searchAnswer(magpie: Magpie, call: Call): Promise<Answer> {
  const search = readSightingSearch(call, magpie.now());
  const { head, body } = await searchSightings(magpie, call.viewer, search);
  const headers = {
    ...countHeaders(head),
    'x-export-module-used': search.format,
    'x-response-format': search.format,
    'x-skipped-elements-count': '0',
  };
  const contentType = contentTypes[search.format];
  if (typeof body === 'string') return { kind: 'bytes', status: 200, contentType, bytes: body, headers };
  return { kind: 'stream', status: 200, contentType, chunks: body, headers };
}
