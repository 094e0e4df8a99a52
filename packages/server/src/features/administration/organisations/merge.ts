import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import type { OrganisationRow } from './organisation-row.ts';
import { deleteOrganisation, lockOrganisation } from './queries.ts';

/** Columns that name an organisation by its id; a test compares them with the database's own list. */
export const ORGANISATION_ID_COLUMNS = [
  'org_id',
  'orgc_id',
  'delegated_to',
  'requester_org_id',
  'remote_org_id',
  'sync_org_id',
];
/** Counts by audience: triggers of what is counted keep them. */
const COUNTS = ['attribute_blocks', 'attribute_uses', 'event_attribute_counts', 'tag_uses'];
/** Treated by themselves. */
const NOT_MOVED = ['audiences', 'sharing_group_organisations'];

/**
 * Moves everything that belongs to one organisation to another, and deletes it. Whoever could read a row still can, and
 * the members of the remaining organisation read what was reserved for the one that is gone.
 */
export async function mergeOrganisations(
  magpie: Magpie,
  viewer: Viewer,
  sourceId: number | null,
  targetId: number | null,
): Promise<number> {
  if (!isSiteAdmin(viewer)) throw new Forbidden('Only site administrators merge organisations.');
  if (sourceId === null || targetId === null) throw new NotFound('Invalid organisation');
  if (sourceId === targetId) throw new Invalid('', 'An organisation cannot be merged with itself.');
  await magpie.database.asSystem('merge organisations', async (tx) => {
    const [first, second] = [Math.min(sourceId, targetId), Math.max(sourceId, targetId)];
    const locked = [await lockOrganisation(tx, first), await lockOrganisation(tx, second)];
    const source = locked.find((row) => row?.id === sourceId);
    const target = locked.find((row) => row?.id === targetId);
    if (!source || !target) throw new NotFound('Invalid organisation');
    await moveAudiences(tx, sourceId, targetId);
    await moveMemberships(tx, sourceId, targetId);
    await moveOwnership(tx, sourceId, targetId);
    await moveMentions(tx, source, target);
    await deleteOrganisation(tx, sourceId);
    await recordChanges(
      tx,
      [
        {
          model: 'Organisation',
          action: 'merge',
          modelId: target.id,
          modelUuid: target.uuid,
          title: target.name,
          before: { merged: source.name, merged_uuid: source.uuid },
        },
      ],
      viewer,
    );
    await tx.execute(`select pg_notify('magpie_access', '')`);
  });
  if (magpie.settings.get('MISP.host_org_id') === sourceId) {
    await magpie.settings.set(viewer, 'MISP.host_org_id', targetId);
  }
  await magpie.accounts.changed();
  return targetId;
}

/**
 * Where an audience becomes the same as another, rows move to that one; otherwise it changes hands. An organisation that
 * is asked to take an event over stands among the groups, as the negative of its id.
 */
async function moveAudiences(tx: Transaction, sourceId: number, targetId: number): Promise<void> {
  const tables = await tablesWith(tx, ['audience_id']);
  const doubled = await tx.query<{ old: number; new: number }>(
    `with changed as (
       select id, kind, case when org_id = $1 then $2 else org_id end as org_id,
         array_replace(sharing_group_ids, -$1::bigint, -$2::bigint) as sharing_group_ids
       from audiences where org_id = $1 or (kind = 'delegated' and -$1::bigint = any (sharing_group_ids))
     ), kept as (
       select c.id as old, coalesce(t.id, min(c.id) over (partition by c.kind, c.org_id, c.sharing_group_ids)) as new
       from changed c left join audiences t
         on t.kind = c.kind and t.org_id = c.org_id and t.sharing_group_ids = c.sharing_group_ids
     ) select old, new from kept where old <> new`,
    [sourceId, targetId],
  );
  for (const { table } of tables) {
    if (COUNTS.includes(table)) continue;
    await tx.execute(
      `update ${table} set audience_id = m.new from unnest($1::integer[], $2::integer[]) as m (old, new)
       where audience_id = m.old`,
      [doubled.map((pair) => pair.old), doubled.map((pair) => pair.new)],
    );
  }
  // What is left there of audiences that are gone adds up to nothing.
  for (const table of COUNTS) {
    await tx.execute(`delete from ${table} where audience_id = any ($1::integer[])`, [doubled.map((pair) => pair.old)]);
  }
  await tx.execute('delete from audiences where id = any ($1::integer[])', [doubled.map((pair) => pair.old)]);
  await tx.execute(
    `update audiences set org_id = case when org_id = $1 then $2 else org_id end,
       sharing_group_ids = case when kind = 'delegated'
         then array_replace(sharing_group_ids, -$1::bigint, -$2::bigint) else sharing_group_ids end
     where org_id = $1 or (kind = 'delegated' and -$1::bigint = any (sharing_group_ids))`,
    [sourceId, targetId],
  );
}

async function moveMemberships(tx: Transaction, sourceId: number, targetId: number): Promise<void> {
  await tx.execute(
    `update sharing_group_organisations t set extend = t.extend or s.extend from sharing_group_organisations s
     where s.org_id = $1 and t.org_id = $2 and t.sharing_group_id = s.sharing_group_id`,
    [sourceId, targetId],
  );
  await tx.execute(
    `delete from sharing_group_organisations where org_id = $1 and sharing_group_id in
       (select sharing_group_id from sharing_group_organisations where org_id = $2)`,
    [sourceId, targetId],
  );
  await tx.execute('update sharing_group_organisations set org_id = $2 where org_id = $1', [sourceId, targetId]);
}

async function moveOwnership(tx: Transaction, sourceId: number, targetId: number): Promise<void> {
  for (const { table, column } of await tablesWith(tx, ORGANISATION_ID_COLUMNS)) {
    if (NOT_MOVED.includes(table) || isHistory(table)) continue;
    await tx.execute(`update ${table} set ${column} = $2 where ${column} = $1`, [sourceId, targetId]);
  }
}

/** Where an organisation is named otherwise than by its id in a column. */
async function moveMentions(tx: Transaction, source: OrganisationRow, target: OrganisationRow): Promise<void> {
  await tx.execute('update sharing_groups set organisation_uuid = $2 where organisation_uuid = $1', [
    source.uuid,
    target.uuid,
  ]);
  await tx.execute(
    `update user_mails set organisation_ids = array_replace(organisation_ids, $1::bigint, $2::bigint)
     where $1::bigint = any (organisation_ids)`,
    [source.id, target.id],
  );
}

/** The change log and its monthly partitions stay as they were written. */
function isHistory(table: string): boolean {
  return table === 'changes' || table.startsWith('changes_');
}

/** Tables of ours with any of the columns; the names come from the database itself, quoted. */
function tablesWith(tx: Transaction, columns: readonly string[]): Promise<{ table: string; column: string }[]> {
  return tx.query(
    `select quote_ident(c.relname) as table, quote_ident(a.attname) as column
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not a.attisdropped
       and a.attname = any ($1) order by c.relname, a.attname`,
    [columns],
  );
}
