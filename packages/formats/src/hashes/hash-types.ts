import { attributeTypes } from '@magpie/model';
import type { ExportValue } from '../export-attribute.ts';

const names = new Set([
  ...['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512/224', 'sha512/256', 'ssdeep', 'imphash', 'tlsh'],
  ...['sha3-224', 'sha3-256', 'sha3-384', 'sha3-512', 'pehash', 'authentihash', 'impfuzzy'],
  ...['x509-fingerprint-md5', 'x509-fingerprint-sha1', 'x509-fingerprint-sha256'],
]);
const FILENAME = 'filename|';
const simple: ReadonlySet<string> = new Set(attributeTypes.filter((type) => names.has(type)));
const composite: ReadonlySet<string> = new Set([
  'malware-sample',
  ...attributeTypes.filter((type) => type.startsWith(FILENAME) && names.has(type.slice(FILENAME.length))),
]);

/** The types that hold a hash, alone or behind a file's name. */
export const hashTypes: readonly string[] = [...simple, ...composite];

/** The hash in a value; null when its type has none. */
export function hashOf({ type, value1, value2 }: ExportValue): string | null {
  if (simple.has(type)) return value1;
  return composite.has(type) && value2 !== '' ? value2 : null;
}
