import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import type { TagRow } from '../../knowledge/tags/rows.ts';
import type { FeedRow } from './feed-row.ts';

/** One visible feed by id, or null. */
export function findFeed(tx: Transaction, id: number): Promise<FeedRow | null> {
  return tx.first<FeedRow>('select * from visible_feeds where id = $1', [id]);
}

/** Which feeds a list shows, by MISP's names. */
export type FeedScope = 'all' | 'enabled' | 'default' | 'custom';

const scopes: Readonly<Record<FeedScope, string>> = {
  all: 'true',
  enabled: 'enabled',
  default: '"default"',
  custom: 'not "default"',
};

/** Visible feeds in the order of their ids. */
export function listFeeds(
  tx: Transaction,
  page: { scope: FeedScope; search: string | null; limit: number; offset: number },
): Promise<FeedRow[]> {
  return tx.query<FeedRow>(
    `select * from visible_feeds where ${scopes[page.scope]}
       and ($1::text is null or strpos(lower(concat_ws(' ', name, provider, url)), lower($1)) > 0)
     order by id limit $2 offset $3`,
    [page.search, page.limit, page.offset],
  );
}

/** What stands around feeds in the list, by id. */
export interface FeedSurroundings {
  tags: Map<number, TagRow>;
  collections: Map<number, CollectionOfFeed>;
  creators: Map<number, { id: number; name: string; uuid: string }>;
  loads: Map<number, LoadOfFeed>;
}

interface CollectionOfFeed {
  id: number;
  uuid: string;
  name: string;
  description: string;
}

interface LoadOfFeed {
  id: number;
  loaded_at: Date;
  value_count: number;
  covered_count: number;
}

/** Tags, tag collections, creators and caches of feeds: four statements whatever their number. */
export async function surroundingsOf(tx: Transaction, feeds: readonly FeedRow[]): Promise<FeedSurroundings> {
  const idsOf = (read: (feed: FeedRow) => number | null) => [
    ...new Set(feeds.map(read).filter((id): id is number => id !== null && id > 0)),
  ];
  const select = async <Row extends { id: number }>(sql: string, ids: number[]): Promise<Map<number, Row>> =>
    ids.length === 0 ? new Map() : new Map((await tx.query<Row>(sql, [ids])).map((row) => [row.id, row]));
  return {
    tags: await select<TagRow>(
      'select * from visible_tags where id = any($1::bigint[])',
      idsOf((feed) => feed.tag_id),
    ),
    collections: await select<CollectionOfFeed>(
      'select id, uuid, name, description from visible_tag_collections where id = any($1::bigint[])',
      idsOf((feed) => feed.tag_collection_id),
    ),
    creators: await select<{ id: number; name: string; uuid: string }>(
      'select id, name, uuid from organisations where id = any($1::bigint[])',
      idsOf((feed) => feed.orgc_id),
    ),
    loads: await select<LoadOfFeed>(
      'select id, loaded_at, value_count, covered_count from visible_value_sources where id = any($1::bigint[])',
      idsOf((feed) => feed.cache_source_id),
    ),
  };
}

/** Stores a feed. The caller has checked that the viewer administers the site: feeds have no owner to be bound to. */
export async function insertFeed(tx: Transaction, columns: Readonly<Record<string, SqlValue>>): Promise<FeedRow> {
  const names = Object.keys(columns);
  const row = await tx.elevated('feeds belong to the site', () =>
    tx.first<FeedRow>(
      `insert into feeds (${names.map(quoted).join(', ')})
       values (${names.map((_name, index) => `$${index + 1}`).join(', ')}) returning *`,
      Object.values(columns),
    ),
  );
  if (row === null) throw new Error('a feed could not be stored');
  return row;
}

/** Changes the named columns of a feed. Names come from this program, never from a body. */
export async function updateFeed(
  tx: Transaction,
  id: number,
  columns: Readonly<Record<string, SqlValue>>,
): Promise<FeedRow | null> {
  const names = Object.keys(columns);
  if (names.length === 0) return findFeed(tx, id);
  const assignments = names.map((name, index) => `${quoted(name)} = $${index + 2}`).join(', ');
  return tx.elevated('feeds belong to the site', () =>
    tx.first<FeedRow>(`update feeds set ${assignments} where id = $1 returning *`, [id, ...Object.values(columns)]),
  );
}

/** Removes a feed. */
export function deleteFeed(tx: Transaction, id: number): Promise<number> {
  return tx.elevated('feeds belong to the site', () => tx.execute('delete from feeds where id = $1', [id]));
}

/** Those of the addresses that a feed has already. */
export async function knownUrls(tx: Transaction, urls: readonly string[]): Promise<Set<string>> {
  const rows = await tx.elevated('addresses of feeds', () =>
    tx.query<{ url: string }>('select url from feeds where url = any($1::text[])', [urls]),
  );
  return new Set(rows.map((row) => row.url));
}

function quoted(name: string): string {
  return `"${name}"`;
}
