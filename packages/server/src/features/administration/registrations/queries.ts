import type { Transaction } from '../../../database/transaction.ts';

/** A stranger's request for an account. */
export interface InboxRow {
  id: number;
  uuid: string;
  title: string;
  type: string;
  ip: string;
  user_agent: string;
  user_agent_sha256: string;
  comment: string;
  timestamp: number;
  data: Record<string, string>;
}

/** A request for an account, before it is stored. */
export type NewInboxRow = Omit<InboxRow, 'id' | 'uuid'>;

// All of these run as system: the inbox is the site administrator's, and a stranger has no viewer.

/** Requests by id, those whose title, mail or comment holds `part`. */
export function listRequests(
  tx: Transaction,
  part: string,
  page: { limit: number; offset: number },
): Promise<InboxRow[]> {
  return tx.query<InboxRow>(
    `select * from inbox where $1 = '' or position($1 in lower(concat_ws(' ', title, comment, data::text))) > 0
     order by id limit $2 offset $3`,
    [part.toLowerCase(), page.limit, page.offset],
  );
}

/** Stores a request, unless the mail has one already or the address has sent too many. False when it was too many. */
export async function insertRequest(
  tx: Transaction,
  row: NewInboxRow,
  limits: { perAddress: number; since: number; total: number },
): Promise<boolean> {
  await tx.execute(`select pg_advisory_xact_lock(hashtextextended('registration', 0))`);
  const seen = await tx.first<{ from_address: number; total: number }>(
    `select (select count(*) from inbox where ip = $1 and timestamp >= $2) as from_address,
       (select count(*) from inbox) as total`,
    [row.ip, limits.since],
  );
  if (seen === null || seen.from_address >= limits.perAddress || seen.total >= limits.total) return false;
  await tx.execute(
    `insert into inbox (title, type, ip, user_agent, user_agent_sha256, comment, timestamp, data)
     select $1, $2, $3, $4, $5, $6, $7, $8::jsonb
     where not exists (select from inbox where lower(data ->> 'email') = lower($8::jsonb ->> 'email'))`,
    [
      row.title,
      row.type,
      row.ip,
      row.user_agent,
      row.user_agent_sha256,
      row.comment,
      row.timestamp,
      JSON.stringify(row.data),
    ],
  );
  return true;
}

/** The requests with these ids or uuids, locked. */
export function lockRequests(tx: Transaction, ids: readonly number[], uuids: readonly string[]): Promise<InboxRow[]> {
  return tx.query<InboxRow>(
    'select * from inbox where id = any ($1::bigint[]) or uuid = any ($2::uuid[]) order by id for update',
    [ids, uuids],
  );
}

/** Takes requests out of the inbox, by their ids. */
export async function deleteRequests(tx: Transaction, ids: readonly number[]): Promise<void> {
  await tx.execute('delete from inbox where id = any ($1::bigint[])', [ids]);
}
