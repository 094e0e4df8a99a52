import { randomInt } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const KEY_LENGTH = 40;

/** A new API key of MISP's form: 40 letters and digits, 238 random bits. */
export function randomKey(): string {
  return Array.from({ length: KEY_LENGTH }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}
