import { type LoginProfile, UNKNOWN } from './profile.ts';

/** What a user said of a profile. */
export type StoredStatus = 'trusted' | 'malicious';

/** What is thought of a sign-in. */
export type LoginStatus = StoredStatus | 'likely trusted' | 'likely malicious' | 'unknown';

/**
 * What is to be thought of a sign-in by what its user said of earlier ones (the latest last): of the same profile, or
 * else of one with the same browser, platform, language and country, whatever the address.
 */
export function statusOf(
  profile: LoginProfile,
  stored: readonly (LoginProfile & { status: StoredStatus })[],
): LoginStatus {
  const same = stored.findLast((other) => isSame(profile, other));
  if (same !== undefined) return same.status;
  const similar = stored.findLast((other) => isSimilar(profile, other));
  return similar === undefined ? 'unknown' : `likely ${similar.status}`;
}

/** True when the user need not be told of the sign-in. */
export function isTrusted(status: LoginStatus): boolean {
  return status === 'trusted' || status === 'likely trusted';
}

/** True when administrators should know of it. */
export function isMalicious(status: LoginStatus): boolean {
  return status === 'malicious' || status === 'likely malicious';
}

function isSame(one: LoginProfile, other: LoginProfile): boolean {
  return one.ip === other.ip && one.user_agent === other.user_agent && isSimilar(one, other, true);
}

/** Programs that are not known are told apart by all they say of themselves. */
function isSimilar(one: LoginProfile, other: LoginProfile, evenUnknown = false): boolean {
  if (one.ua_browser === UNKNOWN && !evenUnknown && one.user_agent !== other.user_agent) return false;
  return (['ua_browser', 'ua_platform', 'accept_lang', 'geoip'] as const).every((field) => one[field] === other[field]);
}
