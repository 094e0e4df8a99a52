import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_SECONDS = 30;
const DIGITS = 6;
const SECRET_BYTES = 20;
/** Clocks of telephones go wrong by a little. */
const STEPS_AROUND = 1;

/** A new secret of 160 bits, in base32 (RFC 4648 section 6) as authenticators take it. */
export function newSecret(): string {
  return encodeBase32(randomBytes(SECRET_BYTES));
}

/** True for a secret that {@link newSecret} could have made. */
export function isSecret(text: string): boolean {
  return /^[A-Z2-7]{32}$/.test(text);
}

/** The one-time password of a counter (RFC 4226 section 5.3, HMAC-SHA-1, 6 digits). */
export function hotp(secret: string, counter: number): string {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac('sha1', decodeBase32(secret)).update(moving).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/**
 * The time step (RFC 6238, 30 seconds) that a code belongs to, the ones beside now included; null when it belongs to
 * none, or to one that is not after `lastStep`: a code counts once.
 */
export function matchTotp(secret: string, code: string, nowSeconds: number, lastStep: number): number | null {
  const now = Math.floor(nowSeconds / STEP_SECONDS);
  for (let step = now - STEPS_AROUND; step <= now + STEPS_AROUND; step += 1) {
    if (step > lastStep && isSame(hotp(secret, step), code)) return step;
  }
  return null;
}

/** The counter from `counter` on, `window` of them, that a paper code belongs to; null when it belongs to none. */
export function matchHotp(secret: string, code: string, counter: number, window: number): number | null {
  for (let next = counter; next < counter + window; next += 1) {
    if (isSame(hotp(secret, next), code)) return next;
  }
  return null;
}

/** What an authenticator reads, as a link or a picture. */
export function otpauthUrl(secret: string, account: string, issuer: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const parameters = new URLSearchParams({
    secret,
    issuer,
    algorithm: 'SHA1',
    digits: String(DIGITS),
    period: String(STEP_SECONDS),
  });
  return `otpauth://totp/${label}?${parameters.toString().replaceAll('+', '%20')}`;
}

/** Compares without telling by its duration how much is right. */
function isSame(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function encodeBase32(bytes: Buffer): string {
  let bits = 0;
  let value = 0;
  let text = '';
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((value >> bits) & 31);
    }
    value &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + ALPHABET.charAt((value << (5 - bits)) & 31);
}

function decodeBase32(text: string): Buffer {
  let bits = 0;
  let value = 0;
  const bytes: number[] = [];
  for (const letter of text) {
    value = (value << 5) | ALPHABET.indexOf(letter);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 255);
      value &= (1 << bits) - 1;
    }
  }
  return Buffer.from(bytes);
}
