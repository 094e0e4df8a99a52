import type { Transaction } from '../../../database/transaction.ts';

/** Live attributes by type or category, from the counters; with `percent` as shares of all, three decimals at most. */
export async function attributeStatistics(
  tx: Transaction,
  column: 'type' | 'category',
  percent: boolean,
): Promise<Record<string, string>> {
  const rows = await tx.query<{ name: string; n: number }>(
    `select ${column} as name, sum(live)::bigint as n from visible_attribute_uses group by 1 having sum(live) > 0
     order by lower(${column}), 1`,
  );
  const total = rows.reduce((sum, row) => sum + row.n, 0);
  const written = (n: number) => (percent ? `${Number(((n * 100) / total).toFixed(3))}%` : String(n));
  return Object.fromEntries(rows.map((row) => [row.name, written(row.n)]));
}
