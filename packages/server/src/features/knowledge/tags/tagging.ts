import { can, isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { canModifyEvent, touchEvent } from '../../intelligence/events/rights.ts';
import { excludes, selectExclusive } from './exclusivity.ts';
import type { TagRow } from './rows.ts';
import type { TagTarget } from './targets.ts';

/** A tag on a target. */
export interface AttachedTag {
  link_id: number;
  tag_id: number;
  name: string;
  is_galaxy: boolean;
  local: boolean;
}

/** May the viewer attach and detach global tags of what belongs to this event. */
export function canTag(viewer: Viewer, target: TagTarget): boolean {
  return isTagger(viewer) && canModifyEvent(viewer, target.event);
}

/** As `canTag`; the host organisation may also set local tags on what others own. */
export function canTagLocally(viewer: Viewer, target: TagTarget, hostOrganisationId: number): boolean {
  return canTag(viewer, target) || (isTagger(viewer) && isHost(viewer, hostOrganisationId));
}

/** True for site administrators and the organisation that runs the instance. */
export function isHost(viewer: Viewer, hostOrganisationId: number): boolean {
  return isSiteAdmin(viewer) || viewer.organisationId === hostOrganisationId;
}

function isTagger(viewer: Viewer): boolean {
  return can(viewer, 'perm_tagger') || can(viewer, 'perm_sync');
}

/** All tags of the target, local and global. */
export function selectAttached(tx: Transaction, target: TagTarget): Promise<AttachedTag[]> {
  const { view, column } = linkOf(target);
  return tx.query<AttachedTag>(
    `select l.id as link_id, l.tag_id, t.name, t.is_galaxy, l.local from ${view} l join visible_tags t on t.id = l.tag_id
     where l.${column} = $1 order by l.id`,
    [target.id],
  );
}

/**
 * Splits tags into those that taxonomy exclusivity allows on the target and those it does not, each also against
 * those before it. Local and global tags do not exclude each other.
 */
export async function checkExclusivity(
  tx: Transaction,
  tags: readonly TagRow[],
  attached: readonly AttachedTag[],
  local: boolean,
): Promise<{ allowed: TagRow[]; refused: TagRow[] }> {
  const exclusive = await selectExclusive(
    tx,
    tags.map((tag) => tag.name),
  );
  const names = attached.filter((tag) => tag.local === local).map((tag) => tag.name);
  const result: { allowed: TagRow[]; refused: TagRow[] } = { allowed: [], refused: [] };
  for (const tag of tags) {
    const isRefused = exclusive.has(tag.name) && excludes(tag.name, names);
    result[isRefused ? 'refused' : 'allowed'].push(tag);
    if (!isRefused) names.push(tag.name);
  }
  return result;
}

/** How tags are attached. */
export interface AttachOptions {
  local: boolean;
  relationshipType?: string;
  now: number;
  /** The target was stored in this transaction: it is not marked as changed once more. */
  targetIsNew?: boolean;
}

/**
 * Attaches tags that are not there yet; returns how many were new. A new global tag changes the attribute or report and
 * unpublishes the event; a local one leaves both alone. Rights must have been checked.
 */
export async function attachTags(
  tx: Transaction,
  target: TagTarget,
  tags: readonly TagRow[],
  options: AttachOptions,
): Promise<number> {
  const isEvent = target.kind === 'Event';
  const columns = isEvent ? 'event_id' : `event_id, ${linkOf(target).column}`;
  const added = await tx.query<{ id: number; tag_id: number }>(
    `insert into ${linkOf(target).view} (${columns}, tag_id, local, relationship_type, audience_id)
     select $1, ${isEvent ? '' : '$6::bigint,'} tag_id, $3, $4, $5 from unnest($2::bigint[]) as tag_id
     on conflict do nothing returning id, tag_id`,
    [
      target.event.id,
      tags.map((tag) => tag.id),
      options.local,
      options.relationshipType ?? '',
      target.audienceId,
      ...(isEvent ? [] : [target.id]),
    ],
  );
  if (added.length === 0) return 0;
  if (!options.local && !options.targetIsNew) await touchTarget(tx, target, options.now);
  const names = new Map(tags.map((tag) => [tag.id, tag.name]));
  await recordLinks(
    tx,
    target,
    'attach',
    added.map(({ id, tag_id }) => ({ link_id: id, tag_id, name: names.get(tag_id) ?? '', local: options.local })),
  );
  return added.length;
}

/** Takes tags off; the opposite of `attachTags`. Rights must have been checked. */
export async function detachTags(
  tx: Transaction,
  target: TagTarget,
  links: readonly AttachedTag[],
  now: number,
): Promise<void> {
  await tx.execute(`delete from ${linkOf(target).view} where id = any ($1::bigint[])`, [
    links.map((link) => link.link_id),
  ]);
  if (links.some((link) => !link.local)) await touchTarget(tx, target, now);
  await recordLinks(tx, target, 'detach', links);
}

/** Marks the target as changed: the attribute's or report's timestamp, and the event as `touchEvent` does. */
export async function touchTarget(tx: Transaction, target: TagTarget, now: number): Promise<void> {
  if (target.kind !== 'Event') {
    const view = target.kind === 'Attribute' ? 'visible_attributes' : 'visible_event_reports';
    await tx.execute(`update ${view} set timestamp = greatest($2, timestamp) where id = $1`, [target.id, now]);
  }
  await touchEvent(tx, target.event.id, now);
}

/** View and column of the links of a kind of target. */
export function linkOf(target: Pick<TagTarget, 'kind'>): { view: string; column: string } {
  return {
    Event: { view: 'visible_event_tags', column: 'event_id' },
    Attribute: { view: 'visible_attribute_tags', column: 'attribute_id' },
    EventReport: { view: 'visible_event_report_tags', column: 'event_report_id' },
  }[target.kind];
}

async function recordLinks(
  tx: Transaction,
  target: TagTarget,
  verb: 'attach' | 'detach',
  links: readonly Omit<AttachedTag, 'is_galaxy'>[],
): Promise<void> {
  await recordChanges(
    tx,
    links.map((link) => ({
      model: `${target.kind}Tag`,
      action: link.local ? `${verb}_local_tag` : `${verb}_tag`,
      modelId: link.link_id,
      eventId: target.event.id,
      title: link.name,
      [verb === 'attach' ? 'after' : 'before']: {
        tag_id: link.tag_id,
        local: link.local,
        ...(target.kind === 'Event' ? {} : { [linkOf(target).column]: target.id }),
      },
    })),
  );
}
