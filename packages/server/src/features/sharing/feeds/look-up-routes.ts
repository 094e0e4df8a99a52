import { type Indicator, readUuid } from '@magpie/model';
import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import { type Answer, json, redirect } from '../../../http/answer.ts';
import { type JsonObject, readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { createPlaces } from '../../../http/places.ts';
import { OutgoingError } from '../../../outgoing/outgoing-error.ts';
import { compareSources } from '../caches/compare.ts';
import { searchCaches } from '../caches/search.ts';
import type { FeedRow } from './feed-row.ts';
import { judgedEvent, passesRules, readFeedRules } from './feed-rules.ts';
import { readFeedEvent, readManifest } from './misp-source.ts';
import { isHost, requireFeed } from './service.ts';
import { readIndicators } from './value-source.ts';

const PAGE = 60;
const MAX_PAGE = 1000;
/** Everybody may look into a feed, which is fetched for it: two at a time each, and few together. */
const PREVIEWS = { atOnce: 4, ofUser: 2, waiting: 100, waitingOfUser: 0, waitMs: 60_000 };
/** Indicators of a feed that a preview goes through; what lies behind is for those who fetch it. */
const MOST_PREVIEWED = 100_000;
/** Larger files of MISP feeds, which are read whole, are not shown, only fetched. */
const MAX_PREVIEW_BYTES = 32 * 2 ** 20;

/** Looking into feeds, and into what is known of them. */
export function lookUpOperations(magpie: Magpie): Operation[] {
  const places = createPlaces(PREVIEWS);
  return [
    {
      name: 'feeds.previewIndex',
      summary: 'What a feed offers now: its events, or its values',
      path: '/feeds/previewIndex/{feed}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: (call) => places.run(call.viewer.userId, () => previewIndex(magpie, call)),
    },
    {
      name: 'feeds.previewEvent',
      summary: 'One event of a MISP feed as it stands there',
      path: '/feeds/previewEvent/{feed}/{eventThere}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const uuid = readUuid(args.eventThere);
        const feed = await magpie.database.as(viewer, (tx) => requireFeed(tx, args.feed));
        if (uuid === null || feed.source_format !== 'misp') throw new BadRequest('Invalid event.');
        const complete = await withHeaders(magpie, feed);
        try {
          const read = () => readFeedEvent(magpie, complete, uuid, { maxBytes: MAX_PREVIEW_BYTES });
          return json({ Event: await places.run(viewer.userId, read) });
        } catch (error) {
          return backToList(error);
        }
      },
    },
    {
      name: 'feeds.searchCaches',
      summary: 'In which feeds and instances values are known',
      path: '/feeds/searchCaches/{value?}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Object({ value: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])) }),
      handle: async ({ viewer, args, body, named }) => {
        const sent = unwrap(body, 'Feed');
        return json(await searchCaches(magpie, viewer, sent.value ?? named.value ?? args.value));
      },
    },
    {
      name: 'feeds.compareFeeds',
      summary: 'How much the cached feeds and instances overlap',
      path: '/feeds/compareFeeds',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer }) => json(await compareSources(magpie, viewer, { feedsOnly: !isHost(magpie, viewer) })),
    },
  ];
}

async function previewIndex(magpie: Magpie, call: Call): Promise<Answer> {
  const feed = await magpie.database.as(call.viewer, (tx) => requireFeed(tx, call.args.feed));
  const limit = Math.min(readId(call.named.limit) ?? PAGE, MAX_PAGE);
  const offset = ((readId(call.named.page) ?? 1) - 1) * limit;
  const complete = await withHeaders(magpie, feed);
  try {
    if (feed.source_format === 'misp') return json(await manifestPage(magpie, complete, limit, offset));
    const page: JsonObject[] = [];
    let seen = 0;
    for await (const indicator of offset < MOST_PREVIEWED ? readIndicators(magpie, complete) : []) {
      if (seen >= offset) page.push(indicatorWire(indicator));
      seen += 1;
      if (page.length === limit || seen === MOST_PREVIEWED) break;
    }
    return json(page);
  } catch (error) {
    return backToList(error);
  }
}

/** Events of the manifest that the feed's rules let in, newest first. */
async function manifestPage(magpie: Magpie, feed: FeedRow, limit: number, offset: number): Promise<JsonObject> {
  const rules = readFeedRules(feed.rules, magpie.now());
  const entries = [...(await readManifest(magpie, feed, { maxBytes: MAX_PREVIEW_BYTES }))]
    .filter(([, entry]) => passesRules(judgedEvent(entry), rules))
    .sort(([, a], [, b]) => judgedEvent(b).timestamp - judgedEvent(a).timestamp);
  return Object.fromEntries(entries.slice(offset, offset + limit));
}

/** The stored headers, which the viewer may use and not see. */
async function withHeaders(magpie: Magpie, feed: FeedRow): Promise<FeedRow> {
  const row = await magpie.database.aside('headers of a feed', (tx) =>
    tx.first<{ headers: string | null }>('select headers from feeds where id = $1', [feed.id]),
  );
  return { ...feed, headers: row?.headers ?? null };
}

/** MISP sends back to the list when the source cannot be read. */
function backToList(error: unknown): Answer {
  if (error instanceof OutgoingError) return redirect('/feeds');
  throw error;
}

function indicatorWire(indicator: Indicator): JsonObject {
  return {
    category: indicator.category,
    default_type: indicator.type,
    types: indicator.alternatives,
    type: indicator.type,
    value: indicator.value,
    to_ids: indicator.toIds,
  };
}
