import { hash } from 'node:crypto';
import { valueDigest } from '../../intelligence/attributes/value-digest.ts';

/** The first 8 bytes of MD5 over a value as it stands, as a signed 64-bit integer in decimal. */
export function md5Key(value: string): string {
  return hash('md5', value, 'buffer').readBigInt64BE(0).toString();
}

/** The same of a digest in hexadecimal, as lists of hashes have it; null when it is none. */
export function md5KeyOfHex(hex: string): string | null {
  return /^[0-9a-fA-F]{32}$/.test(hex) ? Buffer.from(hex.slice(0, 16), 'hex').readBigInt64BE(0).toString() : null;
}

/** A value of a source, in the keys by which it is found. */
export interface CachedValue {
  md5: string;
  /** Null where the source tells only hashes. */
  h: string | null;
  eventUuid: string | null;
}

/** The keys of a value that is known. */
export function valueKeys(value: string, eventUuid: string | null = null): CachedValue {
  return { md5: md5Key(value), h: valueDigest(value), eventUuid };
}
