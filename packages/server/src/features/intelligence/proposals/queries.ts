import type { SqlValue, Transaction } from '../../../database/transaction.ts';

/** A proposal as stored. */
export interface ProposalRow {
  id: number;
  /** Of the attribute it concerns, or of the one it would become. */
  uuid: string;
  event_id: number;
  /** 0: it proposes a new attribute. MISP's `old_id`. */
  attribute_id: number;
  category: string;
  type: string;
  value1: string;
  value2: string;
  to_ids: boolean;
  comment: string;
  org_id: number;
  user_id: number;
  email: string;
  timestamp: number;
  /** Microseconds since 1970. */
  first_seen: number | null;
  last_seen: number | null;
  /** Accepted or discarded. */
  deleted: boolean;
  proposal_to_delete: boolean;
  disable_correlation: boolean;
  file_sha256: Buffer | null;
  file_size: number | null;
  audience_id: number;
}

/** A proposal with what its JSON tells of its event and of the organisation that made it. */
export interface ListedProposalRow extends ProposalRow {
  event_uuid: string;
  event_org_id: number;
  org_name: string | null;
  org_uuid: string | null;
  org_local: boolean | null;
}

const LISTED = `p.*, e.uuid as event_uuid, e.org_id as event_org_id, o.name as org_name, o.uuid as org_uuid,
  o.local as org_local`;
const FROM = `visible_proposals p join visible_events e on e.id = p.event_id left join organisations o on o.id = p.org_id`;

/** A visible proposal by its id. `lock` keeps others from deciding it meanwhile. */
export function findProposal(
  tx: Transaction,
  id: number,
  options: { lock?: boolean } = {},
): Promise<ProposalRow | null> {
  return tx.first<ProposalRow>(`select * from visible_proposals where id = $1${options.lock ? ' for update' : ''}`, [
    id,
  ]);
}

/**
 * The id of the one open proposal with this uuid, by the index on uuid; null when there is none or several, since
 * every proposal to change an attribute has the attribute's uuid.
 */
export async function findOpenProposalId(tx: Transaction, uuid: string): Promise<number | null> {
  const rows = await tx.query<{ id: number }>(
    'select id from visible_proposals where uuid = $1 and not deleted limit 2',
    [uuid],
  );
  return rows.length === 1 ? (rows[0]?.id ?? null) : null;
}

/** The values of a proposal to store. */
export type NewProposal = Omit<ProposalRow, 'id' | 'deleted'>;

/** Stores a proposal. */
export async function insertProposal(tx: Transaction, proposal: NewProposal): Promise<ProposalRow> {
  const columns = Object.keys(COLUMNS);
  const values: Record<keyof NewProposal, SqlValue> = proposal;
  const row = await tx.first<ProposalRow>(
    `insert into visible_proposals (${columns.join(', ')}) values (${columns.map((_, n) => `$${n + 1}`).join(', ')})
     returning *`,
    Object.values({ ...COLUMNS, ...values }),
  );
  if (row === null) throw new Error('the proposal was not stored');
  return row;
}

// Keeps the order of columns and values the same, whatever the order of the caller's keys.
const COLUMNS: Record<keyof NewProposal, null> = {
  uuid: null,
  event_id: null,
  attribute_id: null,
  category: null,
  type: null,
  value1: null,
  value2: null,
  to_ids: null,
  comment: null,
  org_id: null,
  user_id: null,
  email: null,
  timestamp: null,
  first_seen: null,
  last_seen: null,
  proposal_to_delete: null,
  disable_correlation: null,
  file_sha256: null,
  file_size: null,
  audience_id: null,
};

/** Marks a proposal as accepted or discarded. */
export function closeProposal(tx: Transaction, id: number, now: number): Promise<number> {
  return tx.execute('update visible_proposals set deleted = true, timestamp = $2 where id = $1', [id, now]);
}

/** Whether the event's owner has unread proposals; without a record, as the change log does not know this mark. */
export function markProposals(tx: Transaction, eventId: number, unread: boolean): Promise<number> {
  return tx.execute('update visible_events set proposal_email_lock = $2 where id = $1 and proposal_email_lock <> $2', [
    eventId,
    unread,
  ]);
}

/** What the index is narrowed to. */
export interface ProposalFilter {
  ids: readonly number[] | null;
  eventId: number | null;
  /** Not older, epoch seconds. */
  since: number | null;
  deleted: boolean | null;
  /** Proposals on deleted attributes are for this organisation's own events alone; null: for all the viewer sees. */
  deletedOnlyOfOrganisation: number | null;
}

