import { createHash } from 'node:crypto';

/** A version 5 uuid (RFC 9562, section 5.5) of a name in a namespace that is itself a uuid. */
export function uuid5In(namespace: string, name: string): string {
  const bytes = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  const digest = createHash('sha1').update(bytes).update(name).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** The prefix of ids for an organisation: its name with everything but letters, digits and underscores replaced. */
export function idPrefix(organisation: string): string {
  const letters = organisation.replaceAll(/[^A-Za-z0-9_]+/g, '_');
  let end = letters.length;
  while (letters[end - 1] === '_') end -= 1;
  const name = letters.slice(0, end).replace(/^_+/, '');
  // A name of XML begins with a letter.
  return /^[A-Za-z]/.test(name) ? name : `org_${name}`;
}
