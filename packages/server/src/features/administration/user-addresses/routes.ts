import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';
import { findAddressUser } from './user-addresses.ts';

/** Who is behind an address, for the site's administrator. */
export function userAddressOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'servers.ipUser',
      summary: 'The user last seen at an address, while MISP.log_user_ips is on',
      path: '/servers/ipUser/{address?}',
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async ({ args }) => {
        const ip = args.address ?? '';
        const isKept = magpie.settings.get('MISP.log_user_ips');
        const user = isKept && ip !== '' ? await findAddressUser(magpie, ip) : null;
        if (user === null) throw new NotFound('Invalid IP address.');
        return json({ [ip]: { id: String(user.id), email: user.email } });
      },
    },
  ];
}
