import type { Transaction } from '../../../database/transaction.ts';
import { type LoginProfile, profileDigest } from './profile.ts';
import type { StoredStatus } from './status.ts';

/** A profile that a user has judged. */
export interface LoginProfileRow extends LoginProfile {
  id: number;
  created: Date;
  user_id: number;
  status: StoredStatus;
}

/** Beyond this many the oldest of a user are forgotten. */
const MAX_PROFILES = 500;
const FIELDS = 'ip, user_agent, accept_lang, geoip, ua_platform, ua_browser, ua_pattern';

/** As system: what a user said so far, the latest last. */
export function selectProfiles(tx: Transaction, userId: number): Promise<LoginProfileRow[]> {
  return tx.query<LoginProfileRow>(
    `select id, created, user_id, status, ${FIELDS} from login_profiles where user_id = $1 order by created, id`,
    [userId],
  );
}

/** As system: keeps what a user says of a profile, in place of what he said of it before. Returns its id. */
export async function storeProfile(
  tx: Transaction,
  userId: number,
  profile: LoginProfile,
  status: StoredStatus,
): Promise<number> {
  const { ip, user_agent, accept_lang, geoip, ua_platform, ua_browser, ua_pattern } = profile;
  const row = await tx.first<{ id: number }>(
    `insert into login_profiles (user_id, status, digest, ${FIELDS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (user_id, digest) do update set status = excluded.status, created = now() returning id`,
    [
      ...[userId, status, profileDigest(profile)],
      ...[ip, user_agent, accept_lang, geoip, ua_platform, ua_browser, ua_pattern],
    ],
  );
  await tx.execute(
    `delete from login_profiles where user_id = $1 and id not in (
       select id from login_profiles where user_id = $1 order by created desc, id desc limit $2)`,
    [userId, MAX_PROFILES],
  );
  return row?.id ?? 0;
}

/** As system: whether anybody called a sign-in from this address malicious. */
export async function isAddressMalicious(tx: Transaction, ip: string): Promise<boolean> {
  const row = await tx.first<{ found: boolean }>(
    `select exists (select from login_profiles where ip = $1 and status = 'malicious') as found`,
    [ip],
  );
  return row?.found ?? false;
}

/** As system: forgets a profile of a user of the organisation, or (null) of anybody; returns whose it was. */
export function deleteProfile(
  tx: Transaction,
  id: number,
  organisationId: number | null,
): Promise<{ user_id: number; status: StoredStatus; ip: string } | null> {
  return tx.first(
    `delete from login_profiles p using users u
     where p.id = $1 and u.id = p.user_id and ($2::bigint is null or u.org_id = $2)
     returning p.user_id, p.status, p.ip`,
    [id, organisationId],
  );
}
