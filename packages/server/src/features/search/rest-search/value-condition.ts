import { attributeTypes, shortestAddress } from '@magpie/model';
import { likePattern } from '../../../database/like-pattern.ts';
import { valueDigest } from '../../intelligence/attributes/value-digest.ts';
import { partPatterns } from './filter-forms.ts';
import { anyOf, type Bind } from './sql-text.ts';

const unindexedComposites = attributeTypes.filter((type) => /\|(md5$|sha)/.test(type) || type === 'malware-sample');

/** Which half of the value a text is looked for in. */
export type ValueHalf = 'any' | 'value1' | 'value2';

// The predicates of the trigram indexes, word for word: PostgreSQL uses a partial index only where it can prove them.
const value1Searchable = (a: string) => `${a}.type not in ('md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', \
'sha512/224', 'sha512/256', 'sha3-224', 'sha3-256', 'sha3-384', 'sha3-512', 'imphash', 'pehash', 'authentihash', \
'tlsh', 'ssdeep', 'telfhash', 'impfuzzy', 'vhash', 'ja3-fingerprint-md5', 'jarm-fingerprint', 'hassh-md5', \
'hasshserver-md5', 'x509-fingerprint-md5', 'x509-fingerprint-sha1', 'x509-fingerprint-sha256', 'cdhash', \
'git-commit-id', 'dom-hash', 'uuid')`;
const value2Searchable = (a: string) => `(${a}.value2 <> '' and ${a}.type not like '%|md5' \
and ${a}.type not like '%|sha%' and ${a}.type <> 'malware-sample')`;

// Types outside of the trigram index by the characters their values can have (the model's validation rules).
const hexTypes = [
  ...['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512/224', 'sha512/256', 'sha3-224', 'sha3-256'],
  ...['sha3-384', 'sha3-512', 'imphash', 'pehash', 'authentihash', 'ja3-fingerprint-md5', 'jarm-fingerprint'],
  ...['hassh-md5', 'hasshserver-md5', 'x509-fingerprint-md5', 'x509-fingerprint-sha1', 'x509-fingerprint-sha256'],
  ...['cdhash', 'git-commit-id', 'dom-hash'],
];
const otherUnindexedTypes = ['tlsh', 'ssdeep', 'telfhash', 'impfuzzy', 'vhash', 'uuid'];

/** True of attributes whose value is any of the texts, wild cards and case as in MISP. */
export function valueCondition(texts: readonly string[], half: ValueHalf, a: string, bind: Bind): string {
  const { exact, like } = partPatterns(texts);
  return anyOf([
    ...(exact.length > 0 ? [exactValueCondition(exact, half, a, bind)] : []),
    ...like.map((text) => likeCondition(text, half, a, bind)),
  ]);
}

/**
 * By the digests (attributes_h1, attributes_h2), rechecked on the text. A composite value given whole is found too,
 * and addresses in any notation, beside the very text where it stands as such (`10.1.2.3/32` in a comment).
 */
export function exactValueCondition(texts: readonly string[], half: ValueHalf, a: string, bind: Bind): string {
  const wanted = texts.flatMap((text) => [...new Set([text, shortestAddress(text)])]);
  const digests = wanted.map(valueDigest);
  const [digest, text] = [digests[0] ?? '', wanted[0] ?? ''];
  if (wanted.length === 1 && half === 'any' && !text.includes('|')) {
    return oneValueCondition(a, bind(digest, 'bigint'), bind(text, 'text'));
  }
  const recheck = (column: string) =>
    surely(`lower(btrim(${a}.${column}, E' \\t\\r\\n')) in (select lower(w) from unnest(${bind(wanted, 'text[]')}) w)`);
  const probe = (column: 'h1' | 'h2') => `${a}.${column} = any (${bind(digests, 'bigint[]')})`;
  return anyOf([
    ...(half === 'value2' ? [] : [`(${probe('h1')} and ${recheck('value1')})`]),
    ...(half === 'value1' ? [] : [`(${probe('h2')} and ${recheck('value2')})`]),
    ...(half === 'any' ? wanted.flatMap((text) => compositeCondition(text, a, bind)) : []),
  ]);
}

