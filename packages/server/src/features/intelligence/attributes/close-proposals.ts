import type { Transaction } from '../../../database/transaction.ts';

/** Closes what is proposed about attributes that the viewer deletes: nobody can take it up any more. */
export async function closeProposalsAbout(
  tx: Transaction,
  attributeIds: readonly number[],
  now: number,
): Promise<void> {
  if (attributeIds.length === 0) return;
  await tx.execute(
    'update visible_proposals set deleted = true, timestamp = $2 where attribute_id = any ($1::bigint[]) and not deleted',
    [[...attributeIds], now],
  );
}
