import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { type JsonObject, readId } from '../../../http/lenient.ts';
import { forgetSources } from '../caches/load.ts';
import { type FeedInput, readFeedInput } from './feed-input.ts';
import type { FeedRow } from './feed-row.ts';
import { deleteFeed, findFeed, insertFeed, updateFeed } from './queries.ts';

const NO_FEED = 'Invalid Feed.';
const BLANK = ['This field cannot be left blank'];

/** What MISP sets where a REST client says nothing. */
const REST_DEFAULTS = {
  source_format: 'freetext',
  input_source: 'network',
  fixed_event: true,
  distribution: 0,
  settings: '[]',
} as const;

/** True for site administrators and members of the instance's own organisation. */
export function isHost(magpie: Magpie, viewer: Viewer): boolean {
  const host = magpie.settings.get('MISP.host_org_id');
  return isSiteAdmin(viewer) || (host !== 0 && viewer.organisationId === host);
}

/** Throws `Forbidden` for all others. */
export function requireHost(magpie: Magpie, viewer: Viewer): void {
  if (!isHost(magpie, viewer)) throw new Forbidden('You do not have permission to use this functionality.');
}

/** A visible feed by the id in a path. Throws `NotFound`. */
export async function requireFeed(tx: Transaction, key: string | undefined): Promise<FeedRow> {
  const id = readId(key);
  const row = id === null ? null : await findFeed(tx, id);
  if (row === null) throw new NotFound(NO_FEED);
  return row;
}

/** Stores a feed. Throws `Invalid`. */
export function addFeed(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<FeedRow> {
  return magpie.database.as(viewer, async (tx) => {
    const input = await readFeedInput(tx, body, { input_source: 'network', distribution: 0 });
    requireLocalAccess(magpie, input.input_source);
    for (const field of ['url', 'name', 'provider'] as const) {
      if (input[field] === undefined) throw new Invalid('', { [field]: BLANK });
    }
    return storeFeed(tx, { ...REST_DEFAULTS, ...input });
  });
}

/** Changes what the body names. Another address or format makes the cache void. Throws `NotFound`, `Invalid`. */
export function editFeed(magpie: Magpie, viewer: Viewer, key: string | undefined, body: JsonObject): Promise<FeedRow> {
  return magpie.database.as(viewer, async (tx) => {
    const before = await requireFeed(tx, key);
    const input = await readFeedInput(tx, body, before);
    requireLocalAccess(magpie, input.input_source);
    return changeFeed(tx, before, input);
  });
}

/** Switches a feed, or the caching of it, on or off. Throws `NotFound`. */
export function switchFeed(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  fields: { enabled?: boolean; caching_enabled?: boolean },
): Promise<FeedRow> {
  return magpie.database.as(viewer, async (tx) => changeFeed(tx, await requireFeed(tx, key), fields));
}

/** Removes a feed with its cache; events that it brought stay. Throws `NotFound`. */
export function removeFeed(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await requireFeed(tx, key);
    await deleteFeed(tx, row.id);
    await forgetSources(tx, { feed: row.id });
    await recordChanges(tx, [{ ...changeOf('delete', row), before: loggedFields(row) }]);
    return row.id;
  });
}

/** Stores a new feed with its change record. */
export async function storeFeed(tx: Transaction, input: FeedInput & { default?: boolean }): Promise<FeedRow> {
  const row = await insertFeed(tx, columnsOf(input, input.source_format));
  await recordChanges(tx, [{ ...changeOf('add', row), after: loggedFields(row) }]);
  return row;
}

async function changeFeed(tx: Transaction, before: FeedRow, input: FeedInput): Promise<FeedRow> {
  const row = await updateFeed(tx, before.id, columnsOf(input, input.source_format ?? before.source_format));
  if (row === null) throw new NotFound(NO_FEED);
  if (row.url !== before.url || row.source_format !== before.source_format) {
    await forgetSources(tx, { feed: row.id });
  }
  const change = difference(loggedFields(before), loggedFields(row));
  if (change !== null) await recordChanges(tx, [{ ...changeOf('edit', row), ...change }]);
  return row;
}

function columnsOf(input: FeedInput, format: string | undefined): Record<string, SqlValue> {
  const columns: Record<string, SqlValue> = { ...input };
  // The events of a MISP feed have creators of their own.
  if (format === 'misp' && input.orgc_id !== undefined) columns.orgc_id = 0;
  if (format === 'misp' && input.url !== undefined && input.input_source !== 'local') {
    columns.url = input.url.replace(/\/+$/, '');
  }
  return columns;
}

function requireLocalAccess(magpie: Magpie, source: string | undefined): void {
  if (source === 'local' && magpie.settings.stored('Security.disable_local_feed_access') !== false) {
    throw new Invalid('', { input_source: ['Local feeds are switched off (Security.disable_local_feed_access).'] });
  }
}

function changeOf(action: string, row: FeedRow) {
  return { model: 'Feed', action, modelId: row.id, title: row.name };
}

/** What the change log keeps of a feed: headers may hold keys. */
function loggedFields(row: FeedRow): Record<string, unknown> {
  const { headers, cache_source_id: _cache, ...shown } = row;
  return { ...shown, headers: headers === null ? null : '*****' };
}
