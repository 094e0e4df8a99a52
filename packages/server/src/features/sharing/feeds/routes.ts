import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json, redirect, success } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { readBoolean, readId, readList, unwrap } from '../../../http/lenient.ts';
import { filterRows, filtersOf } from '../../../http/list-filters.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { readGivenFilters, readPage } from '../../administration/logs/filters.ts';
import type { FeedRow } from './feed-row.ts';
import { fetchOperations } from './fetch-routes.ts';
import { importFeeds, loadDefaultFeeds } from './import-feeds.ts';
import { lookUpOperations } from './look-up-routes.ts';
import { type FeedScope, listFeeds, surroundingsOf } from './queries.ts';
import { addFeed, editFeed, removeFeed, requireFeed, requireHost, switchFeed } from './service.ts';
import { coverageOf, feedWire, listedFeedWire, viewedFeedWire } from './wire.ts';

const PAGE = 1000;

const flag = Type.Union([Type.Boolean(), Type.String(), Type.Integer()]);
const id = Type.Union([Type.String(), Type.Integer()]);
const fields = Type.Object({
  name: Type.Optional(Type.String()),
  provider: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
  source_format: Type.Optional(Type.String()),
  input_source: Type.Optional(Type.String()),
  enabled: Type.Optional(flag),
  caching_enabled: Type.Optional(flag),
  distribution: Type.Optional(id),
  sharing_group_id: Type.Optional(id),
  tag_id: Type.Optional(id),
  rules: Type.Optional(Type.Unknown()),
  settings: Type.Optional(Type.Unknown()),
});
const optional = [
  ...['source_format', 'input_source', 'enabled', 'caching_enabled', 'distribution', 'sharing_group_id', 'tag_id'],
  ...['rules', 'settings', 'fixed_event', 'delta_merge', 'publish', 'override_ids', 'headers', 'orgc_id'],
];

const filters = filtersOf<FeedRow>(
  ['id', 'name', 'provider', 'url', 'source_format', 'input_source', 'enabled', 'caching_enabled', 'default'],
  ['name', 'provider', 'url', 'source_format'],
);

/** Feeds: lists and events that others publish. */
export function feedOperations(magpie: Magpie): Operation[] {
  return [
    ...readOperations(magpie),
    ...writeOperations(magpie),
    ...listOperations(magpie),
    ...fetchOperations(magpie),
    ...lookUpOperations(magpie),
  ];
}

function readOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'feeds.index',
      summary: 'List the feeds; users of other organisations see those that are open to look-ups',
      path: '/feeds/index',
      aliases: [{ path: '/feeds', methods: ['GET'] }],
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: async (call) => {
        const given = readGivenFilters(call, 'Feed');
        const { limit, offset } = readPage(given, { defaultLimit: PAGE, maxLimit: PAGE });
        const search = given.value ?? given.searchall;
        return magpie.database.as(call.viewer, async (tx) => {
          const page = await listFeeds(tx, {
            scope: readScope(given.scope),
            search: typeof search === 'string' && search !== '' ? search : null,
            limit: limit ?? PAGE,
            offset,
          });
          const feeds = filterRows(call, 'Feed', page, filters);
          const around = await surroundingsOf(tx, feeds);
          return json(feeds.map((feed) => listedFeedWire(feed, around, call.viewer)));
        });
      },
    },
    {
      name: 'feeds.view',
      summary: 'Show a feed, how many values of it are known and how many of these other sources have too',
      path: '/feeds/view/{feed}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: ({ viewer, args }) => {
        requireHost(magpie, viewer);
        return magpie.database.as(viewer, async (tx) => {
          const feed = await requireFeed(tx, args.feed);
          return json(viewedFeedWire(feed, await surroundingsOf(tx, [feed])));
        });
      },
    },
    {
      name: 'feeds.feedCoverage',
      summary: 'Percentage of a feed’s values that other sources have too',
      path: '/feeds/feedCoverage/{feed}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: ({ viewer, args }) => {
        requireHost(magpie, viewer);
        return magpie.database.as(viewer, async (tx) => {
          const feed = await requireFeed(tx, args.feed);
          const { loads } = await surroundingsOf(tx, [feed]);
          return json(coverageOf(loads.get(feed.cache_source_id ?? 0)));
        });
      },
    },
  ];
}

