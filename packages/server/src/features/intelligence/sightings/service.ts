import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { sightingsOf } from './queries.ts';
import { sightingWires } from './wire.ts';

/**
 * Sightings that the viewer sees of attributes, as they are nested in them, by attribute id; attributes without any
 * are missing. One statement whatever the number of attributes.
 */
export async function sightingsOfAttributes(
  magpie: Pick<Magpie, 'settings'>,
  tx: Transaction,
  viewer: Viewer,
  attributeIds: readonly number[],
): Promise<Map<number, Record<string, unknown>[]>> {
  const lists = new Map<number, Record<string, unknown>[]>();
  if (attributeIds.length === 0) return lists;
  const wires = sightingWires(magpie, viewer);
  for (const row of await sightingsOf(tx, attributeIds)) {
    const list = lists.get(row.attribute_id);
    if (list) list.push(wires.nested(row));
    else lists.set(row.attribute_id, [wires.nested(row)]);
  }
  return lists;
}
