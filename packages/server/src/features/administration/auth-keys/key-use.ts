import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { noteKeyUse } from './queries.ts';

/** A key's use from one address is written at most this often. */
const NOTE_SECONDS = 3600;
const MAX_REMEMBERED = 10_000;

/** Gives what notes the last use of keys and the addresses they are used from, sparing the database repeated uses. */
export function createKeyUse(magpie: Magpie): (viewer: Viewer) => Promise<void> {
  const noted = new Map<string, number>();
  return async (viewer) => {
    const { authKeyId, ip } = viewer;
    if (authKeyId === null || ip === null) return;
    const key = `${authKeyId} ${ip}`;
    const now = magpie.now();
    if (now - (noted.get(key) ?? 0) < NOTE_SECONDS) return;
    if (noted.size >= MAX_REMEMBERED) noted.clear();
    noted.set(key, now);
    await magpie.database.aside('key use', (tx) => noteKeyUse(tx, authKeyId, ip, now));
  };
}