function writeOperations(magpie: Magpie): Operation[] {
  const switching = (action: string, done: string, change: Parameters<typeof switchFeed>[3]): Operation => ({
    name: `feeds.${action}`,
    summary: `Switch: ${done}`,
    path: `/feeds/${action}/{feed}`,
    methods: ['POST'],
    permission: 'perm_site_admin',
    effect: 'write',
    model: 'feed',
    handle: async ({ viewer, args }) => {
      const feed = await switchFeed(magpie, viewer, args.feed, change).catch(unknownIs405);
      return json({ name: done, message: done, url: `/feeds/${action}/${feed.id}` });
    },
  });
  return [
    {
      name: 'feeds.add',
      summary: 'Add a feed',
      path: '/feeds/add',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'feed',
      body: fields,
      describe: {
        description: 'POST a feed in JSON format to this API to add it.',
        mandatory: ['name', 'provider', 'url'],
        optional,
      },
      handle: async ({ viewer, body }) => json({ Feed: feedWire(await addFeed(magpie, viewer, unwrap(body, 'Feed'))) }),
    },
    {
      name: 'feeds.edit',
      summary: 'Change a feed',
      path: '/feeds/edit/{feed}',
      methods: ['POST', 'PUT'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'feed',
      body: fields,
      describe: {
        description: 'POST the fields of a feed in JSON format to this API to change them.',
        optional: ['name', 'provider', 'url', ...optional],
      },
      handle: async ({ viewer, args, body }) =>
        json({ Feed: feedWire(await editFeed(magpie, viewer, args.feed, unwrap(body, 'Feed'))) }),
    },
    {
      name: 'feeds.delete',
      summary: 'Delete a feed; the events that it brought stay',
      path: '/feeds/delete/{feed}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'feed',
      handle: async ({ viewer, args }) => {
        // A number, as in MISP.
        return success('Feed deleted.', { id: await removeFeed(magpie, viewer, args.feed) });
      },
    },
    switching('enable', 'Feed enabled.', { enabled: true }),
    switching('disable', 'Feed disabled.', { enabled: false }),
    switching('enableCache', 'Feed caching enabled.', { caching_enabled: true }),
    switching('disableCache', 'Feed caching disabled.', { caching_enabled: false }),
  ];
}

function listOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'feeds.importFeeds',
      summary: 'Add the feeds of a list that are not known by their address',
      path: '/feeds/importFeeds',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'feed',
      describe: {
        description: 'POST a list of feeds in JSON format to this API to add those that are new.',
        mandatory: ['Feed'],
      },
      handle: async ({ viewer, body }) => {
        const stored = await importFeeds(magpie, viewer, body);
        return success(`${stored} new feeds added.`);
      },
    },
    {
      name: 'feeds.loadDefaultFeeds',
      summary: 'Add the feeds that the MISP project knows of, not enabled',
      path: '/feeds/loadDefaultFeeds',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'feed',
      handle: async ({ viewer }) => {
        await loadDefaultFeeds(magpie, viewer);
        return success('Default feed metadata loaded.');
      },
    },
    {
      name: 'feeds.toggleSelected',
      summary: 'Switch several feeds, or the caching of them, on or off',
      path: '/feeds/toggleSelected/{enable}/{cache}/{feeds?}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'feed',
      handle: async (call) => {
        const isOn = readBoolean(call.args.enable) === true;
        const isCache = readBoolean(call.args.cache) === true;
        for (const key of selectedFeeds(call)) {
          await switchFeed(magpie, call.viewer, String(key), isCache ? { caching_enabled: isOn } : { enabled: isOn });
        }
        return redirect('/feeds/index');
      },
    },
  ];
}

const MAX_SELECTED = 1000;

/** Ids as `[1,2]` in the path, or as a list in the body. */
function selectedFeeds(call: Call): number[] {
  const body = unwrap(call.body, 'Feed');
  const texts =
    call.args.feeds === undefined
      ? (readList(body.feed_list ?? body.ids) ?? [])
      : call.args.feeds.replaceAll(/[[\]\s"]/g, '').split(',');
  return texts.slice(0, MAX_SELECTED).flatMap((text) => readId(text) ?? []);
}

function readScope(given: unknown): FeedScope {
  return given === 'enabled' || given === 'default' || given === 'custom' ? given : 'all';
}

// An unknown feed is 405 where it is switched, and 404 elsewhere.
function unknownIs405(error: unknown): never {
  if (error instanceof NotFound) throw new HttpProblem(405, error.message);
  throw error;
}
