import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { type ValueSource, visibleSources } from './hits.ts';

type Wire = Record<string, unknown>;

/**
 * How much the cached sources overlap, each with each. The counts were made when the sources were loaded, so this reads
 * a number for each pair. Servers are left out for `feedsOnly`.
 */
export function compareSources(
  magpie: Magpie,
  viewer: Viewer,
  options: { feedsOnly: boolean },
): Promise<{ Feed: Wire }[]> {
  return magpie.database.as(viewer, async (tx) => {
    const all = [...(await visibleSources(tx)).values()];
    const sources = all.filter((source) => source.kind === 'feed' || !options.feedsOnly);
    if (sources.length === 0) return [];
    const rows = await tx.query<{ source_id: number; other_id: number; overlap: number }>(
      'select source_id, other_id, overlap from visible_source_overlaps where source_id = any($1::bigint[])',
      [sources.map((source) => source.id)],
    );
    const overlaps = new Map(rows.map((row) => [`${row.source_id} ${row.other_id}`, row.overlap]));
    return sources.map((source) => ({
      Feed: {
        ...comparedWire(source),
        values: source.value_count,
        ComparedFeed: sources
          .filter((other) => other !== source)
          .map((other) => {
            const overlap = overlaps.get(`${source.id} ${other.id}`) ?? 0;
            const share = source.value_count === 0 ? 0 : Math.round((100 * overlap) / source.value_count);
            return {
              ...comparedWire(other),
              values: other.value_count,
              overlap_count: overlap,
              overlap_percentage: share,
            };
          }),
      },
    }));
  });
}

function comparedWire(source: ValueSource): Wire {
  if (source.kind === 'server') {
    return { id: String(source.server_id), name: source.name, url: source.url, is_misp_server: true };
  }
  return {
    id: String(source.feed_id),
    name: source.name,
    url: source.url,
    provider: source.provider,
    input_source: source.input_source,
    source_format: source.source_format,
    default: source.default,
  };
}
