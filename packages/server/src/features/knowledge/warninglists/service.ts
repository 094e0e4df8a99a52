import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Database } from '../../../database/database.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { compileMatcher, type Matcher, type WarninglistEntry } from './matcher.ts';
import { selectEntries, selectWarninglists, selectWarninglistsBy, type WarninglistRow } from './queries.ts';

/** An enabled list, ready to be asked. */
export interface ActiveWarninglist {
  id: number;
  name: string;
  category: 'false_positive' | 'known';
  /** Attribute types it applies to; `ALL` stands for every one. */
  types: ReadonlySet<string>;
  match: Matcher;
}

/** Keeps the enabled lists in memory. */
export interface Warninglists {
  /** All enabled lists as they are now; only lists that changed are read again. */
  active(tx: Transaction): Promise<ActiveWarninglist[]>;
}

/** Creates the cache; a list costs memory from its first use while it is enabled. */
export function createWarninglists(): Warninglists {
  let cache = new Map<string, Promise<Matcher>>();

  async function compile(tx: Transaction, list: WarninglistRow): Promise<Matcher> {
    const entries: WarninglistEntry[] = [];
    for await (const batch of selectEntries(tx, list.id)) entries.push(...batch);
    return compileMatcher(list.type, entries);
  }

  return {
    async active(tx) {
      const lists = await selectWarninglists(tx, { enabled: true, part: null });
      const known = new Map<string, Promise<Matcher>>();
      const result: ActiveWarninglist[] = [];
      for (const list of lists.toReversed()) {
        const key = `${list.id} ${list.type} ${list.changed.getTime()}`;
        const compiled = cache.get(key) ?? compile(tx, list);
        known.set(key, compiled);
        const match = await compiled;
        result.push({ id: list.id, name: list.name, category: list.category, types: new Set(list.types), match });
      }
      cache = known;
      return result;
    },
  };
}

/** A value that meets an entry of a list. */
export interface WarninglistHit {
  list: ActiveWarninglist;
  entry: WarninglistEntry;
}

/** The hits of a value, in the order of the lists; `attributeType` limits them to lists for that type. */
export function findHits(
  lists: readonly ActiveWarninglist[],
  value: string,
  attributeType: string | null,
): WarninglistHit[] {
  return lists.flatMap((list) => {
    if (attributeType !== null && !list.types.has('ALL') && !list.types.has(attributeType)) return [];
    const entry = list.match(value);
    return entry === null ? [] : [{ list, entry }];
  });
}

/** Which lists to switch: by id or by name with `%`. */
export interface WarninglistSelection {
  ids: readonly number[];
  namePatterns: readonly string[];
}

/** Switches lists on or off; without a value each is flipped. Returns how many there were. */
export function toggleWarninglists(
  database: Database,
  viewer: Viewer,
  selection: WarninglistSelection,
  value: boolean | undefined,
): Promise<{ count: number }> {
  return database.asSystem('toggle warninglists', async (tx) => {
    const lists = await selectWarninglistsBy(tx, selection.ids, selection.namePatterns);
    const changed = lists.filter((list) => list.enabled !== (value ?? !list.enabled));
    await tx.execute('update warninglists set enabled = not enabled where id = any ($1::bigint[])', [
      changed.map((list) => list.id),
    ]);
    await recordChanges(
      tx,
      changed.map((list) => ({
        model: 'Warninglist',
        action: 'edit',
        modelId: list.id,
        title: list.name,
        before: { enabled: list.enabled },
        after: { enabled: !list.enabled },
      })),
      viewer,
    );
    return { count: lists.length };
  });
}
