import { readUuid } from '@magpie/model';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Refused } from '../../../errors.ts';
import { json, redirect, success } from '../../../http/answer.ts';
import { readId } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { OutgoingError } from '../../../outgoing/outgoing-error.ts';
import { isCacheScope } from './jobs.ts';
import { pullEvent } from './pull.ts';
import { requireFeed } from './service.ts';

const QUEUED = 'Pull queued for background execution.';

/** Bringing and caching what feeds offer; the work itself is done in the background. */
export function fetchOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'feeds.fetchFromFeed',
      summary: 'Bring what a feed offers, in the background',
      path: '/feeds/fetchFromFeed/{feed}',
      methods: ['GET', 'POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => {
          const feed = await requireFeed(tx, args.feed);
          if (!feed.enabled) {
            return json({ result: 'Feed is currently not enabled. Make sure you enable it.' });
          }
          await magpie.jobs.enqueue(tx, {
            kind: 'fetch_feeds',
            jobType: 'fetch_feeds',
            queue: 'default',
            title: `Feed: ${feed.id}`,
            input: { feed: feed.id },
            message: 'Starting fetch from feed.',
          });
          return json({ result: QUEUED });
        }),
    },
    {
      name: 'feeds.fetchFromAllFeeds',
      summary: 'Bring what all enabled feeds offer, in the background',
      path: '/feeds/fetchFromAllFeeds',
      methods: ['GET', 'POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      handle: ({ viewer }) =>
        magpie.database.as(viewer, async (tx) => {
          const any = await tx.first('select id from visible_feeds where enabled limit 1');
          if (any !== null) {
            await magpie.jobs.enqueue(tx, {
              kind: 'fetch_feeds',
              jobType: 'fetch_feeds',
              queue: 'default',
              title: 'Feed: All',
              input: { feed: null },
              message: 'Starting fetch from all feeds.',
            });
          }
          return json({ result: QUEUED });
        }),
    },
    {
      name: 'feeds.cacheFeeds',
      summary: 'Load the values of feeds for look-ups, in the background: all, those of a format, or one',
      path: '/feeds/cacheFeeds/{scope?}',
      methods: ['GET', 'POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      handle: async ({ viewer, args }) => {
        const { scope = 'freetext' } = args;
        if (!isCacheScope(scope)) throw new BadRequest('Invalid scope.');
        await magpie.database.as(viewer, async (tx) => {
          if (readId(scope) !== null) await requireFeed(tx, scope);
          const any = await tx.first(
            `select id from visible_feeds where caching_enabled and ($1 = 'all' or source_format = $1 or id::text = $1)
             limit 1`,
            [scope],
          );
          if (any === null) return;
          await magpie.jobs.enqueue(tx, {
            kind: 'cache_feeds',
            jobType: 'cache_feeds',
            queue: 'default',
            title: `Feed: ${scope}`,
            input: { scope },
            message: 'Starting feed caching.',
          });
        });
        return success('Feed caching job initiated.', { url: '/feeds/cacheFeed' });
      },
    },
    {
      name: 'feeds.getEvent',
      summary: 'Bring one event of a MISP feed',
      path: '/feeds/getEvent/{feed}/{eventThere}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      handle: async ({ viewer, args }) => {
        const uuid = readUuid(args.eventThere);
        if (uuid === null) throw new BadRequest('Invalid event.');
        const feed = await magpie.database.as(viewer, (tx) => requireFeed(tx, args.feed));
        if (feed.source_format !== 'misp') throw new BadRequest('The feed holds no events.');
        await pullEvent(magpie, viewer, feed, uuid).catch(unreachable);
        return redirect(`/feeds/previewIndex/${feed.id}`);
      },
    },
  ];
}

/** A source that gives no answer is no failure of ours. */
export function unreachable(error: unknown): never {
  if (error instanceof OutgoingError) throw new Refused(`The feed could not be read: ${error.message}`);
  throw error;
}
