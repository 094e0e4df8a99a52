import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { correlationLimits } from '../../search/correlations/limits.ts';
import { findRelatedEvents } from '../../search/correlations/related-events.ts';
import { loadAttributes, loadAttributeTags, loadEventTags, loadHeaders, loadObjects } from '../events/load.ts';
import type { AttributeRow, ObjectRow } from '../events/rows.ts';
import type { EventHeader } from '../events/wire.ts';

/** A mail is no export: what goes beyond is read on the event's page. */
const MAX_ATTRIBUTES = 1000;
const MAX_OBJECTS = 500;
const MAX_RELATED = 50;
const MAX_TAG_NAMES = 10_000;

/** An event as one organisation sees it, as far as a mail tells it. */
export interface AlertContent {
  header: EventHeader;
  eventTags: string[];
  /** Names of tags on any of its attributes, for filters. */
  attributeTags: string[];
  sharingGroup: string | null;
  related: { id: number; date: string }[];
  attributes: (AttributeRow & { tags: string[] })[];
  objects: ObjectRow[];
  /** There is more than the mail tells. */
  isCut: boolean;
}

/** Reads it as the viewer of the transaction; null when he does not see the event. */
export async function readAlertContent(
  magpie: Magpie,
  tx: Transaction,
  eventId: number,
  { metadataOnly }: { metadataOnly: boolean },
): Promise<AlertContent | null> {
  const [header] = await loadHeaders(tx, [eventId]);
  if (header === undefined) return null;
  const first = { afterId: 0, limit: MAX_ATTRIBUTES + 1 };
  const found = metadataOnly ? [] : await loadAttributes(tx, [eventId], 'all', 'live', {}, first);
  const objects = metadataOnly ? [] : await loadObjects(tx, [eventId], 'live', { afterId: 0, limit: MAX_OBJECTS });
  const shown = found.slice(0, MAX_ATTRIBUTES);
  const links = await loadAttributeTags(
    tx,
    shown.map(({ id }) => id),
    { excludeLocalTags: true },
  );
  const tags = Map.groupBy(links, ({ attribute_id }) => attribute_id);
  const related = await findRelatedEvents(tx, [eventId], correlationLimits(magpie));
  return {
    header,
    eventTags: (await loadEventTags(tx, [eventId], { excludeLocalTags: true })).map(({ name }) => name),
    attributeTags: await attributeTagNames(tx, eventId),
    sharingGroup: await sharingGroupName(tx, header),
    related: (related.get(eventId) ?? []).slice(0, MAX_RELATED).map(({ id, date }) => ({ id, date })),
    attributes: shown.map((row) => ({ ...row, tags: (tags.get(row.id) ?? []).map(({ name }) => name) })),
    objects,
    isCut: found.length > MAX_ATTRIBUTES || objects.length === MAX_OBJECTS,
  };
}

async function attributeTagNames(tx: Transaction, eventId: number): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `select distinct t.name from visible_attribute_tags l join visible_tags t on t.id = l.tag_id
     where l.event_id = $1 limit ${MAX_TAG_NAMES}`,
    [eventId],
  );
  return rows.map(({ name }) => name);
}

async function sharingGroupName(tx: Transaction, header: EventHeader): Promise<string | null> {
  if (header.distribution !== 4) return null;
  const row = await tx.first<{ name: string }>('select name from visible_sharing_groups where id = $1', [
    header.sharing_group_id,
  ]);
  return row?.name ?? null;
}
