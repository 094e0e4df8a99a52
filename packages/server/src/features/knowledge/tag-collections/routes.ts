import Type from 'typebox';
import { isSiteAdmin } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { type Answer, json, success, uiReply } from '../../../http/answer.ts';
import { isObject, type JsonObject, readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { galaxiesOfTags } from '../galaxies/service.ts';
import { captureTags } from '../tags/service.ts';
import { findWanted, readWantedTags } from '../tags/tagging-routes.ts';
import { type CollectionRow, selectCollections, selectCollectionTags } from './queries.ts';
import {
  addCollection,
  addCollectionTags,
  deleteCollection,
  editCollection,
  readCollectionInput,
  removeCollectionTag,
  requireCollection,
  requireEditableCollection,
} from './service.ts';

type Wire = Record<string, unknown>;
const PAGE = 60;
const MAX_PAGE = 1000;

const collectionBody = Type.Object({
  name: Type.Optional(Type.Unknown()),
  description: Type.Optional(Type.Unknown()),
  all_orgs: Type.Optional(Type.Unknown({ description: 'Shared with all organisations of the instance' })),
});

/** Collections of tags, which are attached together as `collection_<id>`. */
export function tagCollectionOperations(magpie: Magpie): Operation[] {
  const read = (tx: Transaction, call: Call) => requireCollection(tx, call.args.collection);
  const shared = { permission: 'perm_tag_editor', effect: 'write', model: 'TagCollection' } as const;
  const write = (
    name: string,
    summary: string,
    path: string,
    work: (tx: Transaction, call: Call) => Promise<Answer>,
  ): Operation => ({
    ...shared,
    name: `tag_collections.${name}`,
    summary,
    path: `/tag_collections/${path}`,
    methods: name === 'edit' ? ['POST', 'PUT'] : ['POST'],
    ...(name === 'add' || name === 'edit' ? { body: collectionBody } : {}),
    handle: (call: Call) => magpie.database.as(call.viewer, (tx) => work(tx, call)),
  });
  return [
    {
      name: 'tag_collections.index',
      summary: 'Collections of tags, 60 a page',
      path: '/tag_collections/index',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const body = unwrap(call.body, 'TagCollection');
          const value = (name: string) => body[name] ?? call.named[name] ?? call.query.get(name);
          const searched = value('filter') ?? value('searchall') ?? value('value');
          const part = typeof searched === 'string' && searched !== '' ? searched.replaceAll('\0', '') : null;
          const limit = Math.min(readId(value('limit')) ?? PAGE, MAX_PAGE);
          const offset = ((readId(value('page')) ?? 1) - 1) * limit;
          return json(await collectionWires(magpie, call, tx, await selectCollections(tx, { part, limit, offset })));
        }),
    },
    {
      name: 'tag_collections.view',
      summary: 'A collection with its tags',
      path: '/tag_collections/view/{collection?}',
      aliases: ['/tag_collections/getRow/{collection?}'],
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const [wire] = await collectionWires(magpie, call, tx, [await read(tx, call)]);
          return json(wire);
        }),
    },
    write('add', 'Create a collection', 'add', async (tx, call) => {
      const input = readCollectionInput(unwrap(call.body, 'TagCollection'));
      return json({ TagCollection: collectionWire(await addCollection(tx, call.viewer, input)) });
    }),
    write('edit', 'Change a collection', 'edit/{collection?}', async (tx, call) => {
      const input = readCollectionInput(unwrap(call.body, 'TagCollection'));
      return json({
        TagCollection: collectionWire(await editCollection(tx, call.viewer, call.args.collection, input)),
      });
    }),
    write('delete', 'Delete a collection; its tags stay', 'delete/{collection?}', async (tx, call) => {
      await deleteCollection(tx, call.viewer, call.args.collection);
      return success('Tag collection deleted.', { url: '/tag_collections/delete' });
    }),
    write('addTag', 'Put tags into a collection', 'addTag/{collection?}/{tag?}', async (tx, call) => {
      const collection = await requireEditableCollection(tx, call.viewer, call.args.collection);
      const wanted = readWantedTags(call.args.tag ?? unwrap(call.body, 'TagCollection').tag);
      const found = await findWanted(tx, wanted);
      const tags = found.filter((tag) => tag !== null);
      if (tags.length === 0) return uiReply({ errors: 'Invalid tag(s).' });
      const refused = await addCollectionTags(tx, collection, tags);
      if (refused.length > 0 || tags.length < found.length) {
        const reason =
          refused.length > 0 ? 'Tag is not allowed due to taxonomy exclusivity settings' : 'Invalid tag(s).';
        return uiReply({ errors: reason });
      }
      return uiReply({ success: 'Tag(s) added.' });
    }),
    write('removeTag', 'Take a tag out of a collection', 'removeTag/{collection?}/{tag?}', async (tx, call) => {
      const collection = await requireEditableCollection(tx, call.viewer, call.args.collection);
      const wanted = readWantedTags(call.args.tag ?? unwrap(call.body, 'TagCollection').tag);
      const [tag] = await findWanted(tx, wanted);
      if (!tag || !(await removeCollectionTag(tx, collection, tag))) {
        return uiReply({ errors: 'Invalid tag or tag not in the collection.' });
      }
      return uiReply({ success: 'Tag removed.' });
    }),
    write('import', 'Create collections from a list as index gives it', 'import', async (tx, call) => {
      const list = (Array.isArray(call.body) ? call.body : [call.body]).filter(isObject);
      let imported = 0;
      for (const item of list) if (await importCollection(tx, call, item)) imported += 1;
      return success(`Tag collections imported. ${imported} imported, ${list.length - imported} failed.`);
    }),
  ];
}

