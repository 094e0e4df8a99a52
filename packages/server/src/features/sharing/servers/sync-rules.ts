import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';

/** Longer lists are cut: they are for choosing from, and names can be typed. */
const MAX_NAMES = 20_000;

/** Organisations and tags by name, as the viewer knows them. */
export function availableRules(magpie: Magpie, viewer: Viewer): Promise<{ organisations: string[]; tags: string[] }> {
  const isHidden =
    magpie.settings.get('Security.hide_organisation_index_from_users') &&
    !isSiteAdmin(viewer) &&
    !viewer.flags.has('perm_sync');
  return magpie.database.as(viewer, async (tx) => {
    const names = (rows: { name: string }[]) => rows.map((row) => row.name);
    const organisations = await tx.query<{ name: string }>(
      'select name from organisations where not $1 or id = $2 order by name limit $3',
      [isHidden, viewer.organisationId, MAX_NAMES],
    );
    const tags = await tx.query<{ name: string }>('select name from visible_tags order by name limit $1', [MAX_NAMES]);
    return { organisations: names(organisations), tags: names(tags) };
  });
}
