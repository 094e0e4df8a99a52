import { readUuid } from '@magpie/model';
import Type from 'typebox';
import { viewerOf } from '../../../access/authenticate.ts';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Conflict, Invalid, NotFound, Refused } from '../../../errors.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { isObject, type JsonObject, readBoolean, readId, readList, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { streamedJson } from '../../../http/streamed-json.ts';
import { isWaitedFor } from '../../../http/waited-for.ts';
import type { RelatedAhead } from '../../search/correlations/related-ahead.ts';
import type { ReadEventOptions } from './read-options.ts';
import { eventBody, eventResponse } from './schema.ts';
import * as service from './service.ts';
import { readViewOptions } from './view-options.ts';
import { eventAsXml } from './xml-view.ts';

/** Events: the container of everything else. */
export function eventOperations(magpie: Magpie): Operation[] {
  return [...viewing(magpie), ...writing(magpie), ...publishing(magpie), ...small(magpie)];
}

function viewing(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.view',
      summary: 'One event with everything in it that the caller may see',
      path: '/events/view/{event}',
      aliases: ['/events/viewEventAttributes/{event}', '/events/{event}'],
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      model: 'Event',
      response: eventResponse,
      handle: async (call) => {
        const fields = magpie.settings.get('MISP.event_view_filter_fields');
        const options = readViewOptions(call.named, unwrap(call.body, 'Event'), fields);
        const viewer = await viewedAs(magpie, call);
        const text = service.viewEvent(magpie, viewer, call.args.event, options);
        return call.format === 'xml' ? eventAsXml(text) : streamedJson(text);
      },
    },
    {
      name: 'events.getEventInfoById',
      summary: 'Title, threat level and tags of an event',
      path: '/events/getEventInfoById/{event}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      handle: async (call) => json(await service.eventInfo(magpie, call.viewer, call.args.event)),
    },
    {
      name: 'events.checkPublishedStatus',
      summary: 'Whether an event is published: 1, or empty',
      path: '/events/checkPublishedStatus/{event}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      handle: async (call) => {
        const event = await service.getEvent(magpie, call.viewer, call.args.event);
        // Plain text, as in MISP.
        const bytes = event.published ? '1' : '';
        return { kind: 'bytes', status: 200, contentType: 'text/plain; charset=UTF-8', bytes };
      },
    },
  ];
}

function writing(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.add',
      summary: 'Stores an event with attributes, objects, tags and reports',
      path: '/events/add',
      aliases: ['/events'],
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Event',
      body: eventBody,
      response: eventResponse,
      describe: {
        description:
          'POST a MISP Event JSON to this API to create an event. Attributes, objects, tags and reports inside it are stored with it.',
        mandatory: ['info'],
        optional: [
          'threat_level_id',
          'analysis',
          'distribution',
          'sharing_group_id',
          'uuid',
          'published',
          'timestamp',
          'date',
          'Attribute',
          'Object',
          'Shadow_Attribute',
          'EventTag',
        ],
      },
      handle: async (call) => {
        const { breakOnDuplicate } = call.named;
        const sent = readEventBody(call.body);
        const body = breakOnDuplicate === undefined ? sent : { ...sent, breakOnDuplicate };
        const added = await addOrConflict(magpie, call, body);
        return answerEvent(magpie, call, added.id, added.rejected, { stored: added.attributes, ahead: added.ahead });
      },
    },
    {
      name: 'events.edit',
      summary: 'Merges a body into an event',
      path: '/events/edit/{event}',
      aliases: ['/events/{event}'],
      methods: ['POST', 'PUT'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Event',
      body: eventBody,
      response: eventResponse,
      describe: { description: 'POST a MISP Event JSON with the fields to change.' },
      handle: async (call) => {
        const body = unwrapEvent(call.body);
        const fast = readBoolean(call.named.fast_update ?? body.fast_update) ?? false;
        const edited = await editOrProblem(magpie, call, body, fast);
        return answerEvent(magpie, call, edited.id, edited.rejected);
      },
    },
    {
      name: 'events.delete',
      summary: 'Deletes events for good and puts their uuids on the blocklist',
      path: '/events/delete/{event?}',
      aliases: [{ path: '/events/{event}', methods: ['DELETE'] }],
      methods: ['POST', 'DELETE'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Event',
      body: Type.Object({ id: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Integer()]))) }),
      handle: async (call) => deleteEvents(magpie, call),
    },
  ];
}

