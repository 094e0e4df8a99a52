import { BlockList, isIP, isIPv4 } from 'node:net';
import { Unauthenticated } from '../errors.ts';
import { type Account, type Accounts, isShut, type KeyAccount } from './accounts.ts';
import type { Viewer } from './viewer.ts';

const NO_KEY =
  'Authentication failed. Please make sure you pass the API key of an API enabled user along in the Authorization header.';
const DISABLED = 'Authentication failed. Your user account has been disabled.';
const WRONG_ADDRESS = 'It is not possible to use this Auth key from your IP address';

/** Flags that a read-only key keeps. perm_site_admin decides what is seen; what may be done is asked through `can`. */
const READ_ONLY_FLAGS = new Set(['perm_auth', 'perm_audit', 'perm_site_admin']);

/** A valid key, used from an address that it is not bound to: its owner should get to know of it. */
export class ForeignAddress extends Unauthenticated {
  readonly authKeyId: number;
  constructor(authKeyId: number) {
    super(WRONG_ADDRESS);
    this.authKeyId = authKeyId;
  }
}

/** Where a request came from, for the change log. */
export interface RequestOrigin {
  ip: string;
  requestId: string;
}

/**
 * The viewer of an API request: `Authorization: KEY` (or `X-MISP-AUTH`, which wins). Several keys may stand there,
 * separated by commas; the first valid one counts. `Basic` and `Bearer` schemes are no keys.
 *
 * Throws `Unauthenticated` with MISP's texts: no or wrong key, disabled user, expired key, foreign address.
 */
export async function authenticateByKey(
  accounts: Accounts,
  header: string,
  origin: RequestOrigin,
  nowSeconds: number,
): Promise<Viewer> {
  for (const part of header.split(',').slice(0, 10)) {
    const key = part.trim();
    if (!/^[a-zA-Z0-9]{40}$/.test(key)) continue;
    const account = await accounts.byKey(key);
    if (account === null || !account.flags.includes('perm_auth')) continue;
    if (account.expiration !== 0 && account.expiration <= nowSeconds) continue;
    if (isShut(account, nowSeconds)) throw new Unauthenticated(DISABLED);
    if (!addressAllowed(account.allowedIps, origin.ip)) throw new ForeignAddress(account.authKeyId);
    return viewerOf(account, origin, account);
  }
  throw new Unauthenticated(NO_KEY);
}

/** Refusal of a request that carries no identity at all. */
export function notAuthenticated(): Unauthenticated {
  return new Unauthenticated(NO_KEY);
}

/** The viewer of an account; `key` when an API key stands behind the request. */
export function viewerOf(account: Account, origin: RequestOrigin, key: KeyAccount | null = null): Viewer {
  const flags = key?.readOnly ? account.flags.filter((flag) => READ_ONLY_FLAGS.has(flag)) : account.flags;
  return {
    userId: account.userId,
    email: account.email,
    organisationId: account.organisationId,
    organisationUuid: account.organisationUuid,
    organisationName: account.organisationName,
    roleId: account.roleId,
    roleName: account.roleName,
    flags: new Set(flags),
    authKeyId: key?.authKeyId ?? null,
    ...(key === null || key.expiration === 0 ? {} : { authKeyExpiration: key.expiration }),
    readOnly: key?.readOnly ?? false,
    ip: origin.ip,
    requestId: origin.requestId,
  };
}

/** True when `ip` lies in one of the addresses or networks; no list allows every address. */
export function addressAllowed(allowed: readonly string[] | null, ip: string): boolean {
  if (allowed === null || allowed.length === 0) return true;
  const address = ip.startsWith('::ffff:') && isIPv4(ip.slice(7)) ? ip.slice(7) : ip;
  if (isIP(address) === 0) return false;
  const list = new BlockList();
  for (const entry of allowed) {
    const [network = '', prefix] = entry.split('/');
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(prefix), family);
  }
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
