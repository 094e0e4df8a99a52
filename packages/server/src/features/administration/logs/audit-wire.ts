import { databaseTime } from '../database-time.ts';

/** An entry of the change log as the audit log shows it. */
export interface AuditRow {
  id: number;
  at: Date;
  model: string;
  model_id: number;
  event_id: number | null;
  action: string;
  title: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  user_id: number | null;
  org_id: number;
  email: string | null;
  org_name: string;
  org_uuid: string | null;
}

/** With what only those see who administer the user. */
export interface FullAuditRow extends AuditRow {
  user_id: number;
  ip: string | null;
  auth_key_id: number | null;
  request_id: string | null;
}

const MODELS: Readonly<Record<string, string>> = { MispAttribute: 'Attribute', MispObject: 'Object' };
const TAGGING: Readonly<Record<string, { tag: string; galaxy: string; words: readonly [did: string, at: string] }>> = {
  attach_tag: { tag: 'tag', galaxy: 'galaxy', words: ['Attached global', 'to'] },
  attach_local_tag: { tag: 'tag_local', galaxy: 'galaxy_local', words: ['Attached local', 'to'] },
  detach_tag: { tag: 'remove_tag', galaxy: 'remove_galaxy', words: ['Detached global', 'from'] },
  detach_local_tag: { tag: 'remove_local_tag', galaxy: 'remove_local_galaxy', words: ['Detached local', 'from'] },
};
const ACTIONS: Readonly<Record<string, string>> = { unpublish: 'edit', restore: 'undelete' };
const PREFIXED: Readonly<Record<string, string>> = {
  Attribute: 'Attribute',
  Object: 'Object',
  ShadowAttribute: 'Proposal',
};
const SECRETS = new Set(['password', 'authkey', 'totp', 'hotp_counter', 'external_auth_key']);
/** What MISP does not record. */
const UNTOLD = new Set(['id', 'timestamp', 'revision', 'modified', 'date_modified', 'current_login', 'last_login']);

/** MISP's names for actions that the change log calls otherwise, to filter by. */
export function storedActions(wanted: readonly string[]): string[] {
  return wanted.flatMap((action) => [
    action,
    ...Object.entries(TAGGING)
      .filter(([, names]) => names.tag === action || names.galaxy === action)
      .map(([stored]) => stored),
    ...Object.entries(ACTIONS)
      .filter(([, name]) => name === action)
      .map(([stored]) => stored),
  ]);
}

/** MISP's names for models that the change log calls otherwise, to filter by. */
export function storedModels(wanted: readonly string[]): string[] {
  return wanted.flatMap((model) => [
    model,
    ...Object.entries(MODELS)
      .filter(([, name]) => name === model)
      .map(([stored]) => stored),
  ]);
}

/** MISP's name for a model of the change log. */
export function shownModel(stored: string): string {
  return MODELS[stored] ?? stored;
}

/** An entry for those who administer its user. */
export function auditWire(row: FullAuditRow, showAddress: boolean): Record<string, unknown> {
  const { id, created, org_id, title, ...rest } = commonWire(row);
  return {
    AuditLog: {
      id,
      created,
      user_id: String(row.user_id),
      org_id,
      ...rest,
      ip: showAddress ? row.ip : null,
      request_type: requestType(row),
      authkey_id: row.auth_key_id === null ? null : String(row.auth_key_id),
      request_id: row.request_id,
      title,
    },
    User: userWire(row),
    Organisation: organisationWire(row),
  };
}

/** An entry of an event's history for its readers; who it was is told within one's own organisation alone. */
export function eventHistoryWire(row: AuditRow): Record<string, unknown> {
  const { id, created, ...rest } = commonWire(row);
  const isKnown = row.user_id !== null;
  return {
    AuditLog: { id, created, ...(isKnown ? { user_id: String(row.user_id) } : {}), ...rest },
    ...(isKnown ? { User: userWire(row) } : {}),
    Organisation: organisationWire(row),
  };
}

/** Of added and deleted things the values, of changed ones `[old, new]`; flags as 0 and 1. */
export function changeWire(row: Pick<AuditRow, 'action' | 'before' | 'after'>): Record<string, unknown> | null {
  const { before, after } = row;
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (f) => !UNTOLD.has(f),
  );
  if (fields.length === 0) return null;
  const shown = (values: Record<string, unknown> | null, field: string) =>
    SECRETS.has(field) && values?.[field] ? '*****' : flagless(values?.[field] ?? null);
  return Object.fromEntries(
    fields.map((field) => {
      if (before === null) return [field, shown(after, field)];
      if (after === null) return [field, shown(before, field)];
      return [field, [shown(before, field), shown(after, field)]];
    }),
  );
}

/** What a request was of, by MISP's numbers: by key, of the program itself, or of a session. */
function requestType(row: Pick<FullAuditRow, 'auth_key_id' | 'user_id'>): string {
  if (row.auth_key_id !== null) return '1';
  return row.user_id === 0 ? '2' : '0';
}

function commonWire(row: AuditRow) {
  const tagging = TAGGING[row.action];
  const target = tagging ? tagTarget(row) : { model: shownModel(row.model), id: row.model_id };
  const cluster = tagging ? /^misp-galaxy:[^=]+="(.*)"$/.exec(row.title)?.[1] : undefined;
  const modelTitle = cluster ?? row.title;
  return {
    id: String(row.id),
    created: databaseTime(row.at),
    org_id: String(row.org_id),
    action: tagging?.[cluster === undefined ? 'tag' : 'galaxy'] ?? ACTIONS[row.action] ?? row.action,
    model: target.model,
    model_id: String(target.id),
    model_title: modelTitle === '' ? null : modelTitle.slice(0, 255),
    event_id: row.event_id === null ? null : String(row.event_id),
    change: changeWire(row),
    title: tagging ? taggingTitle(tagging.words, cluster, row.title, target) : entryTitle(row, target.model),
  };
}

function taggingTitle(
  [did, at]: readonly [string, string],
  cluster: string | undefined,
  tag: string,
  target: { model: string; id: number },
): string {
  const what = cluster === undefined ? `tag "${tag}"` : `galaxy cluster "${cluster}"`;
  return `${did} ${what} ${at} ${target.model.toLowerCase()} #${target.id}`;
}

/** A link is told as a change of what it hangs on. */
function tagTarget(row: AuditRow): { model: string; id: number } {
  const attribute = Number(row.after?.attribute_id ?? row.before?.attribute_id ?? 0);
  return row.model === 'EventTag' || attribute === 0
    ? { model: 'Event', id: row.event_id ?? 0 }
    : { model: 'Attribute', id: attribute };
}

function entryTitle(row: AuditRow, model: string): string {
  const prefix = PREFIXED[model];
  return prefix === undefined || row.event_id === null
    ? row.title
    : `${prefix} from Event #${row.event_id}: ${row.title}`;
}

function flagless(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value;
}

function userWire(row: AuditRow): Record<string, unknown> {
  const isKnown = row.user_id !== null && row.user_id !== 0;
  return {
    id: isKnown ? String(row.user_id) : null,
    email: isKnown ? row.email : null,
    org_id: isKnown ? String(row.org_id) : null,
  };
}

function organisationWire(row: AuditRow): Record<string, unknown> {
  const isKnown = row.org_uuid !== null;
  return {
    id: isKnown ? String(row.org_id) : null,
    name: isKnown ? row.org_name : null,
    uuid: row.org_uuid,
  };
}
