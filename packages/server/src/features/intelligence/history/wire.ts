import { isObject } from '../../../http/lenient.ts';
import { eventHistoryWire } from '../../administration/logs/audit-wire.ts';
import type { HistoryRow } from './states.ts';

/** An entry as MISP's history of an event tells it, with the uuid of what was changed. */
export function entryWire(row: HistoryRow): Record<string, unknown> {
  const { AuditLog, ...rest } = eventHistoryWire(row);
  return { AuditLog: { ...(isObject(AuditLog) ? AuditLog : {}), model_uuid: row.model_uuid }, ...rest };
}
