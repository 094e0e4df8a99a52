import type { EventRow } from './rows.ts';

/** An event row with what its JSON needs from beside it. */
export interface EventHeader extends EventRow {
  org_name: string | null;
  org_uuid: string | null;
  org_local: boolean | null;
  orgc_name: string | null;
  orgc_uuid: string | null;
  orgc_local: boolean | null;
  /** Live attributes the viewer may see. */
  attribute_count: number;
}

/** The event's own fields in the full form (view, add, edit, restSearch), without its organisations. */
export function eventWire(row: EventHeader, creatorEmail: string | null): Record<string, unknown> {
  return {
    id: String(row.id),
    orgc_id: String(row.orgc_id),
    org_id: String(row.org_id),
    date: row.date,
    threat_level_id: String(row.threat_level_id),
    info: row.info,
    published: row.published,
    uuid: row.uuid,
    attribute_count: String(row.attribute_count),
    analysis: String(row.analysis),
    timestamp: String(row.timestamp),
    distribution: String(row.distribution),
    proposal_email_lock: row.proposal_email_lock,
    locked: row.locked,
    publish_timestamp: String(row.publish_timestamp),
    sharing_group_id: String(row.sharing_group_id),
    disable_correlation: row.disable_correlation,
    extends_uuid: row.extends_uuid ?? '',
    protected: row.protected,
    ...(creatorEmail === null ? {} : { event_creator_email: creatorEmail }),
  };
}

/** The event's own fields in lists and where others name it whole, without its organisations. */
export function listedEventWire(row: EventRow & { attribute_count: number }): Record<string, unknown> {
  return {
    id: String(row.id),
    org_id: String(row.org_id),
    date: row.date,
    info: row.info,
    uuid: row.uuid,
    published: row.published,
    analysis: String(row.analysis),
    attribute_count: String(row.attribute_count),
    orgc_id: String(row.orgc_id),
    timestamp: String(row.timestamp),
    distribution: String(row.distribution),
    sharing_group_id: String(row.sharing_group_id),
    proposal_email_lock: row.proposal_email_lock,
    locked: row.locked,
    threat_level_id: String(row.threat_level_id),
    publish_timestamp: String(row.publish_timestamp),
    sighting_timestamp: String(row.sighting_timestamp),
    disable_correlation: row.disable_correlation,
    extends_uuid: row.extends_uuid ?? '',
    protected: row.protected,
  };
}

/** The event's owner here and its creator. */
export function organisationsWire(row: EventHeader): Record<string, unknown> {
  return {
    Org: { id: String(row.org_id), name: row.org_name, uuid: row.org_uuid, local: row.org_local },
    Orgc: { id: String(row.orgc_id), name: row.orgc_name, uuid: row.orgc_uuid, local: row.orgc_local },
  };
}
