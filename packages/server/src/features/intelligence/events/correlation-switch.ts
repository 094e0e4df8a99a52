import type { Transaction } from '../../../database/transaction.ts';
import { correlationMode } from '../attributes/value-digest.ts';

/**
 * Brings the correlation mode of all of an event's attributes in line with the event's switch, hidden ones too.
 * One statement for each kind of attribute, not for each attribute.
 */
export async function setEventCorrelation(tx: Transaction, eventId: number, enabled: boolean): Promise<void> {
  await tx.elevated('correlation of hidden attributes follows the event', async () => {
    if (!enabled) {
      await tx.execute('update attributes set correlates = 0 where event_id = $1 and correlates > 0', [eventId]);
      return;
    }
    const kinds = await tx.query<{ type: string; two: boolean }>(
      `select distinct type, value2 <> '' as two from attributes where event_id = $1`,
      [eventId],
    );
    const modes = kinds.map(({ type, two }) =>
      correlationMode({
        type,
        value2: two ? 'present' : '',
        deleted: false,
        disableCorrelation: false,
        eventDisablesCorrelation: false,
      }),
    );
    await tx.execute(
      `update attributes a set correlates = k.mode
       from unnest($2::text[], $3::boolean[], $4::smallint[]) as k (type, two, mode)
       where a.event_id = $1 and a.type = k.type and (a.value2 <> '') = k.two and not a.deleted and not a.disable_correlation`,
      [eventId, kinds.map((kind) => kind.type), kinds.map((kind) => kind.two), modes],
    );
  });
}