async function importCollection(tx: Transaction, call: Call, item: JsonObject): Promise<boolean> {
  const body = unwrap(item, 'TagCollection');
  if (typeof body.name !== 'string' || body.name.trim() === '') return false;
  const collection = await addCollection(tx, call.viewer, readCollectionInput(body));
  const links = item.TagCollectionTag ?? body.TagCollectionTag;
  const names = (Array.isArray(links) ? links : []).flatMap((link: unknown) => {
    const tag = isObject(link) && isObject(link.Tag) ? link.Tag : link;
    return isObject(tag) && typeof tag.name === 'string' ? [{ name: tag.name }] : [];
  });
  const tags = [...(await captureTags(tx, call.viewer, names)).values()].map((tag) => tag.row);
  await addCollectionTags(tx, collection, tags);
  return true;
}

function collectionWire(collection: CollectionRow): Wire {
  return {
    id: String(collection.id),
    uuid: collection.uuid,
    user_id: String(collection.user_id),
    org_id: String(collection.org_id),
    name: collection.name,
    description: collection.description,
    all_orgs: collection.all_orgs,
  };
}

async function collectionWires(
  magpie: Magpie,
  call: Call,
  tx: Transaction,
  collections: readonly CollectionRow[],
): Promise<Wire[]> {
  const tags = Map.groupBy(
    await selectCollectionTags(
      tx,
      collections.map((collection) => collection.id),
    ),
    (tag) => tag.tag_collection_id,
  );
  const galaxyNames = [...tags.values()].flat().filter((tag) => tag.is_galaxy);
  const galaxies = await galaxiesOfTags(
    tx,
    galaxyNames.map((tag) => tag.name),
  );
  const wires: Wire[] = [];
  for (const collection of collections) {
    const own = tags.get(collection.id) ?? [];
    wires.push({
      TagCollection: collectionWire(collection),
      Organisation: { id: String(collection.org_id), name: collection.org_name, uuid: collection.org_uuid },
      User: await userWire(magpie, call, collection),
      TagCollectionTag: own.map((tag) => ({
        id: String(tag.link_id),
        tag_collection_id: String(collection.id),
        tag_id: String(tag.id),
        Tag: { id: String(tag.id), name: tag.name, colour: tag.colour },
      })),
      Galaxy: own.flatMap((tag) => {
        const found = galaxies.get(tag.name);
        return found ? [{ ...found.galaxy, GalaxyCluster: [{ ...found.cluster, tag_id: tag.id }] }] : [];
      }),
    });
  }
  return wires;
}

/** Addresses of people are for their own organisation and site administrators. */
async function userWire(magpie: Magpie, call: Call, collection: CollectionRow): Promise<Wire> {
  const isShown = isSiteAdmin(call.viewer) || collection.org_id === call.viewer.organisationId;
  const account = isShown ? await magpie.accounts.byUserId(collection.user_id) : null;
  return { id: String(collection.user_id), ...(account ? { email: account.email } : {}) };
}
