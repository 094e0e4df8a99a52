import type { JsonObject } from '../../../http/lenient.ts';
import type { Rejection } from '../../intelligence/events/write-context.ts';

/**
 * What a module found, in one form whatever it was asked in: bodies in MISP's wire keys, reduced to the keys that may be
 * stored. Nothing of it is checked against the database yet; who looks at it may drop what he does not want and send
 * the rest back.
 */
export interface Review {
  readonly attributes: readonly JsonObject[];
  /** With `Attribute` and `ObjectReference`. */
  readonly objects: readonly JsonObject[];
  readonly reports: readonly JsonObject[];
  /** For the event. */
  readonly tags: readonly JsonObject[];
  readonly clusters: readonly ClusterName[];
  readonly rejected: readonly Rejection[];
}

/** A galaxy cluster as a module names it. */
export interface ClusterName {
  readonly uuid: string | null;
  readonly tagName: string | null;
}

/** What became of a review. */
export interface StoredReview {
  readonly attributes: number;
  readonly objects: number;
  readonly reports: number;
  readonly proposals: number;
  /** Attributes and objects that the event had already. */
  readonly known: number;
  readonly rejected: readonly Rejection[];
}

/** How results are read. */
export interface ReviewOptions {
  /** Of what has no comment of its own. */
  readonly comment: string;
  /** Of what names none. */
  readonly distribution: number;
}

/** Attributes of one answer, those of objects included, beyond which the rest is left out and told. */
export const MAX_ATTRIBUTES = 20_000;

/** What a module answered that found nothing. */
export const EMPTY_REVIEW: Review = {
  attributes: [],
  objects: [],
  reports: [],
  tags: [],
  clusters: [],
  rejected: [],
};

/** A review in MISP's wire form, as it is shown and sent back. */
export function reviewWire(review: Review): JsonObject {
  return {
    Attribute: review.attributes,
    Object: review.objects,
    EventReport: review.reports,
    Tag: review.tags,
    Galaxy: review.clusters.map(({ uuid, tagName }) => ({ GalaxyCluster: [{ uuid, tag_name: tagName }] })),
    rejected: review.rejected,
  };
}
