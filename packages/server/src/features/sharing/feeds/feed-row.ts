/** What a feed may hold, by MISP's names. */
export const sourceFormats = ['misp', 'csv', 'freetext'] as const;

/** What a feed holds. */
export type SourceFormat = (typeof sourceFormats)[number];

/** Where a feed may be read from, by MISP's names. */
export const inputSources = ['network', 'local'] as const;

/** Where a feed is read from. */
export type InputSource = (typeof inputSources)[number];

/** The switches of a feed that a body may set, by MISP's names. */
export const feedFlags = [
  'enabled',
  'caching_enabled',
  'publish',
  'override_ids',
  'fixed_event',
  'delta_merge',
  'lookup_visible',
  'delete_local_file',
] as const;

/** Names of a feed's switches. */
export type FeedFlag = (typeof feedFlags)[number];

/** A feed as stored. */
export interface FeedRow extends Record<FeedFlag, boolean> {
  id: number;
  name: string;
  provider: string;
  /** A path below the folder of local feeds where `input_source` is local. */
  url: string;
  rules: string | null;
  distribution: number;
  sharing_group_id: number;
  tag_id: number;
  tag_collection_id: number;
  default: boolean;
  source_format: SourceFormat;
  event_id: number;
  settings: string | null;
  input_source: InputSource;
  /** One `Name: value` a line; null for those who may not see them. */
  headers: string | null;
  force_to_ids: boolean;
  orgc_id: number;
  cache_source_id: number | null;
}
