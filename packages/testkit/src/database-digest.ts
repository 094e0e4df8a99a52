import type { Database } from './server-parts.ts';

/**
 * What reading may change: when keys, accounts and sessions were used last, and the ledger of interned audiences,
 * which are values that no reader can see.
 */
const volatileColumns: Readonly<Record<string, readonly string[]>> = {
  users: ['last_api_access', 'current_login', 'last_login'],
  auth_keys: ['last_used', 'unique_ips'],
};
const volatileTables: ReadonlySet<string> = new Set(['audiences', 'sessions']);

/**
 * A digest of every table's content, by table name: two of them are equal exactly when nothing was stored, changed or
 * deleted between them. For test databases; it reads everything.
 */
export function databaseDigest(database: Database): Promise<Record<string, string>> {
  return database.asSystem('digest of all tables', async (tx) => {
    const tables = await tx.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'
       order by relname`,
    );
    const digests: Record<string, string> = {};
    for (const { name } of tables) {
      if (volatileTables.has(name)) continue;
      const row = await tx.first<{ digest: string }>(
        `select count(*) || ' rows ' || md5(coalesce(string_agg(r, e'\\n' order by r), '')) as digest
         from (select (to_jsonb(t) - $1::text[])::text as r from ${name} t) rows`,
        [volatileColumns[name] ?? []],
      );
      digests[name] = row?.digest ?? '';
    }
    return digests;
  });
}
