import { randomUUID } from 'node:crypto';
import { viewerOf } from '@magpie/server/access/authenticate.ts';
import type { Viewer } from '@magpie/server/access/viewer.ts';
import type { Magpie } from '@magpie/server/context.ts';
import { NotFound } from '@magpie/server/errors.ts';

/** The user in whose name the program acts: the named one, else the first site administrator. */
export async function findOperator(magpie: Magpie, email: string | undefined): Promise<Viewer> {
  const row = await magpie.database.asSystem('find operator', (tx) =>
    email === undefined
      ? tx.first<{ id: number }>(
          `select u.id from users u join roles r on r.id = u.role_id
           where not u.disabled and 'perm_site_admin' = any (r.flags) order by u.id limit 1`,
        )
      : tx.first<{ id: number }>('select id from users where lower(email) = lower($1) and not disabled', [email]),
  );
  const account = row === null ? null : await magpie.accounts.byUserId(row.id);
  if (account === null) {
    throw new NotFound(email === undefined ? 'there is no site administrator' : `there is no enabled user ${email}`);
  }
  return viewerOf(account, { ip: '127.0.0.1', requestId: randomUUID() });
}
