import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Refused } from '../../../errors.ts';
import { addKey } from '../../administration/auth-keys/service.ts';

/** What a synchronisation user hands to the administrator of another instance. Makes a key. Throws `Refused`. */
export async function syncSettings(magpie: Magpie, viewer: Viewer): Promise<Record<string, unknown>> {
  if (isSiteAdmin(viewer)) {
    throw new Refused('Site admin accounts cannot be used to create server sync configurations.');
  }
  const { key } = await addKey(magpie, viewer, viewer.userId, { comment: 'Key of a connected instance' });
  const hostId = magpie.settings.get('MISP.host_org_id') || 1;
  const organisation = await magpie.database.as(viewer, (tx) =>
    tx.first<{ name: string; uuid: string }>('select name, uuid from organisations where id = $1', [hostId]),
  );
  return {
    url: magpie.config.baseUrl,
    uuid: magpie.settings.get('MISP.uuid'),
    authkey: key,
    Organisation: { name: organisation?.name ?? '', uuid: organisation?.uuid ?? '' },
  };
}
