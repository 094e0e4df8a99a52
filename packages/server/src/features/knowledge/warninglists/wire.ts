import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { selectEntries, selectTypes, selectWarninglist, type WarninglistRow } from './queries.ts';

type Wire = Record<string, unknown>;

/** A warninglist's own columns in MISP's JSON. */
export function warninglistWire(list: WarninglistRow): Wire {
  return {
    id: String(list.id),
    name: list.name,
    type: list.type,
    description: list.description,
    version: String(list.version),
    enabled: list.enabled,
    default: list.is_default,
    category: list.category,
  };
}

/** A warninglist with its entries and types. */
export async function viewWarninglist(tx: Transaction, id: number | null): Promise<Wire> {
  const list = id === null ? null : await selectWarninglist(tx, id);
  if (list === null) throw new NotFound('Warninglist not found.');
  const warninglist_id = String(list.id);
  const entries: Wire[] = [];
  for await (const batch of selectEntries(tx, list.id)) {
    for (const { id: entryId, value, comment } of batch) {
      entries.push({ id: String(entryId), value, warninglist_id, comment });
    }
  }
  const types = await selectTypes(tx, list.id);
  return {
    Warninglist: {
      ...warninglistWire(list),
      WarninglistEntry: entries,
      WarninglistType: types.map((row) => ({ id: String(row.id), type: row.type, warninglist_id })),
    },
  };
}
