import { ATTRIBUTE_PARTS } from '../attributes/attribute-parts.ts';
import type { FoldedAudience, WriteContext } from './write-context.ts';

interface ReachRow {
  distribution: number;
  sharing_group_id: number;
}

/**
 * Folds an event's new audience into everything it holds, also into what the editor cannot see. Costs one statement
 * for each distinct pair of distributions, not for each row.
 */
export async function refoldEvent(context: WriteContext): Promise<void> {
  await context.tx.elevated('audiences of hidden parts follow the event', async () => {
    await refoldTable(context, 'objects', '');
    await refoldTable(context, 'event_reports', '');
    await refoldTable(context, 'attributes', 'and object_id = 0');
    await refoldMembers(context);
    await refoldLinks(context);
  });
}

async function refoldTable(
  { tx, event, fold }: WriteContext,
  table: 'objects' | 'event_reports' | 'attributes',
  condition: string,
): Promise<void> {
  const reaches = await tx.query<ReachRow>(
    `select distinct distribution, sharing_group_id from ${table} where event_id = $1 ${condition}`,
    [event.id],
  );
  for (const reach of reaches) {
    const audience = await fold(event.audience, reachOf(reach));
    await tx.execute(
      `update ${table} set audience_id = $4
       where event_id = $1 and distribution = $2 and sharing_group_id = $3 and audience_id <> $4 ${condition}`,
      [event.id, reach.distribution, reach.sharing_group_id, audience.id],
    );
  }
}

async function refoldMembers({ tx, event, fold }: WriteContext): Promise<void> {
  const reaches = await tx.query<ReachRow & { object_distribution: number; object_group: number }>(
    `select distinct a.distribution, a.sharing_group_id, o.distribution as object_distribution, o.sharing_group_id as object_group
     from attributes a join objects o on o.id = a.object_id where a.event_id = $1`,
    [event.id],
  );
  for (const reach of reaches) {
    const parent: FoldedAudience = await fold(event.audience, {
      distribution: reach.object_distribution,
      sharingGroupId: reach.object_group || null,
    });
    const audience = await fold(parent, reachOf(reach));
    await tx.execute(
      `update attributes a set audience_id = $6 from objects o
       where a.event_id = $1 and o.id = a.object_id and a.distribution = $2 and a.sharing_group_id = $3
         and o.distribution = $4 and o.sharing_group_id = $5 and a.audience_id <> $6`,
      [
        event.id,
        reach.distribution,
        reach.sharing_group_id,
        reach.object_distribution,
        reach.object_group,
        audience.id,
      ],
    );
  }
}

async function refoldLinks({ tx, event }: WriteContext): Promise<void> {
  await tx.execute('update event_tags set audience_id = $2 where event_id = $1', [event.id, event.audience.id]);
  await tx.execute('update proposals set audience_id = $2 where event_id = $1 and attribute_id = 0', [
    event.id,
    event.audience.id,
  ]);
  for (const table of ATTRIBUTE_PARTS) {
    await tx.execute(
      `update ${table} t set audience_id = a.audience_id from attributes a
       where t.event_id = $1 and a.id = t.attribute_id and t.audience_id <> a.audience_id`,
      [event.id],
    );
  }
  await tx.execute(
    `update event_report_tags t set audience_id = r.audience_id from event_reports r
     where t.event_id = $1 and r.id = t.event_report_id and t.audience_id <> r.audience_id`,
    [event.id],
  );
  await tx.execute(
    `update object_references r set audience_id = o.audience_id from objects o
     where r.event_id = $1 and o.id = r.object_id and r.audience_id <> o.audience_id`,
    [event.id],
  );
}

function reachOf(row: ReachRow) {
  return { distribution: row.distribution, sharingGroupId: row.sharing_group_id || null };
}
