import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Conflict } from '../../../errors.ts';
import type { CachedValue } from './keys.ts';

/** Whose values they are. */
export type SourceOwner = { feed: number } | { server: number };

const BATCH = 10_000;

/**
 * Replaces what is known of a source by `values`. They are written beside the present ones in short transactions, and
 * take their place in the last one, so that look-ups see the old or the new set and never a part. Returns how many.
 */
export async function loadValues(
  magpie: Pick<Magpie, 'database'>,
  owner: SourceOwner,
  values: AsyncIterable<CachedValue>,
  onProgress: (loaded: number) => void = () => {},
): Promise<number> {
  const isFeed = 'feed' in owner;
  const sourceId = await magpie.database.asSystem('new value source', async (tx) => {
    const row = await tx.first<{ id: number }>(
      'insert into value_sources (feed_id, server_id) values ($1, $2) returning id',
      isFeed ? [owner.feed, null] : [null, owner.server],
    );
    if (row === null) throw new Error('a value source could not be made');
    return row.id;
  });
  try {
    let loaded = 0;
    for await (const batch of inBatches(values)) {
      await magpie.database.asSystem('values of a source', (tx) => insertValues(tx, sourceId, batch));
      loaded += batch.length;
      onProgress(loaded);
    }
    await magpie.database.asSystem('switch value source', async (tx) => {
      const finished = await tx.execute(
        `update value_sources set loaded_at = now(),
           value_count = (select count(distinct md5) from cached_values where source_id = $1) where id = $1`,
        [sourceId],
      );
      // Another load of the same source has finished meanwhile and cleared this one away.
      if (finished === 0) throw new Conflict('The source was loaded by somebody else at this moment.');
      const table = isFeed ? 'feeds' : 'servers';
      const switched = await tx.execute(`update ${table} set cache_source_id = $2 where id = $1`, [
        isFeed ? owner.feed : owner.server,
        sourceId,
      ]);
      await forgetSources(tx, owner, switched > 0 ? sourceId : null);
    });
    return loaded;
  } catch (error) {
    await magpie.database.asSystem('unfinished value source', (tx) => removeSources(tx, [sourceId]));
    throw error;
  }
}

/**
 * Counts again how the current sources overlap. Called after loads, so that comparing costs a reader nothing; its own
 * cost is that of the sources that were loaded since.
 */
export async function countOverlaps(magpie: Pick<Magpie, 'database'>): Promise<void> {
  const sources = await magpie.database.asSystem('current value sources', (tx) =>
    tx.query<{ id: number; counted: boolean }>(
      `select s.id, exists (select from source_overlaps o where o.source_id = s.id and o.other_id = s.id) as counted
       from value_sources s where s.id in (select cache_source_id from feeds union select cache_source_id from servers)
       order by s.id`,
    ),
  );
  for (const { id } of sources.filter(({ counted }) => !counted)) {
    await magpie.database.asSystem('overlaps of a value source', (tx) => countOverlapsOf(tx, id, sources));
  }
  for (const { id } of sources) {
    await magpie.database.asSystem('coverage of a value source', (tx) =>
      tx.execute(
        `update value_sources set covered_count = (
           select count(distinct a.md5) from cached_values a where a.source_id = $1 and exists (
             select from cached_values b where b.md5 = a.md5 and b.source_id <> $1 and b.source_id = any($2::bigint[])))
         where id = $1`,
        [id, sources.map((source) => source.id)],
      ),
    );
  }
}

async function countOverlapsOf(tx: Transaction, id: number, sources: readonly { id: number }[]): Promise<void> {
  // The row of a source with itself says that it was counted.
  await tx.execute(
    `with pairs as (
       select b.source_id as other, count(distinct a.md5) as overlap from cached_values a
         join cached_values b on b.md5 = a.md5 and b.source_id = any($2::bigint[])
       where a.source_id = $1 and b.source_id <> $1 group by b.source_id)
     insert into source_overlaps (source_id, other_id, overlap)
       select $1, other, overlap from pairs union all select other, $1, overlap from pairs union all select $1, $1, 0
     on conflict (source_id, other_id) do update set overlap = excluded.overlap`,
    [id, sources.map((source) => source.id)],
  );
}

/** Removes what was loaded for a feed or server, all but `kept`. */
export function forgetSources(tx: Transaction, owner: SourceOwner, kept: number | null = null): Promise<void> {
  return tx.elevated('caches have no viewer', async () => {
    const isFeed = 'feed' in owner;
    const rows = await tx.query<{ id: number }>(
      `select id from value_sources where ${isFeed ? 'feed_id' : 'server_id'} = $1 and id is distinct from $2
         for update skip locked`,
      [isFeed ? owner.feed : owner.server, kept],
    );
    await removeSources(
      tx,
      rows.map((row) => row.id),
    );
    if (kept === null) {
      const table = isFeed ? 'feeds' : 'servers';
      await tx.execute(`update ${table} set cache_source_id = null where id = $1`, [
        isFeed ? owner.feed : owner.server,
      ]);
    }
  });
}

async function removeSources(tx: Transaction, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute('delete from cached_values where source_id = any($1::bigint[])', [ids]);
  await tx.execute('delete from value_sources where id = any($1::bigint[])', [ids]);
}

function insertValues(tx: Transaction, sourceId: number, batch: readonly CachedValue[]): Promise<number> {
  return tx.execute(
    `insert into cached_values (source_id, md5, h, event_uuid)
     select distinct $1::bigint, v.md5, v.h, v.event_uuid
     from unnest($2::bigint[], $3::bigint[], $4::uuid[]) as v (md5, h, event_uuid)`,
    [sourceId, batch.map((value) => value.md5), batch.map((value) => value.h), batch.map((value) => value.eventUuid)],
  );
}

async function* inBatches(values: AsyncIterable<CachedValue>): AsyncGenerator<CachedValue[]> {
  let batch: CachedValue[] = [];
  for await (const value of values) {
    batch.push(value);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
