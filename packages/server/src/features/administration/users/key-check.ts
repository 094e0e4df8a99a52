import { X509Certificate } from 'node:crypto';
import type { Magpie } from '../../../context.ts';
import { json } from '../../../http/answer.ts';
import { readId } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { openPgpFingerprint } from '../../intelligence/protection/openpgp.ts';

const PAGE = 1000;

/** What is known of a key or certificate. */
export interface CheckedKey {
  /** `OK`, or what is wrong. */
  readonly status: string;
  /** Upper-case hexadecimal, or `N/A`. */
  readonly fingerprint: string;
}

/** Looks whether a text holds a readable OpenPGP public key. */
export function checkPgpKey(text: string): CheckedKey {
  const fingerprint = openPgpFingerprint(text);
  return fingerprint === null
    ? { status: 'No readable public key', fingerprint: 'N/A' }
    : { status: 'OK', fingerprint };
}

/** Looks whether a text holds a certificate (X.509, PEM) that is valid at that time, in seconds since 1970. */
export function checkCertificate(text: string, nowSeconds: number): CheckedKey {
  try {
    const certificate = new X509Certificate(text);
    const fingerprint = certificate.fingerprint256.replaceAll(':', '');
    const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    if (nowSeconds * 1000 < from) return { status: 'Not valid yet', fingerprint };
    return { status: nowSeconds * 1000 > to ? 'Expired' : 'OK', fingerprint };
  } catch {
    // Whatever is wrong with its bytes, the text is no certificate.
    return { status: 'No readable certificate', fingerprint: 'N/A' };
  }
}

/** Checks of the keys and certificates of all users: 1,000 at once, by id after `after_id`. */
export function keyCheckOperations(magpie: Magpie): Operation[] {
  const check = { methods: ['GET', 'POST'], effect: 'read', permission: 'perm_site_admin', model: 'User' } as const;
  return [
    {
      ...check,
      name: 'users.verifyGPG',
      summary: 'The OpenPGP keys of users, with their fingerprints and what is wrong with them',
      path: '/users/verifyGPG/{full?}',
      handle: async (call: Call) => json(await checked(magpie, call, 'gpgkey', checkPgpKey)),
    },
    {
      ...check,
      name: 'users.verifyCertificate',
      summary: 'The certificates of users, with their fingerprints and what is wrong with them',
      path: '/users/verifyCertificate',
      handle: async (call: Call) =>
        json(await checked(magpie, call, 'certif_public', (text) => checkCertificate(text, magpie.now()))),
    },
  ];
}

async function checked(
  magpie: Magpie,
  { viewer, named }: Call,
  column: 'gpgkey' | 'certif_public',
  check: (text: string) => CheckedKey,
): Promise<Record<string, unknown>[]> {
  const rows = await magpie.database.as(viewer, (tx) =>
    tx.query<{ id: number; email: string; text: string }>(
      `select id, email, ${column} as text from visible_users where ${column} <> '' and id > $1 order by id limit $2`,
      [readId(named.after_id) ?? 0, PAGE],
    ),
  );
  return rows.map(({ id, email, text }) => ({ User: { id: String(id), email, ...check(text) } }));
}
