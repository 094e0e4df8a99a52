import { type Actor, type Change, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { type LoginProfile, profileOf } from '../login-profiles/profile.ts';
import { createHourlyLimit } from './hourly-limit.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Where a sign-in or a call came from, as MISP keeps it in the log. */
export function originProfile(ip: string, headers: Headers): LoginProfile {
  return profileOf(ip, firstOf(headers['user-agent']), firstOf(headers['accept-language']));
}

/** Records refused and, where the instance asks for it, accepted keys. */
export interface AuthLog {
  /** A header that held no valid key. */
  refused(header: string, ip: string, headers: Headers): Promise<void>;
  /** A valid key, used from an address that it is not bound to. */
  refusedAddress(authKeyId: number, ip: string, headers: Headers): Promise<void>;
  /** A key that was accepted; written with MISP.log_auth alone. */
  accepted(actor: Actor, ip: string, headers: Headers): Promise<void>;
}

/** Creates the log. What it remembers is bounded. */
export function createAuthLog(magpie: Magpie): AuthLog {
  const remembered = createHourlyLimit();

  async function write(change: Change, actor: Actor | null): Promise<void> {
    await magpie.database.aside('sign-in log', (tx) => recordChanges(tx, [change], actor));
  }

  return {
    async refused(header, ip, headers) {
      const title = refusalTitle(header);
      const each = magpie.settings.get('Security.log_each_individual_auth_fail');
      if (!remembered.admits(each ? null : title, ip)) return;
      await write({ model: 'User', action: 'auth_fail', title, after: { ...originProfile(ip, headers) } }, null);
    },
    async refusedAddress(authKeyId, ip, headers) {
      if (!remembered.admits(`address ${authKeyId}`, ip)) return;
      const owner = await magpie.database.aside('owner of a key', (tx) =>
        tx.first<{ user_id: number; org_id: number }>(
          'select u.id as user_id, u.org_id from auth_keys k join users u on u.id = k.user_id where k.id = $1',
          [authKeyId],
        ),
      );
      if (owner === null) return;
      const title = `Login attempt from not allowed IP address ${ip} for auth key ${authKeyId}.`;
      const actor = { userId: owner.user_id, organisationId: owner.org_id, authKeyId, ip, requestId: null };
      const after = { ...originProfile(ip, headers) };
      await write({ model: 'User', action: 'auth_fail', modelId: owner.user_id, title, after }, actor);
    },
    async accepted(actor, ip, headers) {
      if (!magpie.settings.get('MISP.log_auth')) return;
      const title = `Successful authentication using API key ${actor.authKeyId}`;
      const after = { ...originProfile(ip, headers) };
      await write({ model: 'User', action: 'auth', modelId: actor.userId, title, after }, actor);
    },
  };
}

/** MISP's texts; of a key the ends alone. */
function refusalTitle(header: string): string {
  const key = header.split(',')[0]?.trim() ?? '';
  if (!/^[a-zA-Z0-9]{40}$/.test(key)) return 'Failed authentication using an API key of incorrect length.';
  return `Failed authentication using API key (${key.slice(0, 4)}${'*'.repeat(32)}${key.slice(-4)})`;
}

function firstOf(value: string | string[] | undefined): string | null {
  const text = Array.isArray(value) ? value[0] : value;
  return text === undefined ? null : text.slice(0, 500);
}
