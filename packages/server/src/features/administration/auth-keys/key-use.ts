import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { noteKeyAddress, noteKeyUse } from './queries.ts';

/** A key's use from one address is written at most this often. */
const NOTE_SECONDS = 3600;
const MAX_REMEMBERED = 10_000;

/** Notes where keys are used. */
export interface KeyUse {
  /** The last use of a key, and its address. */
  used(viewer: Viewer): Promise<void>;
  /** Only the address, of a use that was refused because of it. */
  refused(authKeyId: number, ip: string): Promise<void>;
}

/** Creates the notes; the database is spared repeated uses from one address, unless `MISP.store_api_access_time`. */
export function createKeyUse(magpie: Magpie): KeyUse {
  const noted = new Map<string, number>();

  function isNew(key: string, now: number): boolean {
    if (now - (noted.get(key) ?? 0) < NOTE_SECONDS) return false;
    if (noted.size >= MAX_REMEMBERED) noted.clear();
    noted.set(key, now);
    return true;
  }

  const keepsAddresses = () => !magpie.settings.get('MISP.disable_seen_ips_authkeys');

  return {
    async used({ authKeyId, ip }) {
      if (authKeyId === null || ip === null) return;
      const now = magpie.now();
      const isFirst = isNew(`${authKeyId} ${ip}`, now);
      if (!isFirst && !magpie.settings.get('MISP.store_api_access_time')) return;
      await magpie.database.aside('key use', async (tx) => {
        if (isFirst && keepsAddresses()) await noteKeyAddress(tx, authKeyId, ip);
        await noteKeyUse(tx, authKeyId, now, { ofKey: magpie.settings.get('MISP.log_user_ips_authkeys') });
      });
    },
    async refused(authKeyId, ip) {
      if (!keepsAddresses() || !isNew(`refused ${authKeyId} ${ip}`, magpie.now())) return;
      await magpie.database.aside('refused key', (tx) => noteKeyAddress(tx, authKeyId, ip));
    },
  };
}
