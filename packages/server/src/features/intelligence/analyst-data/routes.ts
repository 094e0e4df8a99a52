import { readUuid } from '@magpie/model';
import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid, NotFound, Refused } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import {
  isObject,
  type JsonObject,
  readBoolean,
  readId,
  readInteger,
  readList,
  unwrap,
} from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { streamedJson } from '../../../http/streamed-json.ts';
import { findAttribute } from '../attributes/find-attribute.ts';
import { findObject } from '../objects/service.ts';
import { addAnalystData, deleteAnalystData, editAnalystData, viewAnalystData } from './manage.ts';
import { nestedAnalystData } from './nested.ts';
import { type AnalystFilter, listAnalystRows } from './queries.ts';
import { elementKey, readElements } from './related.ts';
import { ANALYST_KINDS, readKind } from './rows.ts';
import { minimalIndex, receiveEntry, wantedEntries } from './synchronise.ts';
import { analystWires } from './wire.ts';

const PAGE = 200;
const MAX_DEPTH = 10;

const entry = Type.Object({}, { additionalProperties: true, description: '{"Note":{…}}, or Opinion, Relationship' });
const fields = Type.Object({
  note: Type.Optional(Type.String()),
  language: Type.Optional(Type.String()),
  opinion: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
  comment: Type.Optional(Type.String()),
  relationship_type: Type.Optional(Type.String()),
  related_object_uuid: Type.Optional(Type.String()),
  related_object_type: Type.Optional(Type.String()),
  authors: Type.Optional(Type.String()),
  distribution: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
});

/** Notes, opinions and relationships about anything that has a uuid. */
export function analystDataOperations(magpie: Magpie): Operation[] {
  return [...reading(magpie), ...aboutElements(magpie), ...writing(magpie), ...synchronising(magpie)];
}

function reading(magpie: Magpie): Operation[] {
  return [
    {
      name: 'analyst_data.view',
      summary: 'Shows one note, opinion or relationship with the answers to it.',
      path: '/analyst_data/view/{kind}/{key}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      response: entry,
      handle: async ({ viewer, args }: Call) => {
        const short = readId(args.key) !== null;
        const { kind, wire } = await viewAnalystData(magpie, viewer, { kind: args.kind, key: args.key }, { short });
        // MISP tells it of the answers alone here.
        const { _canEdit, ...shown } = wire;
        return json({ [kind]: shown });
      },
    },
    {
      name: 'analyst_data.getChildren',
      summary: 'Shows one entry with the answers to it, as deep as asked for.',
      path: '/analyst_data/getChildren/{kind}/{key}/{depth?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      response: entry,
      handle: async ({ viewer, args }: Call) => {
        const depth = Math.min(Math.max(readInteger(args.depth) ?? 2, 0), MAX_DEPTH);
        return json(
          (await viewAnalystData(magpie, viewer, { kind: args.kind, key: args.key }, { depth, short: true })).wire,
        );
      },
    },
    {
      name: 'analyst_data.index',
      summary: 'Lists notes, opinions or relationships.',
      path: '/analyst_data/index/{kind}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      response: Type.Array(entry),
      handle: async (call) => streamedJson(await listEntries(magpie, call.viewer, readFilter(call))),
    },
    {
      name: 'analyst_data.getRelatedElement',
      summary: 'A short form of what a relationship points to; an empty list where the caller may not see it.',
      path: '/analyst_data/getRelatedElement/{type}/{uuid}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => {
          const uuid = readUuid(args.uuid);
          const key = { type: args.type ?? '', uuid: uuid ?? '' };
          return json(uuid === null ? [] : ((await readElements(tx, [key])).get(elementKey(key)) ?? []));
        }),
    },
  ];
}

/** The analyst data about one attribute or object. */
function aboutElements(magpie: Magpie): Operation[] {
  const operation = (
    controller: 'attributes' | 'objects',
    findUuid: (tx: Transaction, key: string | undefined) => Promise<string | undefined>,
  ): Operation => ({
    name: `${controller}.viewAnalystData`,
    summary: 'The notes, opinions and relationships about it.',
    path: `/${controller}/viewAnalystData/{element}`,
    methods: ['GET'],
    permission: 'any',
    effect: 'read',
    response: entry,
    handle: ({ viewer, args }) =>
      magpie.database.as(viewer, async (tx) => {
        const uuid = await findUuid(tx, args.element);
        if (uuid === undefined)
          throw new NotFound(controller === 'attributes' ? 'Invalid attribute' : 'Invalid object.');
        const lists = (await nestedAnalystData(magpie, tx, [uuid])).get(uuid);
        return json({ Note: [], Opinion: [], Relationship: [], ...lists });
      }),
  });
  return [
    operation('attributes', async (tx, key) => (await findAttribute(tx, key))?.attribute.uuid),
    operation('objects', async (tx, key) => (await findObject(tx, key))?.object.uuid),
  ];
}

