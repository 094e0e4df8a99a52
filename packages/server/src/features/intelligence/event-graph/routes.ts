import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { type Answer, json, uiReply } from '../../../http/answer.ts';
import { isObject, type JsonObject, readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { findEvent } from '../events/rights.ts';
import { viewReference } from '../objects/single-references.ts';
import { referenceWire } from '../objects/wire.ts';
import { clusterRelations } from './cluster-relations.ts';
import { withGraphContent } from './content.ts';
import { eventGraph, tagGraph } from './correlation-graph.ts';
import { distributionGraph } from './distribution-graph.ts';
import { type GraphKind, itemGraph } from './item-graph.ts';
import { deleteGraph, graphPicture, savedGraphs, saveGraph } from './saved-graphs.ts';
import { eventTimeline, sightingTimeline } from './timeline.ts';

const anything = Type.Object({}, { additionalProperties: true });

/** The data behind the pictures of an event, and pictures that were kept. */
export function eventGraphOperations(magpie: Magpie): Operation[] {
  return [
    items(magpie, 'References', 'references'),
    items(magpie, 'Tags', 'tags'),
    items(magpie, 'Generic', 'generic'),
    ...pictures(magpie),
    ...kept(magpie),
  ];
}

function items(magpie: Magpie, action: string, kind: GraphKind): Operation {
  return {
    name: `events.getEventGraph${action}`,
    summary: `The items of an event, linked by ${kind === 'generic' ? 'the same value of a key' : kind}`,
    path: `/events/getEventGraph${action}/{event}/{type?}`,
    methods: ['GET', 'POST'],
    effect: 'read',
    permission: 'any',
    body: anything,
    response: anything,
    handle: ({ viewer, args, body }) =>
      withGraphContent(magpie, viewer, args.event, async (tx, content) =>
        json(await itemGraph(tx, content, kind, unwrap(body))),
      ),
  };
}

function pictures(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.getEventTimeline',
      summary: 'The items of an event with the times at which they were seen',
      path: '/events/getEventTimeline/{event}/{type?}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'any',
      body: Type.Object({ scope: Type.Optional(Type.String({ description: 'seen, or sightings' })) }),
      response: anything,
      handle: ({ viewer, args, named, body }) => {
        const draw = (named.scope ?? unwrap(body).scope) === 'sightings' ? sightingTimeline : eventTimeline;
        return withGraphContent(magpie, viewer, args.event, async (tx, content) => json(await draw(tx, content)));
      },
    },
    {
      name: 'events.getDistributionGraph',
      summary: 'How the elements of an event are distributed',
      path: '/events/getDistributionGraph/{event}/{type?}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'any',
      response: anything,
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => {
          const event = await findEvent(tx, args.event);
          if (event === null) throw new NotFound('Invalid event');
          return json(await distributionGraph(magpie, tx, viewer, event));
        }),
    },
    {
      name: 'events.viewClusterRelations',
      summary: 'The clusters of an event and how they relate',
      path: '/events/viewClusterRelations/{event}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'any',
      response: anything,
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => {
          const event = await findEvent(tx, args.event);
          if (event === null) throw new NotFound('Invalid event');
          return json(await clusterRelations(tx, event.id));
        }),
    },
    {
      name: 'events.updateGraph',
      summary: 'What an event, tag or cluster is connected with; an earlier answer in the body is expanded',
      path: '/events/updateGraph/{id}/{type?}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'any',
      body: anything,
      response: anything,
      handle: (call) => updateGraph(magpie, call, call.args.type),
    },
    {
      name: 'galaxies.viewGraph',
      summary: 'What a cluster is connected with',
      path: '/galaxies/viewGraph/{id}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      response: anything,
      handle: (call) => updateGraph(magpie, call, 'galaxy'),
    },
    {
      name: 'tags.viewGraph',
      summary: 'What a tag is connected with',
      path: '/tags/viewGraph/{id}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      response: anything,
      handle: (call) => updateGraph(magpie, call, 'tag'),
    },
    {
      name: 'events.getReferenceData',
      summary: 'A reference between objects, by its uuid, for the graph of its event',
      path: '/events/getReferenceData/{reference}/{type?}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      response: Type.Array(anything),
      handle: async ({ viewer, args }) =>
        json([{ ObjectReference: referenceWire(await viewReference(magpie, viewer, args.reference)) }]),
    },
  ];
}

function updateGraph(magpie: Magpie, { viewer, args, body }: Call, type: string | undefined): Promise<Answer> {
  const earlier: JsonObject = isObject(body) ? body : {};
  if (type === 'tag' || type === 'galaxy') {
    return magpie.database.as(viewer, async (tx) => {
      const id = readId(args.id) ?? 0;
      if (type === 'tag') return json(await tagGraph(magpie, tx, { id }, earlier));
      const cluster = await tx.first<{ tag_name: string }>(
        'select tag_name from visible_galaxy_clusters where id = $1 and not deleted',
        [id],
      );
      if (cluster === null) throw new NotFound('Invalid Galaxy');
      return json(await tagGraph(magpie, tx, { name: cluster.tag_name }, earlier));
    });
  }
  return withGraphContent(magpie, viewer, args.id, async (tx, content) =>
    json(await eventGraph(magpie, tx, content, earlier)),
  );
}

function kept(magpie: Magpie): Operation[] {
  return [
    {
      name: 'event_graph.view',
      summary: 'Graphs of an event that the organisation has kept',
      path: '/event_graph/view/{event}/{graph?}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      response: Type.Array(anything),
      handle: async ({ viewer, args }) => json(await savedGraphs(magpie, viewer, args.event, args.graph)),
    },
    {
      name: 'event_graph.viewPicture',
      summary: 'The picture kept with a graph',
      path: '/event_graph/viewPicture/{event}/{graph}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      answersBrowsers: true,
      handle: async ({ viewer, args }) => ({
        kind: 'bytes',
        status: 200,
        contentType: 'image/png',
        bytes: await graphPicture(magpie, viewer, args.event, args.graph),
        headers: { 'x-content-type-options': 'nosniff' },
      }),
    },
    {
      name: 'event_graph.add',
      summary: 'Keeps a graph of an event',
      path: '/event_graph/add/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'EventGraph',
      body: anything,
      handle: async ({ viewer, args, body }) => {
        await saveGraph(magpie, viewer, args.event, unwrap(body, 'EventGraph'));
        return uiReply({ success: 'eventGraph saved.' });
      },
    },
    {
      name: 'event_graph.delete',
      summary: 'Deletes a kept graph',
      path: '/event_graph/delete/{graph}',
      methods: ['POST', 'DELETE'],
      effect: 'write',
      permission: 'perm_modify',
      model: 'EventGraph',
      handle: async ({ viewer, args }) => {
        await deleteGraph(magpie, viewer, args.graph);
        return uiReply({ success: 'EventGraph deleted.' });
      },
    },
  ];
}
