import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { foldEvent } from './add.ts';
import { refoldEvent } from './refold.ts';
import type { EventRow } from './rows.ts';
import { createGroupResolver, createWriteContext } from './write-context.ts';

const BATCH = 100;

/**
 * Brings the audiences of all unpublished events in line with `MISP.unpublishedprivate`, after it was changed. When it
 * was turned on this is one statement over all of them; when it was turned off each is folded anew by its distribution.
 */
export async function applyUnpublishedPrivate(magpie: Magpie, viewer: Viewer): Promise<void> {
  if (magpie.settings.get('MISP.unpublishedprivate')) await hideUnpublished(magpie);
  else await openUnpublished(magpie, viewer);
  magpie.database.bitmaps.forget();
}

function hideUnpublished(magpie: Magpie): Promise<void> {
  return magpie.database.asSystem('hide unpublished events', async (tx) => {
    await tx.execute('select hide_unpublished_event(id, org_id) from events where not published and distribution <> 0');
    await tellOthers(tx);
  });
}

async function openUnpublished(magpie: Magpie, viewer: Viewer): Promise<void> {
  let lastId = 0;
  for (;;) {
    const done = await magpie.database.asSystem('open unpublished events', async (tx) => {
      const events = await tx.query<EventRow>(
        'select * from events where not published and distribution <> 0 and id > $1 order by id limit $2 for update',
        [lastId, BATCH],
      );
      for (const event of events) await refold(magpie, tx, viewer, event);
      if (events.length > 0) await tellOthers(tx);
      lastId = events.at(-1)?.id ?? lastId;
      return events.length < BATCH;
    });
    if (done) return;
  }
}

/** Has every process forget what it keeps by what readers see. */
function tellOthers(tx: Transaction): Promise<number> {
  return tx.execute(`select pg_notify('magpie_access', '')`);
}

async function refold(magpie: Magpie, tx: Transaction, viewer: Viewer, event: EventRow): Promise<void> {
  const audience = await foldEvent(magpie, {
    ownerId: event.org_id,
    distribution: event.distribution,
    sharingGroupId: event.sharing_group_id,
    published: event.published,
    delegatedTo: event.delegated_to,
  });
  if (audience.id === event.audience_id) return;
  await tx.execute('update events set audience_id = $2 where id = $1', [event.id, audience.id]);
  const groups = createGroupResolver(magpie, tx, viewer);
  const target = { id: event.id, ownerId: event.org_id, disableCorrelation: event.disable_correlation, audience };
  await refoldEvent(createWriteContext({ magpie, tx, viewer, groups, event: target }));
}