/** True of attributes with the text, whose digest is given, as either half of their value. */
export function oneValueCondition(a: string, digest: string, text: string): string {
  const half = (hash: string, column: string) =>
    `(${a}.${hash} = ${digest} and ${surely(`lower(btrim(${a}.${column}, E' \\t\\r\\n')) = lower(${text})`)})`;
  return anyOf([half('h1', 'value1'), half('h2', 'value2')]);
}

/** What nearly always holds; of a bare comparison the planner would expect that it hardly ever does. */
function surely(condition: string): string {
  return `case when ${condition} then true else false end`;
}

function compositeCondition(text: string, a: string, bind: Bind): string[] {
  const pipe = text.indexOf('|');
  if (pipe < 1 || pipe === text.length - 1) return [];
  const first = shortestAddress(text.slice(0, pipe));
  const second = shortestAddress(text.slice(pipe + 1));
  return [
    `(${a}.h1 = ${bind(valueDigest(first), 'bigint')} and lower(${a}.value1) = lower(${bind(first, 'text')}) and lower(${a}.value2) = lower(${bind(second, 'text')}))`,
  ];
}

/**
 * True of attributes with one of the texts as their value or, unless it is a hash, within it: what the event list's
 * filters ask for. Hashes are found whole only, so that a word of hexadecimal digits does not scan all of them.
 */
export function valuePartCondition(texts: readonly string[], a: string, bind: Bind): string {
  return anyOf([
    exactValueCondition(texts, 'any', a, bind),
    ...texts.flatMap((text) => {
      const pattern = bind(`%${likePattern(text)}%`, 'text');
      return [
        `(lower(${a}.value1) like lower(${pattern}) and ${value1Searchable(a)})`,
        `(lower(${a}.value2) like lower(${pattern}) and ${value2Searchable(a)})`,
      ];
    }),
  ]);
}

/** By the trigram indexes where their predicates allow; hash types only where the text could be part of a hash. */
function likeCondition(text: string, half: ValueHalf, a: string, bind: Bind): string {
  const pattern = bind(likePattern(text), 'text');
  const first = `lower(${a}.value1) like lower(${pattern})`;
  const second = `lower(${a}.value2) like lower(${pattern})`;
  const unindexed = unindexedTypes(text);
  return anyOf([
    ...(half === 'value2' ? [] : [`(${first} and ${value1Searchable(a)})`]),
    ...(half === 'value2' || unindexed.length === 0 ? [] : [`(${first} and ${typeIn(unindexed, a)})`]),
    ...(half === 'value1' ? [] : [`(${second} and ${value2Searchable(a)})`]),
    ...(half === 'value1' || !isHexOnly(text) ? [] : [`(${second} and ${typeIn(unindexedComposites, a)})`]),
    ...(half === 'any' ? compositeLike(text, a, bind) : []),
  ]);
}

function typeIn(types: readonly string[], a: string): string {
  return `${a}.type in (${types.map((type) => `'${type}'`).join(', ')})`;
}

function unindexedTypes(text: string): readonly string[] {
  if (isHexOnly(text)) return [...hexTypes, ...otherUnindexedTypes];
  return /^[0-9a-z%:/+=-]*$/i.test(text) ? otherUnindexedTypes : [];
}

function isHexOnly(text: string): boolean {
  return /^[0-9a-f%]*$/i.test(text);
}

/** `%a|b%` on a composite value: the halves apart, at the pipe where values are split. */
function compositeLike(text: string, a: string, bind: Bind): string[] {
  const pipe = text.indexOf('|');
  if (pipe < 0) return [];
  const first = bind(likePattern(text.slice(0, pipe)), 'text');
  const second = bind(likePattern(text.slice(pipe + 1)), 'text');
  return [
    `(${a}.value2 <> '' and lower(${a}.value1) like lower(${first}) and lower(${a}.value2) like lower(${second}))`,
  ];
}