function writing(magpie: Magpie): Operation[] {
  return [
    {
      name: 'analyst_data.add',
      summary: 'Adds a note, an opinion or a relationship.',
      path: '/analyst_data/add/{kind}/{object_uuid?}/{object_type?}',
      methods: ['POST'],
      permission: ['perm_add', 'perm_analyst_data'],
      effect: 'write',
      body: fields,
      response: entry,
      handle: async ({ viewer, args, body }: Call) => {
        const path = { kind: args.kind, objectUuid: args.object_uuid, objectType: args.object_type };
        return json(await addAnalystData(magpie, viewer, path, entryOf(body, args.kind)));
      },
    },
    {
      name: 'analyst_data.edit',
      summary: 'Changes an entry of the own organisation; new answers in the body are added.',
      path: '/analyst_data/edit/{kind}/{key}',
      methods: ['POST', 'PUT'],
      permission: ['perm_add', 'perm_analyst_data'],
      effect: 'write',
      body: fields,
      response: entry,
      handle: async ({ viewer, args, body }: Call) =>
        json(await editAnalystData(magpie, viewer, { kind: args.kind, key: args.key }, entryOf(body, args.kind))),
    },
    {
      name: 'analyst_data.delete',
      summary: 'Deletes an entry for good; its uuid is put on the blocklist unless the last part is 0.',
      path: '/analyst_data/delete/{kind}/{key}/{block?}',
      methods: ['POST', 'DELETE'],
      permission: ['perm_add', 'perm_analyst_data'],
      effect: 'write',
      handle: async ({ viewer, args }: Call) => {
        const block = readBoolean(args.block) ?? true;
        const row = await deleteAnalystData(magpie, viewer, { kind: args.kind, key: args.key }, { block });
        return success(`${row.kind} deleted.`, { id: row.id, url: `/${row.kind.toLowerCase()}s/delete/${row.id}` });
      },
    },
  ];
}

function synchronising(magpie: Magpie): Operation[] {
  return [
    {
      name: 'analyst_data.indexMinimal',
      summary: 'Uuids and times of change of all entries, for synchronisation.',
      path: '/analyst_data/indexMinimal',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Object({ orgc_name: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])) }),
      handle: ({ viewer, body, named }) =>
        streamedJson(minimalIndex(magpie, viewer, unwrap(body).orgc_name ?? named.orgc_name)),
    },
    {
      name: 'analyst_data.filterAnalystDataForPush',
      summary: 'Which of the offered entries are wanted here.',
      path: '/analyst_data/filterAnalystDataForPush',
      methods: ['POST'],
      permission: 'perm_sync',
      effect: 'read',
      handle: async ({ viewer, body }: Call) => json(await wantedEntries(magpie, viewer, unwrap(body))),
    },
    {
      name: 'analyst_data.pushAnalystData',
      summary: 'Stores an entry that a peer sends.',
      path: '/analyst_data/pushAnalystData',
      methods: ['POST'],
      permission: ['perm_sync', 'perm_analyst_data'],
      effect: 'write',
      body: Type.Object({}, { additionalProperties: true }),
      handle: async ({ viewer, body }: Call) => {
        const sent = isObject(body) ? body : {};
        const kind = ANALYST_KINDS.find((name) => isObject(sent[name]));
        if (kind === undefined) throw new Refused('Invalid type.');
        const outcome = await receiveEntry(magpie, viewer, kind, entryOf(sent, kind));
        if (outcome === 'refused') throw new Invalid('', `Could not store the ${kind}.`);
        const isStored = outcome !== 'kept';
        return success(`Analyst Data imported. ${isStored ? 1 : 0} imported, ${isStored ? 0 : 1} ignored, 0 failed. `);
      },
    },
  ];
}

/** The entry of a body, flat or wrapped in its kind. */
function entryOf(body: unknown, kind: string | undefined): JsonObject {
  const wrapper = readKind(kind) ?? ANALYST_KINDS.find((name) => isObject(body) && isObject(body[name]));
  // A note may hold a note: only what has nothing beside it is a wrapper.
  const outer = unwrap(body);
  return wrapper !== undefined && Object.keys(outer).length === 1 ? unwrap(outer, wrapper) : outer;
}

function readFilter({ args, named, body }: Call): AnalystFilter {
  const kind = readKind(args.kind);
  if (kind === null) throw new Refused('Invalid type.');
  const sent = unwrap(body, kind);
  const read = (name: string): unknown => (Object.hasOwn(named, name) ? named[name] : sent[name]);
  const uuids = (name: string) => readList(read(name))?.flatMap((uuid) => readUuid(uuid) ?? []) ?? null;
  const type = read('object_type');
  return {
    kind,
    uuids: uuids('uuid'),
    objectUuids: uuids('object_uuid'),
    objectType: typeof type === 'string' && type !== '' ? type : null,
  };
}

/** The list as JSON text, read page by page; the first page is read before answering. */
async function listEntries(magpie: Magpie, viewer: Viewer, filter: AnalystFilter): Promise<AsyncIterable<string>> {
  const read = (afterId: number) =>
    magpie.database.as(viewer, async (tx) => {
      const rows = await listAnalystRows(tx, filter, { afterId, limit: PAGE });
      const wires = await analystWires(magpie, tx, viewer, rows);
      return { rows, texts: wires.map((wire) => JSON.stringify({ [filter.kind]: wire })) };
    });
  const first = await read(0);
  return (async function* pages() {
    let page = first;
    let separator = '[';
    while (page.rows.length > 0) {
      yield separator + page.texts.join(',');
      separator = ',';
      page = page.rows.length < PAGE ? { rows: [], texts: [] } : await read(page.rows.at(-1)?.id ?? 0);
    }
    yield separator === '[' ? '[]' : ']';
  })();
}