/** Visible proposals in MISP's order: the newest event's first, of one event by type; at most a page. */
export function listProposals(
  tx: Transaction,
  filter: ProposalFilter,
  page: { limit: number; offset: number },
): Promise<ListedProposalRow[]> {
  return tx.query<ListedProposalRow>(
    `select ${LISTED} from ${FROM}
     where ($1::bigint[] is null or p.id = any ($1)) and ($2::bigint is null or p.event_id = $2)
       and ($3::bigint is null or p.timestamp >= $3) and ($4::boolean is null or p.deleted = $4)
       and (p.attribute_id = 0 or $5::bigint is null or e.org_id = $5
         or exists (select from visible_attributes a where a.id = p.attribute_id and not a.deleted))
     order by p.event_id desc, p.type, p.id limit $6 offset $7`,
    [
      filter.ids,
      filter.eventId,
      filter.since,
      filter.deleted,
      filter.deletedOnlyOfOrganisation,
      page.limit,
      page.offset,
    ],
  );
}

/** Open proposals for new attributes of events, by the index on event. */
export function openProposalsOfEvents(tx: Transaction, eventIds: readonly number[]): Promise<ListedProposalRow[]> {
  return tx.prepared<ListedProposalRow>(
    `select ${LISTED} from ${FROM}
     where p.event_id = any ($1::bigint[]) and p.attribute_id = 0 and not p.deleted order by p.id`,
    [eventIds],
  );
}

/** Open proposals on attributes, by the index on attribute. */
export function openProposalsOfAttributes(
  tx: Transaction,
  attributeIds: readonly number[],
): Promise<ListedProposalRow[]> {
  return tx.prepared<ListedProposalRow>(
    `select ${LISTED} from ${FROM}
     where p.attribute_id = any ($1::bigint[]) and p.attribute_id <> 0 and not p.deleted order by p.id`,
    [attributeIds],
  );
}

/** A proposal that came along with an event; it may have been decided elsewhere. */
export type NewProposalCopy = Omit<ProposalRow, 'id' | 'event_id'>;

/** Stores many proposals of one event in one statement. */
export function insertProposals(
  tx: Transaction,
  eventId: number,
  proposals: readonly NewProposalCopy[],
): Promise<ProposalRow[]> {
  if (proposals.length === 0) return Promise.resolve([]);
  const columns = [...Object.keys(COLUMNS), 'deleted'].filter((name) => name !== 'event_id');
  const rows = proposals.map((row) => ({ ...row, file_sha256: row.file_sha256?.toString('hex') ?? null }));
  const read = (name: string) => (name === 'file_sha256' ? `decode(r.file_hex, 'hex')` : `r.${name}`);
  return tx.query<ProposalRow>(
    `insert into visible_proposals (event_id, ${columns.join(', ')})
     select $1, ${columns.map(read).join(', ')}
     from rows from (jsonb_to_recordset($2::jsonb) as (uuid uuid, attribute_id bigint, category text, type text,
       value1 text, value2 text, to_ids boolean, comment text, org_id bigint, user_id bigint, email text,
       timestamp bigint, first_seen bigint, last_seen bigint, proposal_to_delete boolean, disable_correlation boolean,
       file_hex text, file_size bigint, audience_id integer, deleted boolean)) with ordinality as r
     order by r.ordinality returning *`,
    [eventId, JSON.stringify(rows.map(({ file_sha256, ...row }) => ({ ...row, file_hex: file_sha256 })))],
  );
}

/** Visible proposals of one event with these uuids, decided or not, by the index on uuid. */
export function proposalsByUuid(tx: Transaction, eventId: number, uuids: readonly string[]): Promise<ProposalRow[]> {
  return tx.query<ProposalRow>(
    'select * from visible_proposals where uuid = any ($2::uuid[]) and event_id = $1 for update',
    [eventId, uuids],
  );
}

/** Writes whether proposals were decided, and when. */
export async function decideCopies(tx: Transaction, proposals: readonly ProposalRow[]): Promise<void> {
  if (proposals.length === 0) return;
  await tx.execute(
    `update visible_proposals p set deleted = c.deleted, timestamp = c.timestamp
     from unnest($1::bigint[], $2::boolean[], $3::bigint[]) as c (id, deleted, timestamp) where p.id = c.id`,
    [proposals.map((row) => row.id), proposals.map((row) => row.deleted), proposals.map((row) => row.timestamp)],
  );
}
