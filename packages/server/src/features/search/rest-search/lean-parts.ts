import type { Viewer } from '../../../access/viewer.ts';
import type { Database } from '../../../database/database.ts';
import type { FindParts } from './lean-rows.ts';

interface LinkRow {
  attribute_id: number;
  tag_id: number;
  local: boolean;
}
interface ReachRow {
  id: number;
  distribution: number;
  sharing_group_id: number;
}

// Rows come in the order in which they were stored, so their ids lie close together and a range reads little else.
const LINKS_BETWEEN = `select t.attribute_id, t.tag_id, t.local from visible_attribute_tags t
  where t.attribute_id between $1 and $2 order by t.attribute_id, t.id`;
const LINKS_OF = `select t.attribute_id, t.tag_id, t.local from visible_attribute_tags t
  where t.attribute_id = any ($1::bigint[]) order by t.attribute_id, t.id`;
const OBJECTS_BETWEEN =
  'select o.id, o.distribution, o.sharing_group_id from visible_objects o where o.id between $1 and $2';
const OBJECTS_OF =
  'select o.id, o.distribution, o.sharing_group_id from visible_objects o where o.id = any ($1::bigint[])';

/** A range may hold this many times as many ids as are wanted; beyond it they are named one by one. */
const SPARSE = 8;

/**
 * Looks up tags and objects of a search's rows beside the connection that the rows come from. One statement for each
 * of them and a batch, however many rows.
 */
export function createFindParts(database: Database, viewer: Viewer): FindParts {
  function read<Row>(ids: readonly number[], between: string, of: string): Promise<Row[]> {
    if (ids.length === 0) return Promise.resolve([]);
    let low = Number.POSITIVE_INFINITY;
    let high = 0;
    for (const id of ids) {
      if (id < low) low = id;
      if (id > high) high = id;
    }
    return high - low < SPARSE * ids.length
      ? database.readOnce<Row>(viewer, between, [low, high])
      : database.readOnce<Row>(viewer, of, [ids]);
  }

  return async (attributeIds, objectIds) => {
    const [links, objects] = await Promise.all([
      read<LinkRow>(attributeIds, LINKS_BETWEEN, LINKS_OF),
      read<ReachRow>(objectIds, OBJECTS_BETWEEN, OBJECTS_OF),
    ]);
    const tags = new Map<number, { tagId: number; local: boolean }[]>();
    for (const { attribute_id, tag_id, local } of links) {
      const own = tags.get(attribute_id);
      if (own) own.push({ tagId: tag_id, local });
      else tags.set(attribute_id, [{ tagId: tag_id, local }]);
    }
    const reaches = new Map(
      objects.map((row) => [row.id, { distribution: row.distribution, sharingGroupId: row.sharing_group_id }]),
    );
    return { tags: (id) => tags.get(id) ?? NO_TAGS, object: (id) => reaches.get(id) ?? null };
  };
}

const NO_TAGS: readonly { tagId: number; local: boolean }[] = [];
