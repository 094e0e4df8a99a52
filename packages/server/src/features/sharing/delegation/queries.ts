import type { SqlValue, Transaction } from '../../../database/transaction.ts';

/** A request that another organisation takes an event over, as stored. */
export interface DelegationRow {
  id: number;
  event_id: number;
  /** Who is asked. */
  org_id: number;
  requester_org_id: number;
  message: string;
  /** -1 leaves it to the receiver. */
  distribution: number;
  sharing_group_id: number;
}

/** With the event, as far as the viewer sees it, and both organisations. */
export interface ListedDelegationRow extends DelegationRow {
  org_name: string;
  org_uuid: string;
  requester_name: string;
  requester_uuid: string;
  info: string;
  event_uuid: string;
  analysis: number;
  event_distribution: number;
  threat_level_id: number;
  date: string;
  attribute_count: number;
}

/** Requests the viewer may see, by id; `condition` is over d. Bounded by `limit`; an index of each side serves it. */
export function listDelegations(
  tx: Transaction,
  condition: string,
  values: readonly SqlValue[],
  page: { limit: number; offset: number },
): Promise<ListedDelegationRow[]> {
  return tx.query<ListedDelegationRow>(
    `select d.*, o.name as org_name, o.uuid as org_uuid, r.name as requester_name, r.uuid as requester_uuid,
       e.info, e.uuid as event_uuid, e.analysis, e.distribution as event_distribution, e.threat_level_id, e.date,
       coalesce((select sum(c.live) from visible_event_attribute_counts c where c.event_id = e.id), 0) as attribute_count
     from visible_event_delegations d
       join visible_events e on e.id = d.event_id
       join organisations o on o.id = d.org_id join organisations r on r.id = d.requester_org_id
     where ${condition} order by d.id limit ${Number(page.limit)} offset ${Number(page.offset)}`,
    values,
  );
}

/** The open request about an event, whoever made it. The caller sees the event. */
export function findOfEvent(tx: Transaction, eventId: number): Promise<DelegationRow | null> {
  return tx.elevated('one open request for each event', () =>
    tx.first<DelegationRow>('select * from event_delegations where event_id = $1', [eventId]),
  );
}

/** Keeps others from deciding it meanwhile. */
export function lockDelegation(tx: Transaction, id: number): Promise<DelegationRow | null> {
  return tx.first<DelegationRow>('select * from visible_event_delegations where id = $1 for update', [id]);
}

/** Stores a request and returns it with its id. */
export async function insertDelegation(tx: Transaction, row: Omit<DelegationRow, 'id'>): Promise<DelegationRow> {
  const made = await tx.first<DelegationRow>(
    `insert into visible_event_delegations (event_id, org_id, requester_org_id, message, distribution, sharing_group_id)
     values ($1, $2, $3, $4, $5, $6) returning *`,
    [row.event_id, row.org_id, row.requester_org_id, row.message, row.distribution, row.sharing_group_id],
  );
  if (made === null) throw new Error('the request was not stored');
  return made;
}

/** Takes away a request that was decided or taken back. */
export async function deleteDelegation(tx: Transaction, id: number): Promise<void> {
  await tx.execute('delete from visible_event_delegations where id = $1', [id]);
}

/** The organisation with this id, uuid or name. */
export function findOrganisation(
  tx: Transaction,
  which: { id: number | null; text: string },
): Promise<{ id: number; name: string } | null> {
  return tx.first(
    `select id, name from organisations where id = $1::bigint or uuid::text = lower($2) or name = $2
     order by id = $1::bigint desc nulls last limit 1`,
    [which.id, which.text],
  );
}
