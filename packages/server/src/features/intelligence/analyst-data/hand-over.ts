import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { audienceOf } from './store.ts';

/** Who said something, and who says it from now on. */
export interface HandOver {
  readonly from: number;
  readonly to: Viewer;
}

/**
 * Puts what an organisation has said about an event or a part of it, answers to such entries included, in the name of
 * another, where others may read it. What it kept to itself stays its own. The transaction must have full rights.
 */
export async function handOverEntries(
  magpie: Magpie,
  tx: Transaction,
  eventId: number,
  { from, to }: HandOver,
): Promise<void> {
  // By reach: who reads them is found out once for all of one.
  const reaches = await tx.query<{ distribution: number; sharing_group_id: number; ids: number[] }>(
    `with recursive part (uuid) as (
       select uuid from events where id = $1 union all select uuid from attributes where event_id = $1
       union all select uuid from objects where event_id = $1
       union all select uuid from event_reports where event_id = $1
     ), entry (uuid) as (
       select d.uuid from part join analyst_data d on d.object_uuid = part.uuid
       union select d.uuid from entry join analyst_data d on d.object_uuid = entry.uuid
     )
     select distribution, sharing_group_id, array_agg(id) as ids from (
       select d.id, d.distribution, d.sharing_group_id from analyst_data d join entry on entry.uuid = d.uuid
       where $2 in (d.org_id, d.orgc_id) and d.distribution between 1 and 4 order by d.id for update of d
     ) open group by 1, 2`,
    [eventId, from],
  );
  for (const { distribution, sharing_group_id: groupId, ids } of reaches) {
    const audience = audienceOf(distribution, groupId, to.organisationId);
    await tx.execute(
      `update analyst_data set audience_id = case when org_id = $2 then $5 else audience_id end,
         authors = case when orgc_id = $2 then $4 else authors end,
         org_id = case when org_id = $2 then $3 else org_id end,
         orgc_id = case when orgc_id = $2 then $3 else orgc_id end
       where id = any ($1::bigint[])`,
      [ids, from, to.organisationId, to.email, await magpie.audiences.idOf(audience)],
    );
  }
}
