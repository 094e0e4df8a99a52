import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** Longer passwords are refused: hashing megabytes is a way to exhaust the server. */
export const MAX_PASSWORD_LENGTH = 1024;

/** OWASP's first recommended setting for Argon2id (the library's default variant): 19 MiB, two passes, one lane. */
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** An Argon2id hash of the password. NFKC makes the same password typed on two keyboards the same bytes. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), options);
}

let unknownUserHash: Promise<string> | null = null;

/**
 * True when the password belongs to the hash. `null` (an unknown user, or one without a password) costs the same
 * time and is always false, so that the duration does not tell whether an account exists.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  if (password.length > MAX_PASSWORD_LENGTH) return false;
  const isUsable = passwordHash?.startsWith('$argon2id$') === true;
  unknownUserHash ??= hashPassword(randomPassword());
  const matches = await verify(isUsable ? passwordHash : await unknownUserHash, password.normalize('NFKC'));
  return isUsable && matches;
}

const letters = 'abcdefghijkmnopqrstuvwxyz';
const capitals = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const digits = '23456789';
const GENERATED_LENGTH = 20;

/** A password of 20 characters (about 116 random bits) without look-alikes, which meets every default rule. */
export function randomPassword(): string {
  const all = letters + capitals + digits;
  for (;;) {
    const text = Array.from({ length: GENERATED_LENGTH }, () => all.charAt(randomInt(all.length))).join('');
    if (/[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text)) return text;
  }
}
