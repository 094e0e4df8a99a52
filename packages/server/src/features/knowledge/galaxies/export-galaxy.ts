import type { Transaction } from '../../../database/transaction.ts';
import { fullClusterWires } from './cluster-wires.ts';
import { selectClustersById, selectElements, selectRelations } from './queries.ts';
import type { ClusterRow, GalaxyRow } from './rows.ts';
import { metaWire } from './wire.ts';

type Wire = Record<string, unknown>;
const BATCH = 200;

/** Which clusters of a galaxy are exported. */
export interface ExportFilter {
  default: boolean;
  custom: boolean;
  distributions: readonly number[];
}

/** Ids of the visible live clusters to export, oldest first. */
export async function selectExportIds(tx: Transaction, galaxyId: number, filter: ExportFilter): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `select id from visible_galaxy_clusters where galaxy_id = $1 and not deleted
       and ((is_default and $2) or (not is_default and $3)) and distribution = any ($4::integer[]) order by id`,
    [galaxyId, filter.default, filter.custom, filter.distributions],
  );
  return rows.map((row) => row.id);
}

/** The clusters in MISP's own form, without what only means something on this instance. */
export async function* exportAsMisp(tx: Transaction, ids: readonly number[]): AsyncGenerator<string> {
  yield '[';
  for (let start = 0; start < ids.length; start += BATCH) {
    const clusters = await selectClustersById(tx, ids.slice(start, start + BATCH));
    const wires = await fullClusterWires(tx, clusters);
    const texts = wires.map((wire) => JSON.stringify({ GalaxyCluster: withoutIds(wire) }));
    yield (start === 0 ? '' : ',') + texts.join(',');
  }
  yield ']';
}

function withoutIds({ id, galaxy_id, GalaxyElement, GalaxyClusterRelation, ...cluster }: Wire): Wire {
  return {
    ...cluster,
    GalaxyElement: stripped(GalaxyElement, ['id', 'galaxy_cluster_id']),
    GalaxyClusterRelation: stripped(GalaxyClusterRelation, ['id', 'galaxy_cluster_id', 'referenced_galaxy_cluster_id']),
  };
}

function stripped(list: unknown, names: readonly string[]): Wire[] {
  if (!Array.isArray(list)) return [];
  return list.map((item: Wire) => Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name))));
}

/** The clusters as a file of the galaxy library (`clusters/<type>.json`). */
export async function* exportAsLibrary(
  tx: Transaction,
  galaxy: GalaxyRow,
  ids: readonly number[],
): AsyncGenerator<string> {
  const [first] = await selectClustersById(tx, ids.slice(0, 1));
  const newest = await tx.first<{ version: number | null }>(
    'select max(version) as version from visible_galaxy_clusters where id = any ($1::bigint[])',
    [ids],
  );
  const head = {
    name: galaxy.name,
    type: galaxy.type,
    authors: first?.authors ?? [],
    version: newest?.version ?? 0,
    uuid: first?.collection_uuid || galaxy.uuid,
    source: first?.source ?? '',
  };
  yield `${JSON.stringify(head).slice(0, -1)},"values":[`;
  for (let start = 0; start < ids.length; start += BATCH) {
    const clusters = await selectClustersById(tx, ids.slice(start, start + BATCH));
    const values = await libraryValues(tx, clusters);
    yield (start === 0 ? '' : ',') + values.map((value) => JSON.stringify(value)).join(',');
  }
  yield ']}';
}

/** Clusters as entries of `values` in a file of the galaxy library. */
export async function libraryValues(tx: Transaction, clusters: readonly ClusterRow[]): Promise<Wire[]> {
  const ids = clusters.map((cluster) => cluster.id);
  const elements = Map.groupBy(await selectElements(tx, ids), (row) => row.galaxy_cluster_id);
  const relations = Map.groupBy(await selectRelations(tx, ids), (row) => row.galaxy_cluster_id);
  return clusters.map((cluster) => {
    const own = elements.get(cluster.id) ?? [];
    const related = relations.get(cluster.id) ?? [];
    return {
      description: cluster.description,
      ...(own.length === 0 ? {} : { meta: metaWire(own) }),
      ...(related.length === 0
        ? {}
        : {
            related: related.map((relation) => ({
              'dest-uuid': relation.referenced_galaxy_cluster_uuid,
              ...(relation.tags.length === 0 ? {} : { tags: relation.tags }),
              type: relation.referenced_galaxy_cluster_type,
            })),
          }),
      uuid: cluster.uuid,
      value: cluster.value,
    };
  });
}
