import type { Viewer } from '../access/viewer.ts';
import type { Transaction } from '../database/transaction.ts';

/** Who did it, as far as the log keeps it. */
export type Actor = Pick<Viewer, 'userId' | 'organisationId' | 'authKeyId' | 'ip' | 'requestId'> &
  Partial<Pick<Viewer, 'flags'>>;

/** One entry of the change log, in the words of MISP's audit log. */
export interface Change {
  /** MISP's model name: `Event`, `MispAttribute`, `MispObject`, `User`, ... */
  model: string;
  action: string;
  modelId?: number;
  modelUuid?: string | null;
  eventId?: number | null;
  /** A short human text: event info, attribute value, user e-mail. */
  title?: string;
  /** Old and new values of what changed; secrets never. */
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
}

/** Appends to the change log in the transaction of the change. `actor` defaults to the transaction's viewer. */
export async function recordChanges(
  tx: Transaction,
  changes: readonly Change[],
  actor: Actor | null = tx.viewer,
): Promise<void> {
  if (changes.length === 0) return;
  const column = <T>(read: (change: Change) => T) => changes.map(read);
  await tx.execute(
    `insert into changes (request_id, user_id, org_id, auth_key_id, ip, model, model_id, model_uuid, event_id, action,
       title, before, after, by_site_admin)
     select $1, $2, $3, $4, $5, c.model, c.model_id, c.model_uuid, c.event_id, c.action, c.title, c.before, c.after,
       $14 or coalesce(current_setting('magpie.site_admin', true) = 'yes', false)
     from unnest($6::text[], $7::bigint[], $8::uuid[], $9::bigint[], $10::text[], $11::text[], $12::jsonb[], $13::jsonb[])
       as c (model, model_id, model_uuid, event_id, action, title, before, after)`,
    [
      ...actorValues(actor),
      column((change) => change.model),
      column((change) => change.modelId ?? 0),
      column((change) => change.modelUuid ?? null),
      column((change) => change.eventId ?? null),
      column((change) => change.action),
      column((change) => change.title ?? ''),
      column((change) => (change.before ? JSON.stringify(change.before) : null)),
      column((change) => (change.after ? JSON.stringify(change.after) : null)),
      actor?.flags?.has('perm_site_admin') ?? false,
    ],
  );
}

/** The values that say who did it: request, user, organisation, key, address (parameters $1 to $5). */
export function actorValues(actor: Actor | null): [string | null, number, number, number | null, string | null] {
  return [
    actor?.requestId ?? null,
    actor?.userId ?? 0,
    actor?.organisationId ?? 0,
    actor?.authKeyId ?? null,
    actor?.ip ?? null,
  ];
}

/** The fields in which two rows differ, as `before` and `after` of a change; null when none does. */
export function difference(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): { before: Record<string, unknown>; after: Record<string, unknown> } | null {
  const changed = Object.keys(after).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  if (changed.length === 0) return null;
  const pick = (row: Record<string, unknown>) => Object.fromEntries(changed.map((key) => [key, row[key] ?? null]));
  return { before: pick(before), after: pick(after) };
}
