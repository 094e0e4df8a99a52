import { readUuid } from '@magpie/model';
import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { readId, readList, unwrap } from '../../../http/lenient.ts';
import { filterRows, filtersOf } from '../../../http/list-filters.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { streamedJson } from '../../../http/streamed-json.ts';
import * as manage from './manage.ts';
import { type CollectionFilter, findCollection, findElement, listCollections, listElements } from './queries.ts';
import {
  collectionWire,
  elementWire,
  type ListedCollection,
  listedCollectionWire,
  viewedCollectionWire,
} from './rows.ts';
import { captureCollection, minimalCollections, wantedCollections } from './synchronise.ts';

const PAGE = 200;
const filters = filtersOf<ListedCollection>(['id', 'name', 'type', 'description'], ['name', 'description']);

const collection = Type.Object({ Collection: Type.Object({}, { additionalProperties: true }) });
const fields = Type.Object({
  name: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  distribution: Type.Optional(Type.Union([Type.String(), Type.Integer()])),
  sharing_group_id: Type.Optional(Type.Union([Type.String(), Type.Integer(), Type.Null()])),
  uuid: Type.Optional(Type.String()),
});
const elementFields = Type.Object({
  element_uuid: Type.Optional(Type.String()),
  element_type: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
});

/** Collections: named lists of events and clusters. */
export function collectionOperations(magpie: Magpie): Operation[] {
  return [...reading(magpie), ...writing(magpie), ...elements(magpie), ...synchronising(magpie)];
}

function reading(magpie: Magpie): Operation[] {
  return [
    {
      name: 'collections.index',
      summary: 'Lists collections: all, or with my_collections or org_collections one’s own',
      path: '/collections/index/{scope?}',
      aliases: ['/collections'],
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      response: Type.Array(collection),
      handle: async (call) => streamedJson(await streamList(magpie, call)),
    },
    {
      name: 'collections.view',
      summary: 'Shows a collection with what is in it',
      path: '/collections/view/{collection}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      response: collection,
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => {
          const found = await findCollection(tx, args.collection);
          const filter = { id: found?.id ?? 0, uuids: null, userId: null, organisationId: null };
          const [row] = await listCollections(tx, filter, { afterId: 0, limit: 1 });
          if (row === undefined) throw new NotFound('Invalid Collection');
          return json(viewedCollectionWire(row, await listElements(tx, row.id)));
        }),
    },
  ];
}

function writing(magpie: Magpie): Operation[] {
  return [
    {
      name: 'collections.add',
      summary: 'Adds a collection',
      path: '/collections/add',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_modify',
      model: 'Collection',
      body: fields,
      response: collection,
      describe: { description: 'POST a collection in JSON.', mandatory: ['name', 'type'] },
      handle: async ({ viewer, body }) => {
        const row = await manage.addCollection(magpie, viewer, unwrap(body, 'Collection'));
        return json({ Collection: collectionWire(row) });
      },
    },
    {
      name: 'collections.edit',
      summary: 'Changes a collection of the own organisation',
      path: '/collections/edit/{collection}',
      methods: ['POST', 'PUT'],
      effect: 'write',
      permission: 'perm_modify',
      model: 'Collection',
      body: fields,
      response: collection,
      describe: { description: 'POST the fields to change in JSON.' },
      handle: async ({ viewer, args, body }) => {
        const row = await manage.editCollection(magpie, viewer, args.collection, unwrap(body, 'Collection'));
        return json({ Collection: collectionWire(row) });
      },
    },
    {
      name: 'collections.delete',
      summary: 'Deletes a collection; what is in it stays',
      path: '/collections/delete/{collection}',
      methods: ['POST', 'DELETE'],
      effect: 'write',
      permission: 'perm_modify',
      model: 'Collection',
      handle: async ({ viewer, args }) => {
        const { id } = await manage.deleteCollection(magpie, viewer, args.collection);
        return success('Collection deleted.', { id });
      },
    },
  ];
}

