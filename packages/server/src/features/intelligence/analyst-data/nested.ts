import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { findByObjects, hasAnalystData } from './queries.ts';
import type { AnalystRow } from './rows.ts';
import { analystWires } from './wire.ts';

type Wire = Record<string, unknown>;

/** `Note`, `Opinion` and `Relationship` of one element; kinds without an entry are missing. */
export type AnalystLists = Record<string, Wire[]>;

/** Levels of answers under an entry that are nested; deeper ones are read with getChildren. */
export const NESTED_DEPTH = 2;

const noneAtAll = new WeakMap<Transaction, boolean>();

/**
 * What the viewer sees of the analyst data about elements, by the uuid of the element, with answers nested `depth`
 * levels deep. One statement for each level that has any, however many elements; nothing at all where there is none.
 * `tellDepth` adds MISP's mark of entries that have answers.
 */
export async function nestedAnalystData(
  magpie: Magpie,
  tx: Transaction,
  uuids: readonly string[],
  options: { depth?: number; tellDepth?: boolean } = {},
): Promise<Map<string, AnalystLists>> {
  const { viewer } = tx;
  if (uuids.length === 0 || viewer === null || (await isEmpty(tx))) return new Map();
  const levels: AnalystRow[][] = [];
  let wanted = uuids;
  for (let level = 0; level <= (options.depth ?? NESTED_DEPTH) && wanted.length > 0; level += 1) {
    const rows = await findByObjects(tx, wanted);
    levels.push(rows);
    // Entries may be about each other in a circle; the depth ends it.
    wanted = rows.map((row) => row.uuid);
  }
  return compose(magpie, tx, viewer, levels, options.tellDepth ?? false);
}

async function isEmpty(tx: Transaction): Promise<boolean> {
  const known = noneAtAll.get(tx);
  if (known !== undefined) return known;
  const empty = !(await hasAnalystData(tx));
  // Only kept for reads: a transaction that writes may add the first one.
  if (empty) noneAtAll.set(tx, empty);
  return empty;
}

/** Builds the lists from the innermost level outwards. */
async function compose(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  levels: readonly AnalystRow[][],
  tellDepth: boolean,
): Promise<Map<string, AnalystLists>> {
  let inner = new Map<string, AnalystLists>();
  for (const [index, rows] of [...levels.entries()].reverse()) {
    const wires = await analystWires(magpie, tx, viewer, rows);
    const lists = new Map<string, AnalystLists>();
    for (const [place, row] of rows.entries()) {
      const answers = inner.get(row.uuid);
      const entry = {
        ...wires[place],
        ...answers,
        ...(tellDepth && index === 0 ? { _max_depth_reached: answers !== undefined } : {}),
      };
      const own = lists.get(row.object_uuid) ?? {};
      own[row.kind] = [...(own[row.kind] ?? []), entry];
      lists.set(row.object_uuid, own);
    }
    inner = lists;
  }
  return inner;
}
