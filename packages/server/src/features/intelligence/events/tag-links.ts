import { can } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import { type CapturedTag, captureTags } from '../../knowledge/tags/service.ts';
import type { TagDraft } from './tag-drafts.ts';
import type { WriteContext } from './write-context.ts';

/** Tags wished on one attribute or report, or on the event itself when neither is named. */
export interface TagWish {
  attributeId: number | null;
  reportId?: number;
  audienceId: number;
  tags: readonly TagDraft[];
  path: string;
}

const TARGETS = ['event', 'attribute', 'event_report'] as const;
type Target = (typeof TARGETS)[number];

const MODELS = { event: 'EventTag', attribute: 'AttributeTag', event_report: 'EventReportTag' } as const;

interface Link {
  target: Target;
  targetId: number;
  tagId: number;
  name: string;
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
  const { settings } = context.magpie;
  const hidden = settings.get('MISP.incoming_tags_disabled_by_default');
  const known = settings.get('MISP.tagging')
    ? await captureTags(context.tx, context.viewer, wanted, { hidden })
    : new Map<string, CapturedTag>();
  const added: Link[] = [];
  const removed: Link[] = [];
  for (const { wish, tag } of drafts) {
    const captured = known.get(tag.name.toLowerCase());
    const reason = refusal(context, captured, tag);
    if (reason !== null || captured === undefined) {
      context.rejected.push({ path: `${wish.path}.Tag`, reason: reason ?? `${tag.name}: not known.` });
      continue;
    }
    const link = {
      ...targetOf(context, wish),
      tagId: captured.id,
      name: captured.name,
      local: tag.local,
      relationshipType: tag.relationshipType,
      audienceId: wish.audienceId,
    };
    (tag.deleted ? removed : added).push(link);
  }
  const changed = await updateLinks(context, added);
  const attached = await insertLinks(context, added);
  const detached = await deleteLinks(context, removed);
  return changed || attached || detached;
}

function targetOf(context: WriteContext, wish: TagWish): Pick<Link, 'target' | 'targetId'> {
  if (wish.reportId !== undefined) return { target: 'event_report', targetId: wish.reportId };
  if (wish.attributeId !== null) return { target: 'attribute', targetId: wish.attributeId };
  return { target: 'event', targetId: context.event.id };
}

function refusal(context: WriteContext, tag: CapturedTag | undefined, draft: TagDraft): string | null {
  if (!context.magpie.settings.get('MISP.tagging')) return `${draft.name}: tagging is not enabled on this instance.`;
  if (tag === undefined) return `${draft.name}: the tag does not exist and may not be created, or may not be used.`;
  if (tag.localOnly && !draft.local) return `${draft.name}: the tag can only be set as a local tag.`;
  return can(context.viewer, 'perm_tagger') || can(context.viewer, 'perm_sync')
    ? null
    : `${draft.name}: no permission to tag.`;
}

interface LinkRow {
  id: number;
  tag_id: number;
  local: boolean;
  target_id: number;
}

async function insertLinks(context: WriteContext, links: readonly Link[]): Promise<boolean> {
  let global = false;
  for (const target of TARGETS) {
    const own = links.filter((link) => link.target === target);
    if (own.length === 0) continue;
    const columns = target === 'event' ? '' : `${target}_id, `;
    const rows = await context.tx.query<LinkRow>(
      `insert into visible_${target}_tags (${columns}event_id, tag_id, local, relationship_type, audience_id)
       select ${target === 'event' ? '' : 'l.target_id, '}$1, l.tag_id, l.local, l.relationship_type, l.audience_id
       from unnest($2::bigint[], $3::bigint[], $4::boolean[], $5::text[], $6::integer[]) with ordinality
         as l (target_id, tag_id, local, relationship_type, audience_id, n) order by n
       on conflict do nothing returning id, tag_id, local, ${target}_id as target_id`,
      [
        context.event.id,
        own.map((link) => link.targetId),
        own.map((link) => link.tagId),
        own.map((link) => link.local),
        own.map((link) => link.relationshipType),
        own.map((link) => link.audienceId),
      ],
    );
    global ||= rows.some((row) => !row.local);
    await recordLinks(context, target, 'attach', rows, own);
  }
  return global;
}

/** A relationship that is named takes the place of the one that a tag on the target has. */
async function updateLinks(context: WriteContext, links: readonly Link[]): Promise<boolean> {
  let global = false;
  for (const target of TARGETS) {
    const own = links.filter((link) => link.target === target && link.relationshipType !== '');
    if (own.length === 0) continue;
    const rows = await context.tx.query<LinkRow & { relationship_type: string }>(
      `update visible_${target}_tags t set relationship_type = l.relationship_type
       from unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::text[])
         as l (link_target_id, link_tag_id, link_local, relationship_type)
       where t.${target}_id = l.link_target_id and t.tag_id = l.link_tag_id and t.local = l.link_local
         and t.relationship_type is distinct from l.relationship_type
       returning t.id, t.tag_id, t.local, t.${target}_id as target_id, t.relationship_type`,
      [
        own.map((link) => link.targetId),
        own.map((link) => link.tagId),
        own.map((link) => link.local),
        own.map((link) => link.relationshipType),
      ],
    );
    global ||= rows.some((row) => !row.local);
    const names = namesOf(own);
    await recordChanges(
      context.tx,
      rows.map((row) => ({
        model: MODELS[target],
        action: 'edit',
        modelId: row.id,
        eventId: context.event.id,
        title: names.get(row.tag_id) ?? '',
        after: { relationship_type: row.relationship_type },
      })),
    );
  }
  return global;
}

async function deleteLinks(context: WriteContext, links: readonly Link[]): Promise<boolean> {
  let global = false;
  for (const target of TARGETS) {
    const own = links.filter((link) => link.target === target);
    if (own.length === 0) continue;
    const rows = await context.tx.query<LinkRow>(
      `delete from visible_${target}_tags t
       using unnest($1::bigint[], $2::bigint[], $3::boolean[]) as l (link_target_id, link_tag_id, link_local)
       where t.${target}_id = l.link_target_id and t.tag_id = l.link_tag_id and t.local = l.link_local
       returning t.id, t.tag_id, t.local, t.${target}_id as target_id`,
      [own.map((link) => link.targetId), own.map((link) => link.tagId), own.map((link) => link.local)],
    );
    global ||= rows.some((row) => !row.local);
    await recordLinks(context, target, 'detach', rows, own);
  }
  return global;
}

async function recordLinks(
  context: WriteContext,
  target: Target,
  verb: 'attach' | 'detach',
  rows: readonly LinkRow[],
  links: readonly Link[],
): Promise<void> {
  const names = namesOf(links);
  await recordChanges(
    context.tx,
    rows.map((row) => ({
      model: MODELS[target],
      action: row.local ? `${verb}_local_tag` : `${verb}_tag`,
      modelId: row.id,
      eventId: context.event.id,
      title: names.get(row.tag_id) ?? '',
      [verb === 'attach' ? 'after' : 'before']: {
        tag_id: row.tag_id,
        local: row.local,
        ...(target === 'event' ? {} : { [`${target}_id`]: row.target_id }),
      },
    })),
  );
}

function namesOf(links: readonly Link[]): ReadonlyMap<number, string> {
  return new Map(links.map((link) => [link.tagId, link.name]));
}
