import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { SightingSight } from './queries.ts';

/** By what the viewer sees sightings under the policy of now (`Plugin.Sightings_policy`), as `visible_sightings` has it. */
export function sightOf(magpie: Magpie, viewer: Viewer): SightingSight {
  return isSiteAdmin(viewer) ? 'all' : reportedSightOf(magpie, viewer);
}

/** The same as `reported_sightings` has it, which holds site administrators to the policy, too. */
export function reportedSightOf({ settings }: Pick<Magpie, 'settings'>, { organisationId }: Viewer): SightingSight {
  const policy = settings.get('Plugin.Sightings_policy');
  if (policy === 1 || policy === 2) return 'all';
  return [
    { column: 'org_id', organisationId },
    { column: 'event_owner_id', organisationId },
    ...(policy === 3 ? [{ column: 'org_id', organisationId: settings.get('MISP.host_org_id') } as const] : []),
  ];
}
