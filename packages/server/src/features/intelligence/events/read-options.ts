import { can, type Viewer } from '../../../access/viewer.ts';
import type { SqlValue } from '../../../database/transaction.ts';
import type { DecayWanted } from '../../knowledge/decaying/scoring.ts';
import type { AttributeRow, EventRow } from './rows.ts';

/** Which of the live and the soft-deleted elements are wanted. */
export type DeletedMode = 'live' | 'both' | 'only';

/** What of an event's JSON is wanted. Everything has MISP's default of events/view. */
export interface ReadEventOptions {
  deleted?: DeletedMode;
  /** Only the event itself and its tags. */
  metadata?: boolean;
  /** Base64 `data` of attachments and samples. */
  attachments?: boolean;
  /** Leave local tags out. */
  excludeLocalTags?: boolean;
  /** Also tags that are not exportable. */
  includeAllTags?: boolean;
  /** RelatedEvent; `beside` looks them up on another connection, for transactions that have written nothing. */
  correlations?: boolean | 'beside';
  /** RelatedAttribute of attributes, with why some are held back. */
  granularCorrelations?: boolean;
  /** RelatedTags of attributes: what correlating ones and their events are tagged with. */
  relatedTags?: boolean;
  /** What caches of feeds and of connected instances know of the values. */
  cacheHits?: { feeds: boolean; servers: boolean } | null;
  excludeGalaxy?: boolean;
  noEventReports?: boolean;
  noShadowAttributes?: boolean;
  noSightings?: boolean;
  /** Merge in what the events that extend this one hold. */
  extended?: boolean;
  /** List the events that extend this one as `ExtendedBy`. */
  extensionList?: boolean;
  /** Nest notes, opinions and relationships under what they annotate. */
  analystData?: boolean;
  /** `RelationshipInbound` of related events, which MISP always leaves empty, where events are viewed. */
  inboundOfRelated?: boolean;
  /** Hits of warninglists: shown, or the attributes that have one left out. */
  warnings?: 'show' | 'leave-out';
  /** Scores of decaying models. */
  decay?: DecayWanted | null;
  /** Scores of the event itself. */
  eventScores?: DecayWanted | null;
  /** Sharing groups as their id only. */
  sharingGroupReferenceOnly?: boolean;
  /**
   * A condition on attributes (alias `a`); placeholders `$1`... stand for `values` and are renumbered.
   * Objects without any attribute left are left out.
   */
  attributes?: { sql: string; values: readonly SqlValue[] };
  /** All attributes outside objects, of a single event of the viewer's own organisation, as just stored. */
  stored?: readonly AttributeRow[] | null;
}

/** Deleted elements are shown to synchronisation accounts, and to others only of events that their organisation owns. */
export function deletedModeFor(viewer: Viewer, event: Pick<EventRow, 'org_id'>, wanted: DeletedMode): DeletedMode {
  if (wanted === 'live' || can(viewer, 'perm_sync') || event.org_id === viewer.organisationId) return wanted;
  return 'live';
}

/**
 * MISP's `deleted` switch: absent, 0 or false = live; 1 or true = both; `only`, 2 or a list of just 1 = deleted ones;
 * a list with both = both. (The events/view meaning; searches differ for a bare 1.)
 */
export function readDeletedMode(value: unknown): DeletedMode {
  if (value === undefined || value === null || value === '' || value === false || value === 0 || value === '0')
    return 'live';
  if (Array.isArray(value)) {
    const flags = new Set(value.map((item) => (item === true ? '1' : item === false ? '0' : String(item))));
    if (flags.has('1') || flags.has('only') || flags.has('2')) return flags.has('0') ? 'both' : 'only';
    return 'live';
  }
  return value === 1 || value === '1' || value === true || value === 'true' ? 'both' : 'only';
}
