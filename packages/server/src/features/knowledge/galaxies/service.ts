import type { Transaction } from '../../../database/transaction.ts';

/** A galaxy and the cluster that a tag names, in the shapes of event JSON. */
export interface TagCluster {
  galaxy: Record<string, unknown>;
  cluster: Record<string, unknown>;
}

/** Galaxies and clusters by tag name; names that lead to none the viewer may see are missing. */
export async function galaxiesOfTags(_tx: Transaction, _names: readonly string[]): Promise<Map<string, TagCluster>> {
  return new Map();
}
