import type { Transaction } from '../../../database/transaction.ts';
import type { CorrelationLimits } from './limits.ts';
import { findRelatedAttributes } from './related-attributes.ts';

/** Tags shown for one attribute. */
const MOST_TAGS = 100;

interface RelatedTag {
  id: number;
  name: string;
  colour: string;
  is_galaxy: boolean;
}

/**
 * `RelatedTags` by attribute: what correlating attributes and their events are tagged with, each tag once, by name.
 * Tags that stay on this instance, and those that are not exportable, are left out. Two statements beside the
 * correlations themselves.
 */
export async function relatedTagParts(
  tx: Transaction,
  attributeIds: readonly number[],
  limits: CorrelationLimits | null,
): Promise<Map<number, { RelatedTags: Record<string, unknown>[] }>> {
  const related = await findRelatedAttributes(tx, attributeIds, limits);
  const rows = [...related.values()].flat();
  const ofAttributes = await tagsBy(tx, 'attribute', [...new Set(rows.map(({ id }) => id))]);
  const ofEvents = await tagsBy(tx, 'event', [...new Set(rows.map(({ event_id }) => event_id))]);
  const parts = new Map<number, { RelatedTags: Record<string, unknown>[] }>();
  for (const [id, found] of related) {
    const tags = new Map<number, RelatedTag>();
    for (const row of found) {
      for (const tag of [...(ofAttributes.get(row.id) ?? []), ...(ofEvents.get(row.event_id) ?? [])])
        tags.set(tag.id, tag);
    }
    const named = [...tags.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, MOST_TAGS);
    if (named.length > 0) parts.set(id, { RelatedTags: named.map((tag) => ({ ...tag, id: String(tag.id) })) });
  }
  return parts;
}

async function tagsBy(
  tx: Transaction,
  of: 'attribute' | 'event',
  ids: readonly number[],
): Promise<Map<number, RelatedTag[]>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.prepared<RelatedTag & { owner: number }>(
    `select l.${of}_id as owner, g.id, g.name, g.colour, g.is_galaxy
     from visible_${of}_tags l join visible_tags g on g.id = l.tag_id
     where l.${of}_id = any ($1::bigint[]) and not l.local and g.exportable`,
    [ids],
  );
  const byOwner = new Map<number, RelatedTag[]>();
  for (const { owner, ...tag } of rows) byOwner.set(owner, [...(byOwner.get(owner) ?? []), tag]);
  return byOwner;
}
