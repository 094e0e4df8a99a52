import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { placeClusters } from '../../knowledge/galaxies/matrix.ts';
import type { ClusterRow } from '../../knowledge/galaxies/rows.ts';

/** The galaxy whose matrix MISP shows with its statistics. */
const MATRIX_GALAXY = 'mitre-attack-pattern';

/** The techniques by tab and column of their kill chain, and how many events that the viewer sees bear each. */
export async function readTechniqueMatrix(magpie: Magpie, tx: Transaction): Promise<unknown> {
  const clusters = await tx.query<ClusterRow>(
    'select * from visible_galaxy_clusters where type = $1 and not deleted order by value, id',
    [MATRIX_GALAXY],
  );
  const scores = await tx.query<{ name: string; n: number }>(
    `select t.name, sum(l.events)::bigint as n from visible_tags t join visible_tag_uses l on l.tag_id = t.id
     where t.user_id = 0 and lower(t.name) = any ($1::text[]) group by 1 having sum(l.events) > 0 order by 2 desc, 1`,
    [clusters.map(({ tag_name }) => tag_name.toLowerCase())],
  );
  return {
    matrix: await placeClusters(tx, clusters),
    scores: scores.length === 0 ? [] : Object.fromEntries(scores.map(({ name, n }) => [name, n])),
    'instance-uuid': magpie.settings.get('MISP.uuid'),
  };
}
