import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { SqlValue, Transaction } from '../../../database/transaction.ts';

/** Counts that take no longer are made anew each time. */
const WORTH_KEEPING_MS = 200;
const MOST_KEPT = 1000;

/** What was counted, and in which state of the data. */
interface Kept {
  readonly state: string;
  readonly total: number;
}

/** The last counts that took long, oldest first, by what was asked and by whom. */
const recent = new Map<string, Kept>();

/**
 * The rows of `from` that meet the condition, as the viewer sees them. Who reads page after page pays for a large total
 * once, as long as nothing is written in between: long counts are kept for the state of the data that they are of.
 */
export async function countRows(
  tx: Transaction,
  { from, where }: { readonly from: string; readonly where: string },
  values: readonly SqlValue[],
): Promise<number> {
  // In one statement with the state, so that both are of the same moment.
  const sql = `select count(*) as n, ${STATE} as state from ${from} where ${where}`;
  const key = keyOf(tx, sql, values);
  const known = key === null ? undefined : recent.get(key);
  if (known !== undefined && known.state === (await stateOf(tx))) return known.total;
  const begun = performance.now();
  const row = await tx.first<{ n: number; state: string }>(sql, values);
  const total = row?.n ?? 0;
  if (key !== null && row && performance.now() - begun >= WORTH_KEEPING_MS) keep(key, { state: row.state, total });
  return total;
}

// The bitmap tells what the viewer's memberships are at this moment.
const STATE = `concat(data_state(), ' ', md5(current_setting('magpie.viewer', true)))`;

async function stateOf(tx: Transaction): Promise<string | null> {
  const row = await tx.first<{ state: string }>(`select ${STATE} as state`);
  return row?.state ?? null;
}

function keep(key: string, total: Kept): void {
  recent.delete(key);
  recent.set(key, total);
  const [oldest] = recent.keys();
  if (recent.size > MOST_KEPT && oldest !== undefined) recent.delete(oldest);
}

/** Null outside of a viewer's transaction. */
function keyOf({ viewer }: Transaction, sql: string, values: readonly SqlValue[]): string | null {
  if (viewer === null) return null;
  const asked = JSON.stringify([viewer.userId, viewer.organisationId, [...viewer.flags].sort(), sql, values]);
  return createHash('sha256').update(asked).digest('base64');
}
