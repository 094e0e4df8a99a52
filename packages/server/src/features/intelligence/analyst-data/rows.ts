/** The three kinds of analyst data, in MISP's names. */
export const ANALYST_KINDS = ['Note', 'Opinion', 'Relationship'] as const;

/** The kinds of analyst data, as paths and bodies name them. */
export type AnalystKind = (typeof ANALYST_KINDS)[number];

/** A note, opinion or relationship as stored; the columns of the other kinds are null. */
export interface AnalystRow {
  id: number;
  uuid: string;
  kind: AnalystKind;
  object_uuid: string;
  object_type: string;
  authors: string;
  /** Owner of this copy, and who wrote it. */
  org_id: number;
  orgc_id: number;
  created: Date;
  modified: Date;
  distribution: number;
  /** 0 without one. */
  sharing_group_id: number;
  /** Came from elsewhere. */
  locked: boolean;
  note: string | null;
  language: string | null;
  opinion: number | null;
  comment: string | null;
  relationship_type: string | null;
  related_object_uuid: string | null;
  related_object_type: string | null;
  audience_id: number;
}

/** The kind that a path or key names, in any case; null for anything else. */
export function readKind(text: string | undefined): AnalystKind | null {
  return ANALYST_KINDS.find((kind) => kind.toLowerCase() === text?.toLowerCase()) ?? null;
}
