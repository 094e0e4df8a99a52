import { databaseTime } from '../database-time.ts';

/** An entry of the change log, with the texts that MISP's `logs` shows. */
export interface LogRow {
  id: number;
  at: Date;
  model: string;
  model_id: number;
  action: string;
  user_id: number | null;
  email: string | null;
  org_name: string;
  ip: string | null;
  log_title: string;
  log_model: string;
  description: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

const MAX_TEXT = 65_535;
const ENTRIES_OF_SIGN_INS = new Set(['login', 'login_fail', 'auth', 'auth_fail', 'auth_alert']);
/** What MISP never tells as changed. */
const UNTOLD = new Set(['id', 'timestamp', 'date_modified', 'modified']);

/** An entry as MISP's `logs` shows it. */
export function logWire(row: LogRow, showAddress: boolean): { Log: Record<string, unknown> } {
  return {
    Log: {
      id: String(row.id),
      title: row.log_title.slice(0, MAX_TEXT),
      created: databaseTime(row.at),
      model: row.log_model,
      model_id: String(row.model_id),
      action: row.action,
      user_id: String(row.user_id ?? 0),
      change: changeText(row).slice(0, MAX_TEXT),
      email: row.email ?? '',
      org: row.org_name,
      description: row.description.slice(0, MAX_TEXT),
      ip: showAddress ? (row.ip ?? '') : '',
    },
  };
}

/** `field (old) => (new), …`; of a sign-in its circumstances as JSON. */
export function changeText(row: Pick<LogRow, 'action' | 'before' | 'after' | 'model'> & { title?: string }): string {
  const { action, before, after } = row;
  if (ENTRIES_OF_SIGN_INS.has(action)) return after === null ? '' : JSON.stringify(after);
  if (action === 'change_pw') return 'Password changed.';
  if (action === 'delete' || action === 'soft_delete') return '';
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return fields
    .filter((field) => !UNTOLD.has(field))
    .map((field) => `${field} (${plain(before?.[field])}) => (${plain(after?.[field])})`)
    .join(', ');
}

function plain(value: unknown): string {
  if (value === undefined || value === null || value === false) return value === false ? '0' : '';
  if (value === true) return '1';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
