import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { likePattern } from '../../../database/like-pattern.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { json } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { isObject, type JsonObject, readBoolean, readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { onlyWhile } from '../../../http/switchable.ts';
import { clustersOfTags } from '../galaxies/service.ts';
import { clusterWire } from '../galaxies/wire.ts';
import { taxonomyWire } from '../taxonomies/wire.ts';
import { addTag, deleteTag, editTag } from './administration.ts';
import { favouriteTagOperations, selectFavourites } from './favourite-routes.ts';
import { readTagFields } from './fields.ts';
import { searchTags, selectTagCounts, selectTagStatistics, selectTags, selectTagTaxonomies } from './list-queries.ts';
import { objectTaggingOperations } from './object-tagging-routes.ts';
import { selectTagsById } from './queries.ts';
import { TAGGING_OFF } from './tagging-off.ts';
import { taggingOperations } from './tagging-routes.ts';
import { tagWire } from './wire.ts';

const tagBody = Type.Object({
  name: Type.Optional(Type.String({ description: 'At most 255 bytes; unique whatever the case' })),
  colour: Type.Optional(Type.String({ description: '#rrggbb; default: made from the name' })),
  exportable: Type.Optional(Type.Unknown()),
  hide_tag: Type.Optional(Type.Unknown()),
  local_only: Type.Optional(Type.Unknown()),
  numerical_value: Type.Optional(Type.Unknown()),
  org_id: Type.Optional(Type.Unknown({ description: 'Only this organisation may set the tag' })),
  user_id: Type.Optional(Type.Unknown({ description: 'Only this user may set the tag' })),
});

/** Tags: the list, its administration, and what attaches tags to events and attributes. */
export function tagOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'tags.index',
      summary: 'All tags with the number of events and attributes that carry them',
      path: '/tags/index',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: (call) => magpie.database.as(call.viewer, async (tx) => json({ Tag: await listTags(tx, call) })),
    },
    {
      name: 'tags.view',
      summary: 'One tag',
      path: '/tags/view/{tag?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const id = readId(call.args.tag);
          const tag = id === null ? undefined : (await selectTagsById(tx, [id]))[0];
          // MISP: 405 here, 404 for edit and delete.
          if (tag === undefined) throw new HttpProblem(405, 'Invalid Tag');
          const counts = (await selectTagCounts(tx, [tag.id])).get(tag.id);
          return json({ ...tagWire(tag), count: counts?.events ?? 0, attribute_count: counts?.attributes ?? 0 });
        }),
    },
    {
      name: 'tags.search',
      summary: 'Tags by name, or by the name or synonyms of their galaxy cluster',
      path: '/tags/search/{text?}/{strict?}/{exists?}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: (call) => magpie.database.as(call.viewer, async (tx) => json(await search(tx, readPatterns(call)))),
    },
    {
      name: 'tags.add',
      summary: 'Create a tag; an existing one of that name is returned unchanged',
      path: '/tags/add',
      aliases: ['/tags/quickAdd'],
      methods: ['POST'],
      permission: 'perm_tag_editor',
      effect: 'write',
      model: 'Tag',
      body: tagBody,
      describe: {
        description: 'POST a Tag in JSON format to add it.',
        mandatory: ['name', 'colour'],
        optional: ['exportable', 'hide_tag', 'org_id', 'user_id', 'numerical_value', 'local_only'],
      },
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) =>
          json({ Tag: tagWire(await addTag(tx, readTagFields(unwrap(call.body, 'Tag')))) }),
        ),
    },
    {
      name: 'tags.edit',
      summary: 'Change a tag',
      path: '/tags/edit/{tag?}',
      methods: ['POST', 'PUT'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Tag',
      body: tagBody,
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) =>
          json({ Tag: tagWire(await editTag(tx, readId(call.args.tag), readTagFields(unwrap(call.body, 'Tag')))) }),
        ),
    },
    {
      name: 'tags.delete',
      summary: 'Delete a tag and take it off everything',
      path: '/tags/delete/{tag?}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Tag',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const tag = await deleteTag(tx, readId(call.args.tag));
          // The address is absolute here, and `saved` is missing, as in MISP.
          const url = `${magpie.config.baseUrl}/tags/delete/${tag.id}`;
          return json({ name: 'Tag deleted.', message: 'Tag deleted.', url });
        }),
    },
    {
      name: 'tags.tagStatistics',
      summary: 'How often tags and taxonomies are used on events',
      path: '/tags/tagStatistics/{percentage?}/{keysort?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const isOn = (value: string | undefined) => readBoolean(value?.toLowerCase()) ?? false;
          return json(await statistics(tx, isOn(call.args.percentage), isOn(call.args.keysort)));
        }),
    },
    ...favouriteTagOperations(magpie),
    ...onlyWhile(() => magpie.settings.get('MISP.tagging'), TAGGING_OFF, [
      ...objectTaggingOperations(magpie),
      ...taggingOperations(magpie),
    ]),
  ];
}

