/** Hash types that STIX 1 knows; `impfuzzy`, `tlsh` and `vhash` are of none of CybOX's kinds. */
export const hashTypes: ReadonlySet<string> = new Set([
  ...['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512/224', 'sha512/256'],
  ...['authentihash', 'cdhash', 'imphash', 'impfuzzy', 'pehash', 'ssdeep', 'tlsh', 'vhash'],
]);

const fuzzy: ReadonlySet<string> = new Set(['ssdeep']);
const without: ReadonlySet<string> = new Set(['impfuzzy', 'tlsh', 'vhash']);

/** CybOX names of hashes (HashNameVocab 1.0) by the length of their hexadecimal text. */
const byLength: ReadonlyMap<number, string> = new Map([
  [32, 'MD5'],
  [40, 'SHA1'],
  [56, 'SHA224'],
  [64, 'SHA256'],
  [96, 'SHA384'],
  [128, 'SHA512'],
]);

const named: ReadonlyMap<string, string> = new Map([
  ['md5', 'MD5'],
  ['sha1', 'SHA1'],
  ['sha224', 'SHA224'],
  ['sha256', 'SHA256'],
  ['sha384', 'SHA384'],
  ['sha512', 'SHA512'],
  ['sha512/224', 'SHA224'],
  ['sha512/256', 'SHA256'],
]);

/** A hash in CybOX's JSON form. */
export function cyboxHash(type: string, value: string): Record<string, unknown> {
  const name = without.has(type)
    ? undefined
    : fuzzy.has(type)
      ? 'SSDEEP'
      : (named.get(type) ?? byLength.get(value.length));
  const kind =
    name === undefined
      ? { value: 'Other', condition: 'Equals' }
      : { value: name, 'xsi:type': 'cyboxVocabs:HashNameVocab-1.0', condition: 'Equals' };
  if (fuzzy.has(type)) return { type: kind, fuzzy_hash_value: value };
  return { type: kind, simple_hash_value: { value, condition: 'Equals' } };
}
