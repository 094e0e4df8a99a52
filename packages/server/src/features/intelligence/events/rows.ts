/** Rows as stored; column names are MISP's. */
export interface EventRow {
  id: number;
  uuid: string;
  org_id: number;
  orgc_id: number;
  user_id: number;
  info: string;
  /** YYYY-MM-DD */
  date: string;
  threat_level_id: number;
  analysis: number;
  distribution: number;
  sharing_group_id: number;
  published: boolean;
  timestamp: number;
  publish_timestamp: number;
  sighting_timestamp: number;
  locked: boolean;
  proposal_email_lock: boolean;
  disable_correlation: boolean;
  extends_uuid: string | null;
  protected: boolean | null;
  audience_id: number;
  /** The organisation that is asked to take the event over, while the request is open. */
  delegated_to: number | null;
}

/** An attribute as stored. */
export interface AttributeRow {
  id: number;
  uuid: string;
  event_id: number;
  object_id: number;
  object_relation: string | null;
  category: string;
  type: string;
  value1: string;
  value2: string;
  to_ids: boolean;
  timestamp: number;
  distribution: number;
  sharing_group_id: number;
  comment: string;
  deleted: boolean;
  disable_correlation: boolean;
  /** Microseconds since 1970. */
  first_seen: number | null;
  last_seen: number | null;
  audience_id: number;
}

/** An object as stored. */
export interface ObjectRow {
  id: number;
  uuid: string;
  event_id: number;
  name: string;
  meta_category: string;
  description: string;
  template_uuid: string;
  template_version: number;
  timestamp: number;
  distribution: number;
  sharing_group_id: number;
  comment: string;
  deleted: boolean;
  first_seen: number | null;
  last_seen: number | null;
  audience_id: number;
}

/** A reference between elements of an event as stored. */
export interface ReferenceRow {
  id: number;
  uuid: string;
  event_id: number;
  object_id: number;
  source_uuid: string;
  referenced_uuid: string;
  referenced_id: number;
  referenced_type: number;
  relationship_type: string;
  comment: string;
  timestamp: number;
  deleted: boolean;
  audience_id: number;
}
