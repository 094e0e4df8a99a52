import { can, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { readKey } from '../../../http/lenient.ts';
import { deleteSighting, findSighting, type ListedSightingRow } from './queries.ts';

/** MISP's text for a sighting that is not there. */
export const INVALID_SIGHTING = 'Invalid sighting.';

/** A visible sighting by id or uuid as sent, or null. */
export async function findSightingByText(tx: Transaction, text: string | undefined): Promise<ListedSightingRow | null> {
  const key = readKey(text);
  return key && findSighting(tx, key);
}

/**
 * Deletes a sighting for good: one of the viewer's organisation, site administrators any. Throws `NotFound` for all
 * others, seen or not.
 */
export function removeSighting(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await findSightingByText(tx, key);
    const isOwn = row !== null && (row.org_id === viewer.organisationId || can(viewer, 'perm_site_admin'));
    if (!isOwn || !(await deleteSighting(tx, row.id))) throw new NotFound(INVALID_SIGHTING);
    const { attribute_id, date_sighting, source, type, org_id } = row;
    await recordChanges(tx, [
      {
        model: 'Sighting',
        action: 'delete',
        modelId: row.id,
        modelUuid: row.uuid,
        eventId: row.event_id,
        before: { attribute_id, date_sighting, source, type, org_id },
      },
    ]);
  });
}