function publishing(magpie: Magpie): Operation[] {
  const publish = (name: string, queued: string, done: string): Operation => ({
    name: `events.${name}`,
    summary: name === 'publish' ? 'Publishes an event without mail' : 'Publishes an event and notifies by mail',
    path: `/events/${name}/{event}`,
    methods: ['POST'],
    effect: 'write',
    permission: 'perm_publish',
    model: 'Event',
    handle: async (call) => {
      await service.publishEvent(magpie, call.viewer, call.args.event, { alert: name === 'alert' });
      const isDone = isWaitedFor(magpie.settings.get('MISP.background_jobs'), call);
      return success(isDone ? done : queued, { id: call.args.event ?? '' });
    },
  });
  return [
    publish('publish', 'Job queued', 'Event published without alerts'),
    publish('alert', 'Job queued.', 'Email sent to all participants.'),
    {
      name: 'events.unpublish',
      summary: 'Takes the publication back; the timestamp stays',
      path: '/events/unpublish/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_modify',
      model: 'Event',
      handle: async (call) => {
        await service.unpublishEvent(magpie, call.viewer, call.args.event);
        return success('Event unpublished.', { id: call.args.event ?? '' });
      },
    },
  ];
}

function small(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.toggleCorrelation',
      summary: 'Switches the correlation of an event off and on',
      path: '/events/toggleCorrelation/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Event',
      handle: async (call) => {
        const disabled = await service.toggleCorrelation(magpie, call.viewer, call.args.event);
        return success(disabled ? 'Correlation disabled.' : 'Correlation enabled.', { id: call.args.event ?? '' });
      },
    },
  ];
}

/** Who the event is read as: the caller, or for site administrators the user that `viewAs` names. */
async function viewedAs(magpie: Magpie, { viewer, named }: Call): Promise<Viewer> {
  if (named.viewAs === undefined || !isSiteAdmin(viewer)) return viewer;
  const userId = readId(named.viewAs);
  const account = userId === null ? null : await magpie.accounts.byUserId(userId);
  if (account === null) throw new NotFound('Invalid user');
  return viewerOf(account, { ip: viewer.ip ?? '', requestId: viewer.requestId ?? '' });
}

/** An event body flat, wrapped in `Event`, `request` or `response`; nothing at all is refused as MISP does. */
function readEventBody(body: unknown): JsonObject {
  const isEmpty = isObject(body) && Object.keys(body).length === 0;
  if (isEmpty) throw new Refused('No valid event data received.');
  return unwrapEvent(body);
}

function unwrapEvent(body: unknown): JsonObject {
  const outer = isObject(body) && isObject(body.response) ? body.response : body;
  return unwrap(outer, 'Event');
}

async function addOrConflict(magpie: Magpie, call: Call, body: JsonObject) {
  try {
    return await service.addEvent(magpie, call.viewer, body, { alert: true, showsRelated: true });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    throw new HttpProblem(404, error.message, { location: `${magpie.config.baseUrl}/events/${error.existingId}` });
  }
}

// The failed edit of an event names it, unlike every other model's.
async function editOrProblem(magpie: Magpie, call: Call, body: JsonObject, fast: boolean) {
  try {
    return await service.editEvent(magpie, call.viewer, call.args.event, body, {
      skipDuplicateCheck: fast,
      alert: true,
    });
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    const event = await service.getEvent(magpie, call.viewer, readUuid(body.uuid) ?? call.args.event);
    throw new Invalid(error.message, error.fields, { id: String(event.id), url: `/events/edit/${event.id}` });
  }
}

/** The event as events/view shows it, with what of it was not stored. */
export async function answerEvent(
  magpie: Magpie,
  call: Call,
  id: number,
  rejected: readonly unknown[],
  { stored = null, ahead = null }: { stored?: ReadEventOptions['stored']; ahead?: RelatedAhead | null } = {},
): Promise<Answer> {
  const metadata = readBoolean(call.named.metadata) ?? false;
  const options = { correlations: true, metadata, analystData: true, stored };
  const chunks = service.viewEvent(magpie, call.viewer, String(id), options, ahead);
  return streamedJson(rejected.length === 0 ? chunks : withRejected(chunks, rejected), {
    ...(rejected.length === 0 ? {} : { 'x-magpie-rejected': String(rejected.length) }),
  });
}

/** Adds `rejected` beside `Event`: what was not stored, and why. */
async function* withRejected(chunks: AsyncIterable<string>, rejected: readonly unknown[]): AsyncGenerator<string> {
  let held = '';
  for await (const chunk of chunks) {
    if (held !== '') yield held;
    held = chunk;
  }
  yield `${held.slice(0, -1)},"rejected":${JSON.stringify(rejected)}}`;
}

async function deleteEvents(magpie: Magpie, call: Call): Promise<Answer> {
  const listed = readList(unwrap(call.body, 'Event').id);
  const ids = call.args.event === undefined ? (listed ?? []) : [call.args.event];
  const deleted = await service.deleteEvents(magpie, call.viewer, ids.map(String)).catch((error: unknown) => {
    throw error instanceof NotFound ? new Invalid('', 'Event was not deleted.') : error;
  });
  if (call.args.event !== undefined) return success('Event deleted.', { id: call.args.event });
  return success(`${deleted} events deleted.`);
}
