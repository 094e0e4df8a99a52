import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { selectCollectionTags } from '../../knowledge/tag-collections/queries.ts';
import type { FeedRow } from './feed-row.ts';

/** Names of the tags that every event of a feed gets: its own tag and those of its collection. */
export async function tagsOfFeed(magpie: Magpie, viewer: Viewer, feed: FeedRow): Promise<string[]> {
  if (feed.tag_id === 0 && feed.tag_collection_id === 0) return [];
  return magpie.database.as(viewer, async (tx) => {
    const own = await tx.query<{ name: string }>('select name from visible_tags where id = $1', [feed.tag_id]);
    const collected = feed.tag_collection_id === 0 ? [] : await selectCollectionTags(tx, [feed.tag_collection_id]);
    return [...own, ...collected].map((tag) => tag.name);
  });
}
