import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { tagsOfCollection } from '../../knowledge/tag-collections/service.ts';
import { attachTags, checkExclusivity, selectAttached } from '../../knowledge/tags/tagging.ts';
import { findEventTarget } from '../../knowledge/tags/targets.ts';

/**
 * Puts the tags of the collection `MISP.default_event_tag_collection` on an event that was stored in this transaction,
 * whoever made it, as long as he sees the collection. What the event says itself wins over tags that exclude it.
 */
export async function attachDefaultTags({ settings, now }: Magpie, tx: Transaction, eventId: number): Promise<void> {
  const collectionId = settings.get('MISP.default_event_tag_collection');
  if (collectionId <= 0 || !settings.get('MISP.tagging')) return;
  const tags = await tagsOfCollection(tx, collectionId);
  const target = tags === null || tags.length === 0 ? null : await findEventTarget(tx, eventId);
  if (tags === null || target === null) return;
  const attached = await selectAttached(tx, target);
  const fresh = tags.filter((tag) => !tag.local_only && !attached.some((link) => link.tag_id === tag.id));
  const { allowed } = await checkExclusivity(tx, fresh, attached, false);
  if (allowed.length > 0) await attachTags(tx, target, allowed, { local: false, now: now(), targetIsNew: true });
}