async function listTags(tx: Transaction, call: Call): Promise<unknown[]> {
  const body = unwrap(call.body);
  const read = (name: string) => textOf(body[name] ?? call.named[name] ?? call.query.get(name));
  const part = read('searchall') ?? read('search') ?? read('filter');
  const tags = await selectTags(tx, { name: read('name'), part });
  const isExcluded = readBoolean(body.exclude_statistics ?? call.named.exclude_statistics) ?? false;
  const counts = isExcluded ? null : await selectTagCounts(tx, null);
  const taxonomies = await selectTagTaxonomies(tx, tags);
  const favourites = await selectFavourites(tx);
  const onlyFavourites = readBoolean(body.favouritesOnly ?? call.named.favouritesOnly) ?? false;
  return tags.flatMap((tag) => {
    const taxonomy = taxonomies.get(tag.id);
    const favourite = favourites.has(tag.id);
    if (onlyFavourites && !favourite) return [];
    return {
      ...tagWire(tag),
      favourite,
      ...(counts && { count: counts.get(tag.id)?.events ?? 0, attribute_count: counts.get(tag.id)?.attributes ?? 0 }),
      ...(taxonomy && { Taxonomy: taxonomyWire(taxonomy) }),
    };
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.replaceAll('\0', '') : undefined;
}

/** Every text of the body is a pattern, as in MISP, unless the strict flag says that `%` is an ordinary character. */
function readPatterns(call: Call): string[] {
  const body: JsonObject = isObject(call.body) ? unwrap(call.body, 'Tag') : {};
  const isStrict = readBoolean(body.strict_tagname ?? call.args.strict) ?? false;
  const { strict_tagname: _strict, exists: _exists, ...others } = body;
  const texts = [call.args.text, ...(Array.isArray(call.body) ? call.body : Object.values(others).flat())];
  return texts
    .filter((text) => typeof text === 'string' && text !== '')
    .map((text) => likePattern(String(text).replaceAll('\0', '')))
    .map((pattern) => (isStrict ? pattern.replaceAll('%', '\\%') : pattern));
}

async function search(tx: Transaction, patterns: readonly string[]): Promise<unknown[]> {
  if (patterns.length === 0) return [];
  const tags = await searchTags(tx, patterns);
  const taxonomies = await selectTagTaxonomies(tx, tags);
  const clusters = await clustersOfTags(
    tx,
    tags.filter((tag) => tag.is_galaxy).map((tag) => tag.name),
  );
  return tags.map((tag) => {
    const taxonomy = taxonomies.get(tag.id);
    const cluster = clusters.get(tag.name.toLowerCase());
    return {
      Tag: tagWire(tag),
      ...(taxonomy && { Taxonomy: taxonomyWire(taxonomy) }),
      ...(cluster && { GalaxyCluster: clusterWire(cluster) }),
    };
  });
}

async function statistics(tx: Transaction, inPercent: boolean, byKey: boolean): Promise<unknown> {
  const { tags, taxonomies } = await selectTagStatistics(tx);
  const total = tags.reduce((sum, tag) => sum + tag.uses, 0);
  const share = (uses: number) => `${total === 0 ? 0 : Number(((uses / total) * 100).toFixed(3))}%`;
  const sorted = <Item extends { uses: number }>(items: Item[], key: (item: Item) => string) =>
    items.toSorted((a, b) => (byKey ? 0 : b.uses - a.uses) || (key(a) < key(b) ? -1 : 1));
  return {
    tags: Object.fromEntries(
      sorted(tags, (tag) => tag.name).map(({ name, uses }) => [name, inPercent ? share(uses) : String(uses)]),
    ),
    // An empty map is an empty list in MISP's answers; PyMISP compares this one.
    taxonomies:
      taxonomies.length === 0
        ? []
        : Object.fromEntries(
            sorted(taxonomies, (taxonomy) => taxonomy.namespace).map(({ namespace, uses }) => [
              namespace,
              inPercent ? share(uses) : uses,
            ]),
          ),
  };
}