function elements(magpie: Magpie): Operation[] {
  return [
    {
      name: 'collection_elements.index',
      summary: 'Lists what is in a collection',
      path: '/collection_elements/index/{collection}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => {
          const found = await findCollection(tx, args.collection);
          if (found === null) throw new NotFound('Invalid Collection');
          const rows = await listElements(tx, found.id);
          return json(rows.map((row) => ({ CollectionElement: elementWire(row) })));
        }),
    },
    {
      name: 'collection_elements.view',
      summary: 'One thing that is in a collection',
      path: '/collection_elements/view/{element}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => {
          const row = await findElement(tx, readId(args.element));
          if (row === null) throw new NotFound('Invalid CollectionElement');
          return json({ CollectionElement: elementWire(row) });
        }),
    },
    {
      name: 'collection_elements.add',
      summary: 'Puts an event or cluster into a collection',
      path: '/collection_elements/add/{collection}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_modify',
      model: 'CollectionElement',
      body: elementFields,
      handle: async ({ viewer, args, body }) => {
        const row = await manage.addElement(magpie, viewer, args.collection, unwrap(body, 'CollectionElement'));
        return json({ CollectionElement: elementWire(row) });
      },
    },
    {
      name: 'collection_elements.addElementToCollection',
      summary: 'Puts an event or cluster into the collection that the body names',
      path: '/collection_elements/addElementToCollection/{type}/{uuid}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_modify',
      model: 'CollectionElement',
      body: Type.Object({ collection_id: Type.Optional(Type.Union([Type.String(), Type.Integer()])) }),
      handle: async ({ viewer, args, body }) => {
        const sent = unwrap(body, 'CollectionElement');
        const element = { ...sent, element_type: args.type, element_uuid: args.uuid };
        const row = await manage.addElement(magpie, viewer, sent.collection_id, element);
        return json({ CollectionElement: elementWire(row) });
      },
    },
    {
      name: 'collection_elements.delete',
      summary: 'Takes something out of its collection',
      path: '/collection_elements/delete/{element}',
      methods: ['POST', 'DELETE'],
      effect: 'write',
      permission: 'perm_modify',
      model: 'CollectionElement',
      handle: async ({ viewer, args }) => {
        const { id } = await manage.deleteElement(magpie, viewer, args.element);
        return success('CollectionElement deleted.', { id });
      },
    },
  ];
}

function synchronising(magpie: Magpie): Operation[] {
  return [
    {
      name: 'collections.indexMinimal',
      summary: 'Uuids and times of change of all collections, for synchronisation',
      path: '/collections/indexMinimal',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'any',
      handle: ({ viewer }) => streamedJson(minimalCollections(magpie, viewer)),
    },
    {
      name: 'collections.filterCollectionsForPush',
      summary: 'Which of the offered collections are wanted here',
      path: '/collections/filterCollectionsForPush',
      methods: ['POST'],
      effect: 'read',
      permission: 'perm_sync',
      handle: async ({ viewer, body }) => json(await wantedCollections(magpie, viewer, unwrap(body))),
    },
    {
      name: 'collections.captureCollection',
      summary: 'Stores a collection that a peer sends',
      path: '/collections/captureCollection',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_sync',
      model: 'Collection',
      body: Type.Object({}, { additionalProperties: true }),
      handle: async ({ viewer, body }) => {
        const outer = unwrap(body);
        // The parts may stand beside the collection, as the view sends them.
        const { Collection: _, ...beside } = outer;
        const isStored = await captureCollection(magpie, viewer, { ...beside, ...unwrap(outer, 'Collection') });
        return success(isStored ? 'Collection stored.' : 'Collection kept as it is.');
      },
    },
  ];
}

function readFilter({ viewer, args, named }: Call): CollectionFilter {
  const uuids = readList(named.uuid)?.flatMap((uuid) => readUuid(uuid) ?? []) ?? null;
  return {
    id: null,
    uuids,
    userId: args.scope === 'my_collections' ? viewer.userId : null,
    organisationId: args.scope === 'org_collections' ? viewer.organisationId : null,
  };
}

/** The list as JSON text, read page by page; the first page is read before answering. */
async function streamList(magpie: Magpie, call: Call): Promise<AsyncIterable<string>> {
  const { viewer } = call;
  const filter = readFilter(call);
  const read = (afterId: number) =>
    magpie.database.as(viewer, (tx) => listCollections(tx, filter, { afterId, limit: PAGE }));
  const first = await read(0);
  return (async function* pages() {
    let rows = first;
    let separator = '[';
    while (rows.length > 0) {
      const wanted = filterRows(call, 'Collection', rows, filters);
      if (wanted.length > 0) {
        yield separator + wanted.map((row) => JSON.stringify(listedCollectionWire(row))).join(',');
        separator = ',';
      }
      rows = rows.length < PAGE ? [] : await read(rows.at(-1)?.id ?? 0);
    }
    yield separator === '[' ? '[]' : ']';
  })();
}
