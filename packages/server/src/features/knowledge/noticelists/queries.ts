import type { Transaction } from '../../../database/transaction.ts';

/** A noticelist as stored. */
export interface NoticelistRow {
  id: number;
  name: string;
  expanded_name: string;
  ref: string[];
  geographical_area: string[];
  version: number;
  enabled: boolean;
}

const columns = 'id, name, expanded_name, ref, geographical_area, version, enabled';

/** All noticelists; a handful. */
export function selectNoticelists(tx: Transaction): Promise<NoticelistRow[]> {
  return tx.query<NoticelistRow>(`select ${columns} from noticelists order by id`);
}

/** One noticelist. */
export function selectNoticelist(tx: Transaction, id: number): Promise<NoticelistRow | null> {
  return tx.first<NoticelistRow>(`select ${columns} from noticelists where id = $1`, [id]);
}

/** The notices of a list, as in its file. */
export function selectEntries(tx: Transaction, noticelistId: number): Promise<{ id: number; data: unknown }[]> {
  return tx.query('select id, data from noticelist_entries where noticelist_id = $1 order by id', [noticelistId]);
}
