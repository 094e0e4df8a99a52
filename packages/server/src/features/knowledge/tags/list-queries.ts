import { likePattern } from '../../../database/like-pattern.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest } from '../../../errors.ts';
import { type TagRow, tagColumns } from './rows.ts';

/** Texts that one search of tags asks for. */
const MOST_PATTERNS = 100;

/** Which tags a list shows. */
export interface TagFilter {
  /** Exact name, or a pattern with `%`. */
  name?: string | undefined;
  /** Part of the name. */
  part?: string | undefined;
}

/** The taxonomy a tag belongs to, as lists show it. */
export interface TagTaxonomy {
  id: number;
  namespace: string;
  description: string;
  version: number;
  enabled: boolean;
  exclusive: boolean;
  required: boolean;
  highlighted: boolean;
}

/** Visible tags by name; bounded by the number of tags of the instance. */
export function selectTags(tx: Transaction, filter: TagFilter): Promise<TagRow[]> {
  return tx.query<TagRow>(
    `select ${tagColumns} from visible_tags t
     where ($1::text is null or lower(t.name) like lower($1)) and ($2::text is null or lower(t.name) like lower($2))
     order by t.name collate "C"`,
    [
      filter.name === undefined ? null : likePattern(filter.name),
      filter.part === undefined ? null : `%${likePattern(filter.part)}%`,
    ],
  );
}

/** How many events and attributes that the viewer sees carry each tag: from the counters, whose number is that of tags. */
export async function selectTagCounts(
  tx: Transaction,
  tagIds: readonly number[] | null,
): Promise<Map<number, { events: number; attributes: number }>> {
  const rows = await tx.query<{ tag_id: number; events: number; attributes: number }>(
    `select tag_id, sum(events)::bigint as events, sum(attributes)::bigint as attributes from visible_tag_uses
     where $1::bigint[] is null or tag_id = any ($1) group by 1`,
    [tagIds],
  );
  return new Map(rows.map((row) => [row.tag_id, { events: row.events, attributes: row.attributes }]));
}

/** Enabled taxonomies of these tags, by tag id. */
export async function selectTagTaxonomies(tx: Transaction, tags: readonly TagRow[]): Promise<Map<number, TagTaxonomy>> {
  const rows = await tx.query<TagTaxonomy & { tag_id: number }>(
    `select w.tag_id, t.id, t.namespace, t.description, t.version, t.enabled, t.exclusive, t.required, t.highlighted
     from unnest($1::bigint[], $2::text[]) as w (tag_id, namespace)
     join taxonomies t on lower(t.namespace) = lower(w.namespace) and t.enabled`,
    [tags.map((tag) => tag.id), tags.map((tag) => tag.name.split(':')[0] ?? '')],
  );
  return new Map(rows.map(({ tag_id, ...taxonomy }) => [tag_id, taxonomy]));
}

/**
 * Visible tags whose name, or whose cluster's name or synonym, is like one of the patterns (`%` any text).
 * Scans the tags and clusters, some ten thousand rows, for each pattern. Throws `BadRequest` for more than 100.
 */
export async function searchTags(tx: Transaction, patterns: readonly string[]): Promise<TagRow[]> {
  if (patterns.length > MOST_PATTERNS) throw new BadRequest(`No more than ${MOST_PATTERNS} texts at once.`);
  return tx.query<TagRow>(
    `with pattern as (select lower(p) as p from unnest($1::text[]) as p)
     select ${tagColumns} from visible_tags t
     where exists (select from pattern where lower(t.name) like p)
       or (t.is_galaxy and lower(t.name) in (
         select lower(c.tag_name) from visible_galaxy_clusters c
         where not c.deleted and (exists (select from pattern where lower(c.value) like p)
           or c.id in (select e.galaxy_cluster_id from visible_galaxy_elements e
             where e.key = 'synonyms' and exists (select from pattern where lower(e.value) like p)))))
     order by t.id`,
    [patterns],
  );
}

/** Event tags in use with their number, and enabled taxonomies with the number of their tags' uses. */
export async function selectTagStatistics(
  tx: Transaction,
): Promise<{ tags: { name: string; uses: number }[]; taxonomies: { namespace: string; uses: number }[] }> {
  const tags = await tx.query<{ name: string; uses: number }>(
    `select t.name, sum(l.events)::bigint as uses from visible_tag_uses l join visible_tags t on t.id = l.tag_id
     group by t.name having sum(l.events) > 0`,
  );
  const taxonomies = await tx.query<{ namespace: string }>(`select namespace from taxonomies where enabled`);
  const byNamespace = new Map<string, number>();
  for (const { name, uses } of tags) {
    const namespace = (name.split(':')[0] ?? '').toLowerCase();
    byNamespace.set(namespace, (byNamespace.get(namespace) ?? 0) + uses);
  }
  return {
    tags,
    taxonomies: taxonomies.map(({ namespace }) => ({
      namespace,
      uses: byNamespace.get(namespace.toLowerCase()) ?? 0,
    })),
  };
}
