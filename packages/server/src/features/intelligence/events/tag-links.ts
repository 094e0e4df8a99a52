import { can } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import { type CapturedTag, captureTags } from '../../knowledge/tags/service.ts';
import type { TagDraft } from './tag-drafts.ts';
import type { WriteContext } from './write-context.ts';

/** Tags wished on one attribute, or on the event itself when `attributeId` is null. */
export interface TagWish {
  attributeId: number | null;
  audienceId: number;
  tags: readonly TagDraft[];
  path: string;
}

interface Link {
  attributeId: number | null;
  tagId: number;
  local: boolean;
  relationshipType: string;
  audienceId: number;
}

/**
 * Attaches and detaches tags, set-based. Tags that may not be created or used, or that are local-only and wished
 * globally, are told as rejections. Returns true when a global tag came or went.
 */
export async function attachTags(context: WriteContext, wishes: readonly TagWish[]): Promise<boolean> {
  const drafts = wishes.flatMap((wish) => wish.tags.map((tag) => ({ wish, tag })));
  if (drafts.length === 0) return false;
  const wanted = drafts.map(({ tag }) =>
    tag.colour === null ? { name: tag.name } : { name: tag.name, colour: tag.colour },
  );
  const known = await captureTags(context.tx, context.viewer, wanted);
  const added: Link[] = [];
  const removed: Link[] = [];
  for (const { wish, tag } of drafts) {
    const captured = known.get(tag.name.toLowerCase());
    const reason = refusal(context, captured, tag);
    if (reason !== null || captured === undefined) {
      context.rejected.push({ path: `${wish.path}.Tag`, reason: reason ?? `${tag.name}: not known.` });
      continue;
    }
    const { attributeId, audienceId } = wish;
    const link = {
      attributeId,
      tagId: captured.id,
      local: tag.local,
      relationshipType: tag.relationshipType,
      audienceId,
    };
    (tag.deleted ? removed : added).push(link);
  }
  const attached = await insertLinks(context, added);
  const detached = await deleteLinks(context, removed);
  return attached || detached;
}

function refusal(context: WriteContext, tag: CapturedTag | undefined, draft: TagDraft): string | null {
  if (tag === undefined) return `${draft.name}: the tag does not exist and may not be created, or may not be used.`;
  if (tag.localOnly && !draft.local) return `${draft.name}: the tag can only be set as a local tag.`;
  return can(context.viewer, 'perm_tagger') || can(context.viewer, 'perm_sync')
    ? null
    : `${draft.name}: no permission to tag.`;
}

async function insertLinks(context: WriteContext, links: readonly Link[]): Promise<boolean> {
  let global = false;
  for (const target of ['event', 'attribute'] as const) {
    const own = links.filter((link) => (link.attributeId === null) === (target === 'event'));
    if (own.length === 0) continue;
    const columns = target === 'event' ? '' : 'attribute_id, ';
    const rows = await context.tx.query<{ id: number; tag_id: number; local: boolean }>(
      `insert into visible_${target}_tags (${columns}event_id, tag_id, local, relationship_type, audience_id)
       select ${target === 'event' ? '' : 'l.attribute_id, '}$1, l.tag_id, l.local, l.relationship_type, l.audience_id
       from unnest($2::bigint[], $3::bigint[], $4::boolean[], $5::text[], $6::integer[]) with ordinality
         as l (attribute_id, tag_id, local, relationship_type, audience_id, n) order by n
       on conflict do nothing returning id, tag_id, local`,
      [
        context.event.id,
        own.map((link) => link.attributeId),
        own.map((link) => link.tagId),
        own.map((link) => link.local),
        own.map((link) => link.relationshipType),
        own.map((link) => link.audienceId),
      ],
    );
    global ||= rows.some((row) => !row.local);
    await recordLinks(context, target, 'attach', rows);
  }
  return global;
}

async function deleteLinks(context: WriteContext, links: readonly Link[]): Promise<boolean> {
  let global = false;
  for (const link of links) {
    const target = link.attributeId === null ? 'event' : 'attribute';
    const rows = await context.tx.query<{ id: number; tag_id: number; local: boolean }>(
      `delete from visible_${target}_tags where ${target}_id = $1 and tag_id = $2 and local = $3 returning id, tag_id, local`,
      [link.attributeId ?? context.event.id, link.tagId, link.local],
    );
    global ||= rows.some((row) => !row.local);
    await recordLinks(context, target, 'detach', rows);
  }
  return global;
}

async function recordLinks(
  context: WriteContext,
  target: 'event' | 'attribute',
  verb: 'attach' | 'detach',
  rows: readonly { id: number; tag_id: number; local: boolean }[],
): Promise<void> {
  await recordChanges(
    context.tx,
    rows.map((row) => ({
      model: target === 'event' ? 'EventTag' : 'AttributeTag',
      action: row.local ? `${verb}_local_tag` : `${verb}_tag`,
      modelId: row.id,
      eventId: context.event.id,
      [verb === 'attach' ? 'after' : 'before']: { tag_id: row.tag_id, local: row.local },
    })),
  );
}
