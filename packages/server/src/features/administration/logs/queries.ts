import type { Transaction } from '../../../database/transaction.ts';
import type { AuditRow, FullAuditRow } from './audit-wire.ts';
import type { Where } from './filters.ts';
import type { LogRow } from './wire.ts';

const LOG_COLUMNS = `c.id, c.at, c.model, c.model_id, c.action, c.user_id, c.email, c.org_name, c.ip, c.before, c.after,
  log_title(c.model, c.model_id, c.event_id, c.action, c.title) as log_title, log_model(c.model) as log_model,
  log_description(c.model, c.model_id, c.action, c.title, c.email, c.user_id) as description`;
const AUDIT_COLUMNS = `c.id, c.at, c.model, c.model_id, c.event_id, c.action, c.title, c.before, c.after, c.user_id,
  c.org_id, c.email, c.org_name, c.org_uuid`;

interface Page {
  limit: number | null;
  offset: number;
}

/**
 * Entries by id, ascending unless `newestFirst`, in batches. Walks the primary key, or the index of the user,
 * organisation, or partial index of the application's entries; each row is one look-up of its user and organisation.
 */
export function streamLog(
  tx: Transaction,
  where: Where,
  page: Page & { newestFirst: boolean },
  batchSize: number,
): AsyncIterable<LogRow[]> {
  const order = page.newestFirst ? 'c.id desc' : 'c.id';
  return tx.batches<LogRow>(
    `select ${LOG_COLUMNS} from visible_changes c ${whereText(where)} order by ${order} ${pageText(page)}`,
    where.values,
    batchSize,
  );
}

/** A page of the audit log, newest first, by the same indexes. */
export function selectAudit(tx: Transaction, where: Where, page: Page): Promise<FullAuditRow[]> {
  return tx.query<FullAuditRow>(
    `select ${AUDIT_COLUMNS}, c.ip, c.auth_key_id, c.request_id
     from visible_changes c ${whereText(where)} order by c.id desc ${pageText(page)}`,
    where.values,
  );
}

/** A page of an event's history, newest first; walks changes_event. */
export function selectEventHistory(tx: Transaction, where: Where, page: Page): Promise<AuditRow[]> {
  return tx.query<AuditRow>(
    `select ${AUDIT_COLUMNS} from visible_event_changes c ${whereText(where)} order by c.id desc ${pageText(page)}`,
    where.values,
  );
}

function whereText({ conditions }: Where): string {
  return conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
}

/** Both numbers were read as whole numbers. */
function pageText({ limit, offset }: Page): string {
  return limit === null ? '' : `limit ${Number(limit)} offset ${Number(offset)}`;
}
