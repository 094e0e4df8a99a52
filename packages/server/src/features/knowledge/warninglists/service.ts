import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Database } from '../../../database/database.ts';
import { selectWarninglistsBy } from './queries.ts';

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
