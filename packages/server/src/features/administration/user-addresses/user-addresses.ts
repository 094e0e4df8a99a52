import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';

/** A user's address is written at most this often. */
const NOTE_SECONDS = 3600;
const KEPT_SECONDS = 30 * 86_400;
const MAX_REMEMBERED = 10_000;

/** Notes which users come from which addresses, while `MISP.log_user_ips` is on. */
export interface UserAddresses {
  /** Told of every request of a known user. */
  used(viewer: Viewer): Promise<void>;
}

/** Creates the notes; the database is spared repeated requests from one address. */
export function createUserAddresses(magpie: Magpie): UserAddresses {
  const noted = new Map<string, number>();
  return {
    async used({ userId, ip }) {
      if (ip === null || !magpie.settings.get('MISP.log_user_ips')) return;
      const now = magpie.now();
      const key = `${userId} ${ip}`;
      if (now - (noted.get(key) ?? 0) < NOTE_SECONDS) return;
      if (noted.size >= MAX_REMEMBERED) noted.clear();
      noted.set(key, now);
      await magpie.database.aside('address of a user', async (tx) => {
        await tx.execute(
          `insert into user_addresses (ip, user_id, last_seen) values ($1, $2, $3)
           on conflict (ip, user_id) do update set last_seen = excluded.last_seen`,
          [ip, userId, now],
        );
        await tx.execute('delete from user_addresses where last_seen < $1', [now - KEPT_SECONDS]);
      });
    },
  };
}

/** Who was last seen at an address; null where nobody was, or nothing is kept. */
export function findAddressUser(magpie: Magpie, ip: string): Promise<{ id: number; email: string } | null> {
  return magpie.database.asSystem('user of an address', (tx) =>
    tx.first<{ id: number; email: string }>(
      `select u.id, u.email from user_addresses a join users u on u.id = a.user_id
       where a.ip = $1 and a.last_seen >= $2 order by a.last_seen desc, u.id desc limit 1`,
      [ip, magpie.now() - KEPT_SECONDS],
    ),
  );
}
