import type { Transaction } from '../database/transaction.ts';
import { isSiteAdmin, type Viewer } from './viewer.ts';

/**
 * The audiences a viewer belongs to, as the bitmap that the `visible_*` views test (design: one bit per audience).
 * Bitmaps are cached per organisation and dropped whenever an audience or a membership changes.
 */
export interface AccessBitmaps {
  /** The statement that opens a transaction bound to the viewer. */
  beginStatement(viewer: Viewer): Promise<string>;
  /** Changes whenever bitmaps were dropped: a transaction that began before has to be bound anew. */
  readonly generation: number;
  /** The statement that binds an open transaction to the viewer's audiences of now. */
  bindStatement(viewer: Viewer): Promise<string>;
  /** Drops all cached bitmaps; called when audiences, memberships or organisations change. */
  forget(): void;
}

type RunAsSystem = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

/** Bits beyond the highest audience id in a site administrator's bitmap, so that new audiences are seen at once. */
const SPARE_BITS = 4096;

/** Creates the cache; `runAsSystem` reads audiences and memberships. */
export function createAccessBitmaps(runAsSystem: RunAsSystem): AccessBitmaps {
  let generation = 0;
  const cache = new Map<string, { generation: number; bitmap: Promise<string> }>();

  function bitmapOf(viewer: Viewer): Promise<string> {
    const key = isSiteAdmin(viewer) ? 'all' : String(viewer.organisationId);
    const known = cache.get(key);
    if (known && known.generation === generation) return known.bitmap;
    const bitmap = runAsSystem((tx) => (key === 'all' ? readFullBitmap(tx) : readBitmap(tx, viewer.organisationId)));
    const entry = { generation, bitmap };
    cache.set(key, entry);
    bitmap.catch(() => {
      if (cache.get(key) === entry) cache.delete(key);
    });
    return bitmap;
  }

  return {
    get generation() {
      return generation;
    },
    async bindStatement(viewer) {
      return `set local magpie.viewer = '${await bitmapOf(viewer)}'`;
    },
    async beginStatement(viewer) {
      const bitmap = await bitmapOf(viewer);
      const yes = (claim: boolean) => (claim ? 'yes' : 'no');
      // Everything put in here is a number, a fixed word or base64, so it cannot break out of its quotes.
      return `begin; set local role magpie_viewer; set local magpie.viewer = '${bitmap}'; \
set local magpie.organisation = '${Number(viewer.organisationId)}'; set local magpie."user" = '${Number(viewer.userId)}'; \
set local magpie.site_admin = '${yes(isSiteAdmin(viewer))}'; \
set local magpie.organisation_admin = '${yes(viewer.flags.has('perm_admin'))}'`;
    },
    forget() {
      generation += 1;
      cache.clear();
    },
  };
}

async function readFullBitmap(tx: Transaction): Promise<string> {
  const row = await tx.first<{ highest: number }>('select coalesce(max(id), 0) as highest from audiences');
  return Buffer.alloc(Math.ceil(((row?.highest ?? 0) + SPARE_BITS) / 8), 0xff).toString('base64');
}

async function readBitmap(tx: Transaction, organisationId: number): Promise<string> {
  const rows = await tx.query<{ id: number }>(
    `select id from audiences
     where kind = 'everyone' or org_id = $1
       or (kind in ('groups', 'delegated') and sharing_group_ids <@ (
         select coalesce(array_agg(g.id), '{}') || -$1::bigint from sharing_groups g where
           exists (select from sharing_group_organisations o where o.sharing_group_id = g.id and o.org_id = $1)
           or exists (select from sharing_group_servers s where s.sharing_group_id = g.id and s.server_id = 0 and s.all_orgs)))`,
    [organisationId],
  );
  const highest = rows.reduce((max, row) => Math.max(max, row.id), 0);
  const bits = Buffer.alloc(Math.floor(highest / 8) + 1);
  // get_bit() counts from the least significant bit of the first byte.
  for (const { id } of rows) bits[id >> 3] = (bits[id >> 3] ?? 0) | (1 << (id & 7));
  return bits.toString('base64');
}
