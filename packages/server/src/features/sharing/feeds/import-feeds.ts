import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest, Invalid } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { fetchContentList, readContentList } from '../../knowledge/content/content-lists.ts';
import { ContentSourceError } from '../../knowledge/content/libraries.ts';
import { captureTags } from '../../knowledge/tags/service.ts';
import { readFeedInput } from './feed-input.ts';
import { knownUrls } from './queries.ts';
import { storeFeed } from './service.ts';

/** The only fields that are taken from elsewhere: an imported feed does nothing until somebody enables it. */
const IMPORTED = [
  'name',
  'provider',
  'url',
  'rules',
  'source_format',
  'fixed_event',
  'delta_merge',
  'override_ids',
  'publish',
  'settings',
  'lookup_visible',
  'headers',
] as const;
const MAX_FEEDS = 10_000;

/** Stores the feeds of a list `{Feed, Tag}` that are not here yet (by address). Returns how many. Throws `BadRequest`. */
export function importFeeds(magpie: Magpie, viewer: Viewer, list: unknown): Promise<number> {
  return magpie.database.as(viewer, (tx) => storeList(tx, readList(list), {}));
}

/** Fetches the list of known feeds, or takes the last one, and stores those that are not here yet. */
export async function loadDefaultFeeds(magpie: Magpie, viewer: Viewer): Promise<number> {
  const list = await fetchContentList(magpie, 'feeds').catch(async (error: unknown) => {
    if (!(error instanceof ContentSourceError)) throw error;
    const last = await readContentList(magpie, 'feeds');
    if (last === null) throw new Invalid('', `The list of feeds could not be read: ${error.message}`);
    return last;
  });
  return magpie.database.as(viewer, (tx) => storeList(tx, readList(list), { default: true }));
}

async function storeList(tx: Transaction, list: readonly JsonObject[], extra: { default?: boolean }): Promise<number> {
  const wanted = list.flatMap((entry) => {
    const feed = isObject(entry.Feed) ? entry.Feed : entry;
    const url = typeof feed.url === 'string' ? feed.url.trim() : '';
    return url === '' ? [] : [{ url, feed, tag: entry.Tag }];
  });
  const known = await knownUrls(
    tx,
    wanted.flatMap(({ url }) => [url, url.replace(/\/+$/, '')]),
  );
  const tagNames = [...new Set(wanted.flatMap(({ tag }) => tagNameOf(tag) ?? []))];
  const tags = await tagIds(tx, wanted, tagNames);
  let stored = 0;
  for (const { url, feed, tag } of wanted) {
    if (known.has(url) || known.has(url.replace(/\/+$/, ''))) continue;
    known.add(url);
    const fields = Object.fromEntries(IMPORTED.map((field) => [field, feed[field]]));
    const input = await readFeedInput(tx, fields, { input_source: 'network', distribution: 0 });
    if (input.name === undefined || input.url === undefined) throw new BadRequest('A feed has no name.');
    await storeFeed(tx, {
      provider: '',
      source_format: 'freetext',
      ...input,
      tag_id: tags.get((tagNameOf(tag) ?? '').toLowerCase()) ?? 0,
      ...extra,
    });
    stored += 1;
  }
  return stored;
}

async function tagIds(
  tx: Transaction,
  wanted: readonly { tag: unknown }[],
  names: readonly string[],
): Promise<Map<string, number>> {
  if (names.length === 0 || tx.viewer === null) return new Map();
  const described = new Map(wanted.flatMap(({ tag }) => (isObject(tag) ? [[tagNameOf(tag) ?? '', tag]] : [])));
  const captured = await captureTags(
    tx,
    tx.viewer,
    names.map((name) => {
      const colour = described.get(name)?.colour;
      return { name, ...(typeof colour === 'string' ? { colour } : {}) };
    }),
  );
  return new Map([...captured].map(([name, tag]) => [name, tag.id]));
}

function tagNameOf(tag: unknown): string | null {
  return isObject(tag) && typeof tag.name === 'string' && tag.name !== '' ? tag.name : null;
}

/** A list, one entry, or either as JSON text, perhaps in `json`. */
function readList(given: unknown): JsonObject[] {
  if (typeof given === 'string') return readList(parse(given));
  if (isObject(given)) {
    if (typeof given.json === 'string') return readList(given.json);
    if (isObject(given.Feed) && typeof given.Feed.json === 'string') return readList(given.Feed.json);
    return [given];
  }
  if (!Array.isArray(given) || given.length > MAX_FEEDS) throw new BadRequest('Expected a list of feeds.');
  return given.filter(isObject);
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object') return value;
  } catch (error) {
    throw new BadRequest(`The list of feeds is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  throw new BadRequest('Expected a list of feeds.');
}
